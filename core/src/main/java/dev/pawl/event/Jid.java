package dev.pawl.event;

import java.util.Optional;

/**
 * An address in WhatsApp, without device and agent: the one form in which addresses are compared and rows are named.
 *
 * <p>{@code 6281:17@s.whatsapp.net} and {@code 6281_1:5@s.whatsapp.net} are {@code 6281@s.whatsapp.net}; {@code c.us}
 * and {@code hosted} are other names of {@code s.whatsapp.net}, {@code hosted.lid} is one of {@code lid}. User parts of
 * different servers say nothing about each other: who has both a phone number and a LID is known from a {@link JidPair}
 * only.
 *
 * @param user what stands before the {@code @}, possibly empty
 * @param server what stands behind it, such as {@code s.whatsapp.net}, {@code lid}, {@code g.us}
 */
public record Jid(String user, String server) {

    /** The server of phone numbers. */
    public static final String PHONE_NUMBERS = "s.whatsapp.net";

    /** The server of LIDs, by which people are known who hide their number. */
    public static final String LIDS = "lid";

    private static final String GROUPS = "g.us";
    private static final String BROADCASTS = "broadcast";
    private static final String CHANNELS = "newsletter";

    /** The chat of all status updates. */
    public static final Jid STATUS = new Jid("status", BROADCASTS);

    /**
     * Reads an address in any of its forms.
     *
     * @return empty when the text has no {@code @}
     */
    public static Optional<Jid> parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            return Optional.empty();
        }
        String user = before(before(text.substring(0, at), ':'), '_');
        return Optional.of(new Jid(user, server(text.substring(at + 1))));
    }

    /** The text of the same address in the form that is compared; a text that is no address stays as it is. */
    public static String normalised(String text) {
        return isNormal(text) ? text : parse(text).map(Jid::text).orElse(text);
    }

    /** Whether a text is in that form already, as most are. */
    private static boolean isNormal(String text) {
        int at = text.indexOf('@');
        for (int i = 0; i < at; i++) {
            if (text.charAt(i) == ':' || text.charAt(i) == '_') {
                return false;
            }
        }
        return at < 0 || !(ends(text, at, "@c.us") || ends(text, at, "@hosted") || ends(text, at, "@hosted.lid"));
    }

    private static boolean ends(String text, int at, String end) {
        return text.length() == at + end.length() && text.endsWith(end);
    }

    private static String before(String text, char mark) {
        int end = text.indexOf(mark);
        return end < 0 ? text : text.substring(0, end);
    }

    private static String server(String name) {
        return switch (name) {
            case "c.us", "hosted" -> PHONE_NUMBERS;
            case "hosted.lid" -> LIDS;
            default -> name;
        };
    }

    /** Whether it is a person or business known by phone number. */
    public boolean isPhoneNumber() {
        return server.equals(PHONE_NUMBERS) && !user.isEmpty();
    }

    /** Whether it is a person or business known by LID. */
    public boolean isLid() {
        return server.equals(LIDS) && !user.isEmpty();
    }

    /** Whether it is a group: messages in it have authors of their own. */
    public boolean isGroup() {
        return server.equals(GROUPS);
    }

    /** Whether it is a broadcast list or {@link #STATUS}: messages in it have authors of their own. */
    public boolean isBroadcast() {
        return server.equals(BROADCASTS);
    }

    /** Whether it is a channel, whose messages have no author but itself. */
    public boolean isChannel() {
        return server.equals(CHANNELS);
    }

    /** The address as text. */
    public String text() {
        return user + "@" + server;
    }
}
