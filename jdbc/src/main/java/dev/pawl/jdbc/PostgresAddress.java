package dev.pawl.jdbc;

import dev.pawl.backend.UnsupportedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

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

    private static final String ONE_HOST = "([^:,\\[\\]]*|\\[[^\\]]*])(:[0-9]+)?";
    private static final Pattern HOSTS = Pattern.compile(ONE_HOST + "(," + ONE_HOST + ")*");

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
        return of(withoutScheme(url), Map.of());
    }

    /** Adds what stands behind a question mark. */
    private static void read(String query, Map<String, String> options) {
        for (String option : query.split("&")) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw new UnsupportedException("an option of a database is written name=value");
            }
            options.put(decoded(option.substring(0, equals)), decoded(option.substring(equals + 1)));
        }
    }

    /**
     * Puts an address together.
     *
     * @param url {@code //user:password@host:port/database?option=value}, not decoded
     * @param more options, decoded
     * @throws UnsupportedException likewise
     */
    static PostgresAddress of(String url, Map<String, String> more) {
        if (!url.startsWith("//")) {
            throw new UnsupportedException(SHAPE);
        }
        Map<String, String> options = new LinkedHashMap<>(more);
        // First, so that an @ there belongs to an option and to nothing else.
        int question = url.indexOf('?');
        if (question >= 0) {
            read(url.substring(question + 1), options);
        }
        String rest = question < 0 ? url : url.substring(0, question);
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
            throw new UnsupportedException(
                    SHAPE + "; the name of the database is missing, or a ? of a password is not written %3F");
        }
        if (!HOSTS.matcher(place).region(2, slash).matches()) {
            throw notUnderstood();
        }
        Optional<String> userOption = Optional.ofNullable(options.remove("user"));
        Optional<String> passwordOption = Optional.ofNullable(options.remove("password"));
        return new PostgresAddress(
                slash == 2 ? "//localhost" + place.substring(2) : place,
                user.or(() -> userOption),
                password.or(() -> passwordOption),
                options);
    }

    /** There is no such address. What it looks like may be a part of a password, so it is not shown. */
    static UnsupportedException notUnderstood() {
        return new UnsupportedException(
                SHAPE + "; the port is a number, and in a password %2F stands for /, %3F for ? and %40 for @");
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
