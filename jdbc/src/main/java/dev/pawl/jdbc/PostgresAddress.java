package dev.pawl.jdbc;

import dev.pawl.backend.UnsupportedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a database is: {@code postgresql://user:password@host:port/database?option=value}, as tools of PostgreSQL write it
 * too, or a URL of the driver, {@code jdbc:postgresql://host/database?user=…}.
 *
 * @param place {@code //host:port/database}, several hosts with commas between them; nothing is decoded
 * @param user the role, when one is named
 * @param password the password, when there is one; never part of a text for people
 * @param options what the driver is told beside that
 */
record PostgresAddress(String place, Optional<String> user, Optional<String> password, Map<String, String> options) {

    private static final String SHAPE = "a database is named like postgresql://user:password@host:port/database";

    /** Keeps the options unmodifiable. */
    PostgresAddress {
        options = Map.copyOf(options);
    }

    /**
     * Reads a URL.
     *
     * @throws UnsupportedException saying what is wrong with it, without its password
     */
    static PostgresAddress of(String url) {
        String rest = withoutScheme(url);
        int question = rest.indexOf('?', Math.max(0, rest.lastIndexOf('@')));
        Map<String, String> options = new LinkedHashMap<>();
        if (question >= 0) {
            for (String option : rest.substring(question + 1).split("&")) {
                int equals = option.indexOf('=');
                if (equals < 1) {
                    throw new UnsupportedException("an option of a database is written name=value");
                }
                options.put(decoded(option.substring(0, equals)), decoded(option.substring(equals + 1)));
            }
            rest = rest.substring(0, question);
        }
        return of(rest, options);
    }

    /**
     * Puts an address together.
     *
     * @param rest {@code //user:password@host:port/database}, not decoded
     * @param options decoded
     * @throws UnsupportedException likewise
     */
    static PostgresAddress of(String rest, Map<String, String> options) {
        if (!rest.startsWith("//")) {
            throw new UnsupportedException(SHAPE);
        }
        int at = rest.lastIndexOf('@');
        Optional<String> user = Optional.empty();
        Optional<String> password = Optional.empty();
        if (at > 0) {
            String owner = rest.substring(2, at);
            int colon = owner.indexOf(':');
            user = Optional.of(decoded(colon < 0 ? owner : owner.substring(0, colon)))
                    .filter(name -> !name.isEmpty());
            password = colon < 0 ? Optional.empty() : Optional.of(decoded(owner.substring(colon + 1)));
        }
        String place = "//" + rest.substring(at > 0 ? at + 1 : 2);
        int slash = place.indexOf('/', 2);
        if (slash < 0 || slash == place.length() - 1) {
            throw new UnsupportedException(SHAPE + "; the name of the database is missing");
        }
        Map<String, String> others = new LinkedHashMap<>(options);
        Optional<String> userOption = Optional.ofNullable(others.remove("user"));
        Optional<String> passwordOption = Optional.ofNullable(others.remove("password"));
        return new PostgresAddress(
                slash == 2 ? "//localhost" + place.substring(2) : place,
                user.or(() -> userOption),
                password.or(() -> passwordOption),
                others);
    }

    private static String withoutScheme(String url) {
        for (String scheme : new String[] {"jdbc:postgresql:", "postgresql:", "postgres:"}) {
            if (url.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return url.substring(scheme.length());
            }
        }
        throw new UnsupportedException(SHAPE);
    }

    private static String decoded(String text) {
        try {
            return text.indexOf('%') < 0 ? text : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedException(
                    "a % in the name of a database is followed by two hexadecimal digits; write %25 for the sign itself");
        }
    }

    /** Host, port and database only. */
    @Override
    public String toString() {
        return "postgresql:" + place;
    }
}
