package dev.pawl.baileys;

import java.util.regex.Pattern;

/** Takes out of a line for the log what may be a secret. */
final class Scrub {

    /** Keys, tokens and codes are runs of base64 or hexadecimal digits. */
    private static final Pattern SECRETS = Pattern.compile("<Buffer[^>]*>|[A-Za-z0-9+/=_-]{24,}");

    private static final int LONGEST = 2000;

    private Scrub() {}

    /** The line with … in the place of everything suspicious. */
    static String line(String line) {
        String start = line.length() > LONGEST ? line.substring(0, LONGEST) : line;
        return SECRETS.matcher(start).replaceAll("…");
    }
}
