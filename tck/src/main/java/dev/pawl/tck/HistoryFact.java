package dev.pawl.tck;

import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One thing that is said of a message, a chat or a contact, and the event that says so.
 *
 * <p>The same message is always the same: what it says and when hangs on its name only. Whoever says something of it
 * does so under either of his addresses, and in any of the forms that values have.
 *
 * @param kind what is said
 * @param of the message it is about, or, of a chat and a contact, one of its conversation
 * @param by who reacts or receives, empty when we do
 * @param time of what is said: of an arrival, edit, revoke, receipt in seconds, of a reaction in milliseconds
 * @param detail a status, a text, a count
 * @param carrier the id of the message that brings it, empty when none does
 * @param event as Baileys would emit it
 */
record HistoryFact(Kind kind, HistoryMessage of, String by, long time, String detail, String carrier, Event event) {

    /** What can be said. */
    enum Kind {
        ARRIVES,
        UNREADABLE,
        STATUS,
        STAR,
        EDIT,
        REVOKE,
        REACTION,
        RECEIPT,
        DELETE,
        UNREAD,
        ARCHIVED,
        CHAT_GONE,
        NAME,
        OLD_NAME
    }

    private static final List<Kind> KINDS = List.of(Kind.values());

    /**
     * Some facts, often about the same few messages.
     *
     * @param both whether there may be messages that are taken back and deleted: what edits of one said goes when it is
     *     taken back once more after it was deleted, so that a repetition leaves less than there was
     */
    static List<HistoryFact> some(Random random, int count, boolean both) {
        Set<Kind> never = both ? Set.of() : Set.of(random.nextBoolean() ? Kind.REVOKE : Kind.DELETE);
        List<HistoryMessage> messages = HistoryMessage.some(random, 1 + random.nextInt(8));
        List<HistoryFact> facts = new ArrayList<>();
        while (facts.size() < count) {
            HistoryMessage message = messages.get(random.nextInt(messages.size()));
            // what makes a message is as frequent as all the rest that is rare together
            Kind kind = random.nextInt(5) == 0 ? Kind.ARRIVES : KINDS.get(random.nextInt(KINDS.size()));
            if (never.contains(kind) || (kind == Kind.REVOKE && random.nextInt(3) > 0)) {
                continue;
            }
            if ((kind == Kind.RECEIPT && !message.isOursAlone()) || (kind == Kind.DELETE && message.isInGroup())) {
                continue;
            }
            facts.add(of(kind, message, random));
        }
        return facts;
    }

    private static HistoryFact of(Kind kind, HistoryMessage message, Random random) {
        int n = random.nextInt(3);
        String key = message.key(message.id(), random);
        return switch (kind) {
            case ARRIVES -> arrives(message, message.time() + n, Integer.toString(random.nextInt(6)), random);
            case UNREADABLE ->
                fact(
                        kind,
                        message,
                        message.time() + n,
                        "",
                        "messages.upsert",
                        upsert(key, message.time() + n, "'messageStubType':2,'messageStubParameters':['No session']"));
            case STATUS -> {
                int status = random.nextInt(6);
                String form = random.nextBoolean() ? "" + status : "'" + HistoryMessage.STATUSES.get(status) + "'";
                yield fact(
                        kind,
                        message,
                        0,
                        "" + status,
                        "messages.update",
                        update(key, "'status':" + form + ",'messageTimestamp':1"));
            }
            case STAR -> fact(kind, message, 0, "" + (n > 0), "messages.update", update(key, "'starred':" + (n > 0)));
            case EDIT -> edit(message, 1760000200 + n, random);
            case REVOKE -> revoke(message, random);
            case REACTION -> reaction(message, 1760000300001L + n, random);
            case RECEIPT -> receipt(message, 1760000400 + n, random);
            case DELETE -> fact(kind, message, 0, "", "messages.delete", "{'keys':[" + key + "]}");
            case UNREAD -> chat(kind, message, "unreadCount", List.of("1", "2", "0", "-1", "null"), random);
            case ARCHIVED -> chat(kind, message, "archived", List.of("true", "false", "null"), random);
            case CHAT_GONE -> fact(kind, message, 0, "", "chats.delete", "['" + message.chat(random) + "']");
            case NAME -> {
                String name = List.of("n1", "n2", "").get(n);
                yield fact(kind, message, 0, name, "contacts.update", "[" + contact(message, name, random) + "]");
            }
            case OLD_NAME ->
                fact(
                        kind,
                        message,
                        0,
                        "old" + n,
                        "messaging-history.set",
                        "{'chats':[],'contacts':[" + contact(message, "old" + n, random) + "],'messages':[]}");
        };
    }

    private static HistoryFact arrives(HistoryMessage message, long time, String status, Random random) {
        String key = message.key(message.id(), random);
        String form = random.nextBoolean() ? "" + time : "'" + time + "'";
        String item = "{'key':" + key + ",'messageTimestamp':" + form + ",'status':" + status
                + ",'message':{'conversation':'" + message.words(0) + "'}}";
        return random.nextInt(3) == 0
                ? fact(
                        Kind.ARRIVES,
                        message,
                        time,
                        status,
                        "messaging-history.set",
                        "{'chats':[],'contacts':[],'messages':[" + item + "]}")
                : fact(
                        Kind.ARRIVES,
                        message,
                        time,
                        status,
                        "messages.upsert",
                        "{'messages':[" + item + "],'type':'notify'}");
    }

    private static HistoryFact edit(HistoryMessage message, long time, Random random) {
        String words = message.words(time);
        if (random.nextBoolean()) {
            return fact(
                    Kind.EDIT,
                    message,
                    time,
                    words,
                    "messages.update",
                    update(
                            message.key(message.id(), random),
                            "'message':{'editedMessage':{'message':{'conversation':'" + words
                                    + "'}}},'messageTimestamp':" + time));
        }
        String id = "E" + time % 10 + message.name();
        String protocol = "{'key':" + inner(message.id()) + ",'type':14,'editedMessage':{'conversation':'" + words
                + "'},'timestampMs':'" + time + "123'}";
        return carried(
                Kind.EDIT,
                message,
                "",
                time,
                words,
                id,
                upsert(
                        message.key(id, random),
                        time,
                        "'message':{'editedMessage':{'message':{'protocolMessage':" + protocol + "}}}"));
    }

    private static HistoryFact revoke(HistoryMessage message, Random random) {
        long time = 1760000500L + message.number();
        String id = "R" + message.name();
        String type = random.nextBoolean() ? "'type':0," : "";
        return carried(
                Kind.REVOKE,
                message,
                "",
                time,
                "",
                id,
                upsert(
                        message.key(id, random),
                        time,
                        "'message':{'protocolMessage':{" + type + "'key':" + inner(message.id()) + "}}"));
    }

    private static HistoryFact reaction(HistoryMessage message, long time, Random random) {
        String by = message.isInGroup()
                ? List.of("", MessageFixture.BUDI_LID, MessageFixture.ANI).get(random.nextInt(3))
                : random.nextBoolean() ? "" : message.chat();
        String text = random.nextInt(3) == 0 ? "" : random.nextBoolean() ? "a" : "b";
        HistoryMessage reacting = new HistoryMessage(message.chat(), by, "X", 0);
        String id = "X" + time % 10 + (text.isEmpty() ? "-" : text) + (by.isEmpty() ? "me" : by.substring(0, 4))
                + message.name();
        String own = reacting.key(id, random);
        String target = message.key(message.id(), random);
        if (random.nextBoolean()) {
            String reaction = "{'key':" + own + ",'text':'" + text + "','senderTimestampMs':" + time + "}";
            return new HistoryFact(
                    Kind.REACTION,
                    message,
                    by,
                    time,
                    text,
                    "",
                    said("messages.reaction", "[{'key':" + target + ",'reaction':" + reaction + "}]"));
        }
        String body = "'message':{'reactionMessage':{'key':" + target + ",'text':'" + text + "','senderTimestampMs':'"
                + time + "'}}";
        return carried(Kind.REACTION, message, by, time, text, id, upsert(own, time / 1000, body));
    }

    private static HistoryFact receipt(HistoryMessage message, long time, Random random) {
        boolean budi = random.nextBoolean();
        String by = budi ? MessageFixture.BUDI_LID : MessageFixture.ANI;
        String user = budi && random.nextBoolean() ? MessageFixture.BUDI.replace("@", ":7@") : by;
        String field = random.nextBoolean() ? "receiptTimestamp" : "readTimestamp";
        String data = "[{'key':" + message.key(message.id(), random) + ",'receipt':{'userJid':'" + user + "','" + field
                + "':" + time + "}}]";
        return new HistoryFact(Kind.RECEIPT, message, by, time, field, "", said("message-receipt.update", data));
    }

    private static HistoryFact chat(
            Kind kind, HistoryMessage message, String member, List<String> values, Random random) {
        String value = values.get(random.nextInt(values.size()));
        String data = "[{'id':'" + message.chat(random) + "','" + member + "':" + value + "}]";
        return fact(kind, message, 0, value, random.nextInt(4) == 0 ? "chats.upsert" : "chats.update", data);
    }

    private static String contact(HistoryMessage message, String name, Random random) {
        return "{'id':'" + message.chat(random) + "','notify':'" + name + "'}";
    }

    private static HistoryFact fact(Kind kind, HistoryMessage of, long time, String detail, String name, String data) {
        return new HistoryFact(kind, of, "", time, detail, "", said(name, data));
    }

    private static HistoryFact carried(
            Kind kind, HistoryMessage of, String by, long time, String detail, String carrier, String data) {
        return new HistoryFact(kind, of, by, time, detail, carrier, said("messages.upsert", data));
    }

    private static Event said(String name, String data) {
        return Event.of(new RawEvent(name, JsonValue.parse(data.replace('\'', '"'))));
    }

    private static String upsert(String key, long time, String members) {
        return "{'messages':[{'key':" + key + ",'messageTimestamp':" + time + "," + members + "}],'type':'append'}";
    }

    private static String update(String key, String update) {
        return "[{'key':" + key + ",'update':{" + update + "}}]";
    }

    private static String inner(String id) {
        return "{'remoteJid':'somewhere','fromMe':true,'id':'" + id + "'}";
    }

    /** Names it, for a failure. */
    @Override
    public String toString() {
        return kind + " " + of.name() + (by.isEmpty() ? "" : " by " + by) + " " + time + " " + detail + " " + carrier;
    }
}
