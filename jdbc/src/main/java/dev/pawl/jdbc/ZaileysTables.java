package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tables of zaileys 4 as tables of families: the same on both databases, in words that differ.
 *
 * <table>
 * <caption>What stands where</caption>
 * <tr><td>credentials, keys, messages, contacts</td><td>in the table of zaileys</td></tr>
 * <tr><td>chats</td><td>there, and beside it when they were last active, and whether they are unread or pinned</td></tr>
 * <tr><td>presence of somebody in a chat with just him</td><td>there, and beside it when that was; any other beside
 * it</td></tr>
 * <tr><td>everything else</td><td>in tables of ours</td></tr>
 * </table>
 *
 * <p>A message is {@code <id>|<0 or 1>} here and an id and a flag there. Whatever else a row is called, such as {@code
 * <id>|0|<author>}, is an id behind a bar there: zaileys lists and clears it with the others. What zaileys wrote under an
 * id that begins with a bar, which no client gives but a sender may, is taken for such a name.
 */
final class ZaileysTables {

    /** What names of tables of ours begin with, so that none is one of our own layout. */
    static final String PREFIX = "pawl_extra_";

    /** What zaileys calls the row of the credentials. */
    private static final String CREDENTIALS = "default";

    /** The families in tables of zaileys. */
    static final Set<Family> THEIRS =
            EnumSet.of(Family.CREDENTIALS, Family.KEY, Family.MESSAGE, Family.CHAT, Family.CONTACT, Family.PRESENCE);

    private static final String SESSION = "'" + SessionName.DEFAULT + "'";

    private static final List<Column<Key>> CREDENTIALS_KEY = List.of(Column.text("id", key -> CREDENTIALS));
    private static final List<Column<Key>> CHAT_OF_MESSAGE = List.of(Column.text("remote_jid", Key::partition));
    private static final List<Column<Key>> ID_OF_MESSAGE = List.of(
            Column.text("id", key -> MessageId.of(key.id()).id()),
            Column.flag("from_me", key -> MessageId.of(key.id()).fromMe()));
    private static final List<Column<Key>> MESSAGE_KEY =
            List.of(CHAT_OF_MESSAGE.get(0), ID_OF_MESSAGE.get(0), ID_OF_MESSAGE.get(1));
    private static final List<Column<Key>> TYPE = List.of(Column.text("type", Key::partition));
    private static final List<Column<Key>> ID = List.of(Column.text("id", Key::id));
    private static final List<Column<Key>> JID = List.of(Column.text("jid", Key::id));
    private static final List<Column<Key>> PRESENCE_CHAT = List.of(Column.text("chat", Key::partition));
    private static final List<Column<Key>> PARTICIPANT = List.of(Column.text("participant", Key::id));

    /** What the two databases say differently. */
    interface Words {

        /** What the table of zaileys is called. */
        String table(Family family);

        /** How zaileys keeps values of a family. */
        Content content(Family family);

        /** How a table of ours beside that keeps them. */
        Content beside();

        /** A name with the order of its bytes. */
        String bytewise(String column);

        /** The id of a row of a message. */
        String rowId();

        /** A number as an order. */
        String order(String number);

        /** When a chat was last active, from its value: in seconds, or 0. */
        String lastActivity(String value);

        /** When presence was last written by zaileys, in seconds, or 0. */
        String observed();

        /** What zaileys sets whenever it writes presence. */
        String touch();

        /** Our own tables, for what zaileys has none for. */
        FamilyTable ours(Family family);
    }

    private ZaileysTables() {}

    /**
     * The tables of a database that zaileys made and Pawl has not been in.
     *
     * @param there the families whose table is there
     */
    static Map<Family, FamilyTable> bare(Words words, Set<Family> there) {
        return tables(words, there, false);
    }

    /** The tables of a database that Pawl has been in. */
    static Map<Family, FamilyTable> complete(Words words) {
        return tables(words, EnumSet.allOf(Family.class), true);
    }

    private static Map<Family, FamilyTable> tables(Words words, Set<Family> families, boolean extra) {
        Map<Family, FamilyTable> tables = new EnumMap<>(Family.class);
        for (Family family : families) {
            tables.put(
                    family,
                    switch (family) {
                        case CREDENTIALS -> credentials(words);
                        case KEY -> keys(words);
                        case MESSAGE -> messages(words);
                        case CHAT -> chats(words, extra);
                        case CONTACT -> contacts(words);
                        case PRESENCE -> presence(words, extra);
                        default -> words.ours(family);
                    });
        }
        return tables;
    }

    private static FamilyTable credentials(Words words) {
        String table = words.table(Family.CREDENTIALS);
        return FamilyTable.ofQuery(
                "SELECT " + SESSION + " AS session, '" + Key.CREDENTIALS.id() + "' AS name, id, data AS value FROM "
                        + table + " WHERE id = '" + CREDENTIALS + "'",
                "",
                "name",
                "",
                false,
                List.of(),
                CREDENTIALS_KEY,
                List.of(Home.of(table, CREDENTIALS_KEY, List.of(), words.content(Family.CREDENTIALS))
                        .only(Key.CREDENTIALS::equals)));
    }

    private static FamilyTable keys(Words words) {
        String table = words.table(Family.KEY);
        return FamilyTable.ofQuery(
                "SELECT " + SESSION + " AS session, " + words.bytewise("type") + " AS kind, " + words.bytewise("id")
                        + " AS name, type, id, data AS value FROM " + table,
                "kind",
                "name",
                "",
                false,
                TYPE,
                ID,
                List.of(Home.of(table, List.of(TYPE.get(0), ID.get(0)), List.of(), words.content(Family.KEY))));
    }

    private static FamilyTable messages(Words words) {
        String table = words.table(Family.MESSAGE);
        return FamilyTable.ofQuery(
                "SELECT " + SESSION + " AS session, " + words.bytewise("remote_jid") + " AS chat, " + words.rowId()
                        + " AS row_id, " + words.order("timestamp")
                        + " AS sent, remote_jid, id, from_me, data AS value FROM " + table,
                "chat",
                "row_id",
                "sent",
                false,
                CHAT_OF_MESSAGE,
                ID_OF_MESSAGE,
                List.of(Home.of(
                        table,
                        MESSAGE_KEY,
                        List.of(Column.number("timestamp", Row::order)),
                        words.content(Family.MESSAGE))));
    }

    private static FamilyTable chats(Words words, boolean extra) {
        String table = words.table(Family.CHAT);
        String active = words.lastActivity("z.data");
        String query = extra
                ? "coalesce(p.last_activity, " + active + ") AS last_activity, z.archived AS archived,"
                        + " coalesce(p.unread, false) AS unread,"
                        + " coalesce(p.pinned, false) AS pinned, z.jid, z.data AS value FROM "
                        + table + " AS z LEFT JOIN " + PREFIX + "chats AS p ON p.jid = z.jid"
                : active
                        + " AS last_activity, z.archived AS archived, false AS unread,"
                        + " false AS pinned, z.jid, z.data AS value FROM " + table + " AS z";
        return FamilyTable.ofQuery(
                "SELECT " + SESSION + " AS session, " + words.bytewise("z.jid") + " AS chat, " + query,
                "",
                "chat",
                "last_activity",
                true,
                List.of(),
                JID,
                List.of(
                        Home.of(
                                table,
                                JID,
                                List.of(Column.flag(
                                        "archived", row -> row.facets().archived())),
                                words.content(Family.CHAT)),
                        Home.of(
                                PREFIX + "chats",
                                JID,
                                List.of(
                                        Column.number("last_activity", Row::order),
                                        Column.flag(
                                                "unread", row -> row.facets().unread()),
                                        Column.flag(
                                                "pinned", row -> row.facets().pinned())),
                                Content.NONE)));
    }

    private static FamilyTable contacts(Words words) {
        String table = words.table(Family.CONTACT);
        return FamilyTable.ofQuery(
                "SELECT " + SESSION + " AS session, " + words.bytewise("jid") + " AS name, jid, data AS value FROM "
                        + table,
                "",
                "name",
                "",
                false,
                List.of(),
                JID,
                List.of(Home.of(table, JID, List.of(), words.content(Family.CONTACT))));
    }

    private static FamilyTable presence(Words words, boolean extra) {
        String table = words.table(Family.PRESENCE);
        String beside = PREFIX + "presence";
        String jid = words.bytewise("z.jid");
        String start = "SELECT " + SESSION + " AS session, " + jid + " AS room, " + jid + " AS person, ";
        String end = " AS observed, z.jid AS chat, z.jid AS participant, z.data AS value FROM " + table + " AS z";
        String query = extra
                // What zaileys has written since is as old as zaileys says.
                ? start + "CASE WHEN p.value = z.data THEN p.observed ELSE " + words.observed() + " END" + end
                        + " LEFT JOIN " + beside + " AS p ON p.chat = z.jid AND p.participant = z.jid UNION ALL SELECT "
                        + SESSION + ", " + words.bytewise("chat") + ", " + words.bytewise("participant")
                        + ", observed, chat, participant, value FROM " + beside + " WHERE chat <> participant"
                : start + words.observed() + end;
        return FamilyTable.ofQuery(
                query,
                "room",
                "person",
                "observed",
                false,
                PRESENCE_CHAT,
                PARTICIPANT,
                List.of(
                        Home.of(table, JID, List.of(), words.content(Family.PRESENCE))
                                .only(ZaileysTables::isOfTwo)
                                .touching(words.touch()),
                        Home.of(
                                        beside,
                                        List.of(PRESENCE_CHAT.get(0), PARTICIPANT.get(0)),
                                        List.of(Column.number("observed", Row::order)),
                                        words.beside())
                                .valuesOf(key -> !isOfTwo(key))));
    }

    private static boolean isOfTwo(Key key) {
        return key.partition().equals(key.id());
    }
}
