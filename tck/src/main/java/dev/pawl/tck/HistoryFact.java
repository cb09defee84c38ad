package dev.pawl.tck;

import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One thing that is said of a message, a chat, a contact or a group, and the event that says so.
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
        OLD_NAME,
        VOTE,
        ADMIN_REVOKE,
        EMPTIED,
        OLD_CHAT,
        PINNED,
        LOCKED,
        GROUP,
        SUBJECT,
        PEOPLE,
        LABEL,
        LABELLED_CHAT,
        LABELLED_MESSAGE,
        BLOCKED,
        PRESENCE,
        PROGRESS
    }

    private static final List<Kind> KINDS = List.of(Kind.values());

    /** Kinds that say much of each other, told alone now and then. */
    private static final List<Set<Kind>> THEMES = List.of(
            EnumSet.of(Kind.ARRIVES, Kind.REVOKE, Kind.ADMIN_REVOKE, Kind.GROUP, Kind.SUBJECT, Kind.PEOPLE),
            EnumSet.of(
                    Kind.ARRIVES,
                    Kind.DELETE,
                    Kind.EMPTIED,
                    Kind.CHAT_GONE,
                    Kind.LABEL,
                    Kind.LABELLED_CHAT,
                    Kind.LABELLED_MESSAGE,
                    Kind.BLOCKED,
                    Kind.PROGRESS),
            EnumSet.of(
                    Kind.ARRIVES, Kind.OLD_CHAT, Kind.ARCHIVED, Kind.UNREAD, Kind.PINNED, Kind.LOCKED, Kind.CHAT_GONE));

    /** Kinds that come to the same in any order (P2). */
    private static final Set<Kind> ORDERLESS = EnumSet.of(
            Kind.ARRIVES, Kind.UNREADABLE, Kind.STATUS, Kind.EDIT, Kind.REVOKE, Kind.REACTION, Kind.VOTE, Kind.RECEIPT);

    /** What is told. */
    enum Telling {
        /** What comes to the same in any order: nobody says two things at one time. */
        ANY_ORDER,
        /** Anything. */
        ALL,
        /**
         * What can be told again from anywhere, and the end is the same. Not messages that are taken back and deleted:
         * what edits of one said goes when it is taken back once more after it was deleted, so that a repetition leaves
         * less than there was. Not a group that changes while somebody may or may not take back: he may the second time.
         */
        AGAIN
    }

    /** Some facts, often about the same few messages, each time of some kinds only. */
    static List<HistoryFact> some(Random random, int count, Telling telling) {
        Set<Kind> kinds = kinds(random, telling);
        List<HistoryMessage> messages = HistoryMessage.some(random, 1 + random.nextInt(8));
        List<HistoryFact> facts = new ArrayList<>();
        while (facts.size() < count) {
            HistoryMessage message = messages.get(random.nextInt(messages.size()));
            // what makes a message is as frequent as all the rest that is rare together
            Kind kind = random.nextInt(5) == 0 ? Kind.ARRIVES : KINDS.get(random.nextInt(KINDS.size()));
            boolean rare = kind == Kind.REVOKE || kind == Kind.EMPTIED || kind == Kind.CHAT_GONE;
            if (kinds.contains(kind) && isPossible(kind, message) && !(rare && random.nextInt(3) > 0)) {
                HistoryFact fact = of(kind, message, random, telling != Telling.ANY_ORDER);
                if (telling != Telling.ANY_ORDER || facts.stream().noneMatch(fact::isOtherwise)) {
                    facts.add(fact);
                }
            }
        }
        return facts;
    }

    /**
     * Whether somebody reacts or votes at the time of another reaction or vote of his, and in another way; and whether who
     * has two addresses reacts, votes or reads twice in a group: that are two there until it is known that he is one.
     */
    private boolean isOtherwise(HistoryFact other) {
        boolean says = kind == Kind.REACTION || kind == Kind.VOTE;
        if (!(says || kind == Kind.RECEIPT) || kind != other.kind || !of.equals(other.of) || !by.equals(other.by)) {
            return false;
        }
        boolean twice = of.isInGroup() && by.equals(MessageFixture.BUDI_LID);
        return twice || (says && time == other.time && !detail.equals(other.detail));
    }

    private static Set<Kind> kinds(Random random, Telling telling) {
        Set<Kind> kinds = EnumSet.allOf(Kind.class);
        int theme = random.nextInt(2 * THEMES.size());
        if (telling == Telling.ANY_ORDER) {
            kinds.retainAll(ORDERLESS);
            kinds.removeIf(kind -> random.nextInt(4) == 0);
        } else if (theme < THEMES.size()) {
            kinds.retainAll(THEMES.get(theme));
        } else {
            kinds.removeIf(kind -> random.nextInt(3) == 0);
        }
        kinds.add(Kind.ARRIVES);
        if (telling == Telling.AGAIN) {
            boolean taken = random.nextBoolean();
            kinds.removeAll(taken ? EnumSet.of(Kind.DELETE, Kind.EMPTIED) : EnumSet.of(Kind.REVOKE, Kind.ADMIN_REVOKE));
            kinds.removeAll(random.nextBoolean() ? EnumSet.of(Kind.ADMIN_REVOKE) : EnumSet.of(Kind.GROUP, Kind.PEOPLE));
        }
        return kinds;
    }

    private static boolean isPossible(Kind kind, HistoryMessage message) {
        return switch (kind) {
            case RECEIPT -> message.isOursAlone();
            case DELETE -> !message.isInGroup() || message.isAlone();
            case ADMIN_REVOKE ->
                message.isInGroup() && message.isAlone() && !message.author().isEmpty();
            default -> true;
        };
    }

    /**
     * Something of a kind.
     *
     * @param mixed whether one event may name both addresses of somebody, as none does before it is known that he is one
     */
    private static HistoryFact of(Kind kind, HistoryMessage message, Random random, boolean mixed) {
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
            case REACTION -> reaction(message, 1760000300001L + n, random, mixed);
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
            case VOTE -> vote(message, 1760000700001L + n, random, mixed);
            case ADMIN_REVOKE -> adminRevoke(message, random);
            default -> HistoryNews.of(kind, message, random);
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

    private static HistoryFact reaction(HistoryMessage message, long time, Random random, boolean mixed) {
        String by = somebodyIn(message, random);
        String text = choice(random);
        HistoryMessage reacting = new HistoryMessage(message.chat(), by, "X", 0);
        String id = "X" + time % 10 + (text.isEmpty() ? "-" : text) + (by.isEmpty() ? "me" : by.substring(0, 4))
                + message.name();
        long address = random.nextLong();
        String own = reacting.key(id, new Random(address));
        String target = message.key(message.id(), new Random(mixed ? random.nextLong() : address));
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

    /** One of those who talk there; empty for us. */
    private static String somebodyIn(HistoryMessage message, Random random) {
        return message.isInGroup()
                ? List.of("", MessageFixture.BUDI_LID, MessageFixture.ANI).get(random.nextInt(3))
                : random.nextBoolean() ? "" : message.chat();
    }

    private static String choice(Random random) {
        return random.nextInt(3) == 0 ? "" : random.nextBoolean() ? "a" : "b";
    }

    private static HistoryFact vote(HistoryMessage message, long time, Random random, boolean mixed) {
        String by = somebodyIn(message, random);
        String text = choice(random);
        long address = random.nextLong();
        String own = new HistoryMessage(message.chat(), by, "X", 0).key("V" + time % 10 + text, new Random(address));
        String option = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        String form = random.nextBoolean() ? "'" + option + "'" : "{'type':'Buffer','data':'" + option + "'}";
        String chosen = text.isEmpty()
                ? random.nextBoolean() ? "" : "'selectedOptions':[]"
                : "'selectedOptions':[" + form + "]";
        String update = "'pollUpdates':[{'pollUpdateMessageKey':" + own + ",'vote':{" + chosen
                + "},'senderTimestampMs':" + time + "}]";
        String target = message.key(message.id(), new Random(mixed ? random.nextLong() : address));
        String data = update(target, update);
        return new HistoryFact(Kind.VOTE, message, by, time, text, "", said("messages.update", data));
    }

    /** Somebody takes back what another wrote in a group, as admins may; always with the same message. */
    private static HistoryFact adminRevoke(HistoryMessage message, Random random) {
        List<String> others =
                List.of("", message.author().equals(MessageFixture.ANI) ? MessageFixture.BUDI_LID : MessageFixture.ANI);
        String by = others.get(random.nextInt(2));
        long time = 1760000600L + 2L * message.number() + others.indexOf(by);
        String id = "Q" + (by.isEmpty() ? "me" : by.substring(0, 4)) + message.name();
        String target = message.key(message.id(), random);
        String key = new HistoryMessage(message.chat(), by, "X", 0).key(id, random);
        String body = "'message':{'protocolMessage':{'type':0,'key':" + target + "}}";
        return carried(Kind.ADMIN_REVOKE, message, by, time, "", id, upsert(key, time, body));
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

    static HistoryFact chat(Kind kind, HistoryMessage message, String member, List<String> values, Random random) {
        String value = values.get(random.nextInt(values.size()));
        String data = "[{'id':'" + message.chat(random) + "','" + member + "':" + value + "}]";
        return fact(kind, message, 0, value, random.nextInt(4) == 0 ? "chats.upsert" : "chats.update", data);
    }

    private static String contact(HistoryMessage message, String name, Random random) {
        return "{'id':'" + message.chat(random) + "','notify':'" + name + "'}";
    }

    static HistoryFact fact(Kind kind, HistoryMessage of, long time, String detail, String name, String data) {
        return new HistoryFact(kind, of, "", time, detail, "", said(name, data));
    }

    private static HistoryFact carried(
            Kind kind, HistoryMessage of, String by, long time, String detail, String carrier, String data) {
        return new HistoryFact(kind, of, by, time, detail, carrier, said("messages.upsert", data));
    }

    static Event said(String name, String data) {
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
