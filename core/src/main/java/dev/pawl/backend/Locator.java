package dev.pawl.backend;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a store, as people type it: {@code scheme:rest?option=value#session}.
 *
 * <p>The last {@code #} splits off the session, which is {@code default} when there is none; the first {@code ?} behind the scheme starts the options. A {@code #}, {@code ?} or {@code %} that
 * belongs to a path or a password is written {@code %23}, {@code %3F}, {@code %25}, an {@code @} in an option {@code %40}. {@link #toString} leaves passwords out.
 *
 * @param scheme what kind of store, in lower case
 * @param rest what the scheme makes of it: a directory, a file, or {@code //user:password@host:port/database}; not decoded
 * @param options the options in the order given, decoded
 * @param session the session
 */
public record Locator(String scheme, String rest, Map<String, String> options, SessionName session) {

    private static final Pattern SECRET = Pattern.compile("password|secret|token", Pattern.CASE_INSENSITIVE);

    /** An option that holds a secret. */
    private static final Pattern SECRET_OPTION =
            Pattern.compile("[?&][^=&]*(password|secret|token)[^=&]*=", Pattern.CASE_INSENSITIVE);

    /** {@code //host}, {@code //host:port} or {@code //[address]:port}, without a user. */
    private static final Pattern HOST =
            Pattern.compile("//(|([^/?:\\[\\]]+|\\[[^\\]]*])(:[0-9]+)?)([/?].*)?", Pattern.DOTALL);

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", Pattern.DOTALL);

    /** Keeps the options unmodifiable. */
    public Locator {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * Reads a locator.
     *
     * @throws IllegalArgumentException saying what is wrong with it, without its password
     */
    public static Locator parse(String text) {
        Matcher matcher = SCHEME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a store is named like baileys:DIRECTORY or sqlite:FILE#session");
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        String rest = matcher.group(2);
        SessionName session = SessionName.DEFAULT;
        int hash = rest.lastIndexOf('#');
        if (hash >= 0) {
            session = SessionName.of(decode(rest.substring(hash + 1)));
            rest = rest.substring(0, hash);
        }
        requireNoStrayPassword(rest);
        Map<String, String> options = new LinkedHashMap<>();
        int question = rest.indexOf('?', endOfUser(rest));
        if (question >= 0) {
            for (String option : rest.substring(question + 1).split("&")) {
                int equals = option.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("an option of a store is written name=value");
                }
                options.put(decode(option.substring(0, equals)), decode(option.substring(equals + 1)));
            }
            rest = rest.substring(0, question);
        }
        return new Locator(scheme, rest, options, session);
    }

    /** The rest with its percent signs decoded, as a path. */
    public String path() {
        return decode(rest);
    }

    /** The same store, another session. */
    public Locator session(SessionName other) {
        return new Locator(scheme, rest, options, other);
    }

    /** The locator without any password. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(scheme).append(':').append(withoutPassword(rest));
        String separator = "?";
        for (Map.Entry<String, String> option : options.entrySet()) {
            boolean secret = SECRET.matcher(option.getKey()).find();
            text.append(separator).append(option.getKey()).append('=').append(secret ? "***" : option.getValue());
            separator = "&";
        }
        return session.equals(SessionName.DEFAULT)
                ? text.toString()
                : text.append('#').append(session).toString();
    }

    /** Refuses what would make a part of a password look like a host, a port or a session, and so show it. */
    private static void requireNoStrayPassword(String rest) {
        int end = endOfUser(rest);
        int options = rest.indexOf('?', end);
        if (end > 0
                && SECRET_OPTION
                        .matcher(rest)
                        .region(0, options < 0 ? rest.length() : options)
                        .find()) {
            throw new IllegalArgumentException("write %40 for an @ in an option of a store");
        }
        if (end == 0 && rest.startsWith("//") && !HOST.matcher(rest).matches()) {
            throw new IllegalArgumentException(
                    "a store on a host is named like redis://user:password@host:port/0; write %23 for a # in a password");
        }
    }

    /** Where user and password end in {@code //user:password@host}, whatever the password holds; 0 when there are none. */
    private static int endOfUser(String rest) {
        return rest.startsWith("//") ? Math.max(0, rest.lastIndexOf('@')) : 0;
    }

    private static String withoutPassword(String rest) {
        int at = endOfUser(rest);
        int colon = rest.indexOf(':');
        return at > 0 && colon >= 0 && colon < at ? rest.substring(0, colon) + ":***" + rest.substring(at) : rest;
    }

    private static String decode(String text) {
        try {
            return text.indexOf('%') < 0 ? text : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            throw new IllegalArgumentException(
                    "a % in a locator is followed by two hexadecimal digits; write %25 for the sign itself");
        }
    }
}
