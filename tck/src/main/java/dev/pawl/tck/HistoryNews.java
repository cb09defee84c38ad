package dev.pawl.tck;

import dev.pawl.tck.HistoryFact.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Facts about everything in a history that is no message: chats, groups, labels, who is blocked, who does what. */
final class HistoryNews {

    private static final String BUDI = MessageFixture.BUDI_LID;
    private static final String ANI = MessageFixture.ANI;

    /** Somebody who never writes. */
    private static final String THIRD = "33344455566677@lid";

    private static final List<String> ACTIONS = List.of("add", "remove", "promote", "demote", "modify");

    private HistoryNews() {}

    static HistoryFact of(Kind kind, HistoryMessage message, Random random) {
        return switch (kind) {
            case PINNED ->
                HistoryFact.chat(kind, message, "pinned", List.of("1760000001000", "1760000002", "null"), random);
            case LOCKED -> {
                boolean locked = random.nextBoolean();
                String data = "{'id':'" + message.chat(random) + "','locked':" + locked + "}";
                yield HistoryFact.fact(kind, message, 0, "" + locked, "chats.lock", data);
            }
            case OLD_CHAT -> oldChat(message, random);
            case EMPTIED ->
                HistoryFact.fact(
                        kind, message, 0, "", "messages.delete", "{'jid':'" + message.chat(random) + "','all':true}");
            case GROUP -> group(random);
            case SUBJECT -> {
                String subject = "s" + random.nextInt(3);
                String data = "[{'id':'" + MessageFixture.GROUP + "','subject':'" + subject + "'}]";
                yield HistoryFact.fact(kind, HistoryMessage.OF_GROUP, 0, subject, "groups.update", data);
            }
            case PEOPLE -> people(random);
            case LABEL -> label(message, random);
            case LABELLED_CHAT -> labelled(kind, message, "'type':'label_jid'", random);
            case LABELLED_MESSAGE ->
                labelled(kind, message, "'type':'label_message','messageId':'" + message.id() + "'", random);
            case BLOCKED -> blocked(message, random);
            case PRESENCE -> presence(message, random);
            case PROGRESS -> progress(message, random);
            default -> throw new IllegalArgumentException(kind.toString());
        };
    }

    private static String any(List<String> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    private static String somebody(Random random) {
        return any(List.of(BUDI, ANI, THIRD), random);
    }

    /** A chat of a history: its {@code detail} are the members that it tells. */
    private static HistoryFact oldChat(HistoryMessage message, Random random) {
        long time = 1760000000L + random.nextInt(8);
        List<String> members = new ArrayList<>();
        if (random.nextBoolean()) {
            members.add("archived:" + random.nextBoolean());
        }
        if (random.nextBoolean()) {
            members.add("unreadCount:" + any(List.of("0", "2", "5"), random));
        }
        if (random.nextBoolean()) {
            members.add("pinned:" + any(List.of("1760000003", "0"), random));
        }
        String form = random.nextBoolean() ? "" + time : "'" + time + "'";
        StringBuilder json = new StringBuilder();
        members.forEach(member -> json.append(",'").append(member.replace(":", "':")));
        String chat = "{'id':'" + message.chat(random) + "','conversationTimestamp':" + form + json + "}";
        return HistoryFact.fact(
                Kind.OLD_CHAT,
                message,
                time,
                String.join(",", members),
                "messaging-history.set",
                "{'chats':[" + chat + "],'contacts':[],'messages':[]}");
    }

    /** All of a group: its {@code detail} is the subject and who is in it. */
    private static HistoryFact group(Random random) {
        List<String> detail = new ArrayList<>();
        List<String> people = new ArrayList<>();
        for (String person : List.of(BUDI, ANI, THIRD)) {
            if (random.nextInt(3) > 0) {
                String admin = any(List.of("", "admin", "superadmin"), random);
                detail.add(person + "=" + admin);
                people.add("{'id':'" + HistoryMessage.address(person, random) + "','admin':"
                        + (admin.isEmpty() ? "null" : "'" + admin + "'") + "}");
            }
        }
        String subject = "s" + random.nextInt(3);
        boolean sized = random.nextBoolean();
        String data = "[{'id':'" + MessageFixture.GROUP + "','subject':'" + subject + "','participants':["
                + String.join(",", people) + "]" + (sized ? ",'size':" + people.size() : "") + "}]";
        return HistoryFact.fact(
                Kind.GROUP,
                HistoryMessage.OF_GROUP,
                0,
                subject + " " + sized + " " + String.join(",", detail),
                random.nextBoolean() ? "groups.update" : "groups.upsert",
                data);
    }

    /** Somebody comes, goes or becomes something; the entry of Baileys 6 tells nothing but who. */
    private static HistoryFact people(Random random) {
        String person = somebody(random);
        String action = any(ACTIONS, random);
        boolean bare = random.nextInt(3) == 0;
        String address = HistoryMessage.address(person, random);
        String name = action.equals("modify") ? ",'username':'" + any(List.of("u", "v"), random) + "'" : "";
        String entry = bare ? "'" + address + "'" : "{'id':'" + address + "','admin':null" + name + "}";
        String data = "{'id':'" + MessageFixture.GROUP + "','participants':[" + entry + "],'action':'" + action + "'}";
        return new HistoryFact(
                Kind.PEOPLE,
                HistoryMessage.OF_GROUP,
                person,
                0,
                action + (bare ? " bare" : ""),
                "",
                HistoryFact.said("group-participants.update", data));
    }

    private static HistoryFact label(HistoryMessage message, Random random) {
        String label = "L" + random.nextInt(2);
        boolean deleted = random.nextInt(3) == 0;
        String name = "n" + random.nextInt(3);
        String data = "{'id':'" + label + "','name':'" + name + "','color':1,'deleted':" + deleted + "}";
        return new HistoryFact(
                Kind.LABEL, message, label, 0, deleted ? "" : name, "", HistoryFact.said("labels.edit", data));
    }

    private static HistoryFact labelled(Kind kind, HistoryMessage message, String members, Random random) {
        String label = "L" + random.nextInt(2);
        String type = random.nextInt(3) == 0 ? "remove" : "add";
        String data = "{'type':'" + type + "','association':{" + members + ",'chatId':'" + message.chat(random)
                + "','labelId':'" + label + "'}}";
        return new HistoryFact(kind, message, label, 0, type, "", HistoryFact.said("labels.association", data));
    }

    private static HistoryFact blocked(HistoryMessage message, Random random) {
        String person = somebody(random);
        String list = "'blocklist':['" + HistoryMessage.address(person, random) + "']";
        String type = any(List.of("add", "remove", "set"), random);
        return new HistoryFact(
                Kind.BLOCKED,
                message,
                person,
                0,
                type,
                "",
                type.equals("set")
                        ? HistoryFact.said("blocklist.set", "{" + list + "}")
                        : HistoryFact.said("blocklist.update", "{" + list + ",'type':'" + type + "'}"));
    }

    private static HistoryFact presence(HistoryMessage message, Random random) {
        String person = message.isInGroup() ? somebody(random) : message.chat();
        String does = any(List.of("composing", "available", "unavailable"), random);
        String data = "{'id':'" + message.chat(random) + "','presences':{'" + HistoryMessage.address(person, random)
                + "':{'lastKnownPresence':'" + does + "'}}}";
        return new HistoryFact(Kind.PRESENCE, message, person, 0, does, "", HistoryFact.said("presence.update", data));
    }

    /** How far a kind of history has come: {@code by} is the kind, the {@code detail} a number, or a state. */
    private static HistoryFact progress(HistoryMessage message, Random random) {
        String type = "3";
        String state = any(List.of("10", "50", "100", "paused", "complete"), random);
        boolean number = Character.isDigit(state.charAt(0));
        return new HistoryFact(
                Kind.PROGRESS,
                message,
                type,
                0,
                state,
                "",
                number
                        ? HistoryFact.said(
                                "messaging-history.set",
                                "{'chats':[],'contacts':[],'messages':[],'syncType':" + type + ",'progress':" + state
                                        + "}")
                        : HistoryFact.said(
                                "messaging-history.status",
                                "{'syncType':" + type + ",'status':'" + state + "','explicit':true}"));
    }
}
