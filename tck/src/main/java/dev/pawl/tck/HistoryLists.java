package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.message.ChatFilter;
import dev.pawl.message.ChatView;
import dev.pawl.message.GroupView;
import dev.pawl.message.MessageStore;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a history says beside its messages after some facts: a model that is told them one after another, and keeps what is
 * said of each chat, group and label in a map. Knows no rows, no batches and no second addresses.
 */
final class HistoryLists {

    private static final String TIME = "conversationTimestamp";
    private static final String UNREAD = "unreadCount";

    /** Of each chat the members that it has, {@code null} as such. */
    private final Map<String, Map<String, String>> chats = new TreeMap<>();

    /** Of each chat which members a chat of a history replaced, and of which time that was. */
    private final Map<String, Map<String, Long>> notes = new HashMap<>();

    private Optional<Group> group = Optional.empty();

    /** All that is a label or has one, who is blocked, and how far histories are: what it says by name. */
    private final Map<String, String> labels = new TreeMap<>();

    private final Map<String, Map<String, String>> presences = new TreeMap<>();
    private final Set<HistoryFact> refused = Collections.newSetFromMap(new IdentityHashMap<>());

    private static final class Group {
        private Optional<String> subject = Optional.empty();
        private Optional<Integer> size = Optional.empty();
        private Optional<Map<String, String>> people = Optional.empty();
        private boolean partial;
    }

    HistoryLists(List<HistoryFact> facts) {
        facts.forEach(this::tell);
    }

    /** Whether somebody tried to take back what he may not. */
    boolean isRefused(HistoryFact fact) {
        return refused.contains(fact);
    }

    private void tell(HistoryFact fact) {
        String chat = fact.of().chat();
        switch (fact.kind()) {
            case UNREAD -> change(chat, UNREAD, fact.detail());
            case ARCHIVED -> change(chat, "archived", fact.detail());
            case PINNED -> change(chat, "pinned", fact.detail());
            case LOCKED -> change(chat, "locked", fact.detail());
            case OLD_CHAT -> tellOldChat(chat, fact);
            case ARRIVES -> {
                Map<String, String> members = members(chat);
                members.merge(TIME, "" + fact.time(), HistoryLists::later);
            }
            case CHAT_GONE -> {
                chats.remove(chat);
                notes.remove(chat);
                labels.keySet().removeIf(name -> name.startsWith("chat ") && name.endsWith("|" + chat));
            }
            case EMPTIED -> {
                if (chats.containsKey(chat) && chats.get(chat).containsKey(UNREAD)) {
                    chats.get(chat).put(UNREAD, "0");
                }
                labels.keySet().removeIf(name -> name.startsWith("message ") && name.contains("|" + chat + "|"));
            }
            case DELETE ->
                labels.keySet()
                        .removeIf(name -> name.startsWith("message ")
                                && name.endsWith("|" + chat + "|" + fact.of().id()));
            case GROUP, SUBJECT, PEOPLE -> tellGroup(fact);
            case ADMIN_REVOKE -> {
                if (!mayRevoke(fact.by())) {
                    refused.add(fact);
                }
            }
            case LABEL -> tellLabel(fact);
            case LABELLED_CHAT ->
                put("chat " + fact.by() + "|" + chat, fact.detail().equals("add"));
            case LABELLED_MESSAGE ->
                put(
                        "message " + fact.by() + "|" + chat + "|" + fact.of().id(),
                        fact.detail().equals("add"));
            case BLOCKED -> {
                if (fact.detail().equals("set")) {
                    labels.keySet().removeIf(name -> name.startsWith("blocklist "));
                }
                put("blocklist " + fact.by(), !fact.detail().equals("remove"));
            }
            case PRESENCE ->
                presences.computeIfAbsent(chat, any -> new TreeMap<>()).put(fact.by(), fact.detail());
            case PROGRESS -> tellProgress(fact);
            default -> {
                // says something of a message only
            }
        }
    }

    private static String later(String one, String other) {
        return Long.parseLong(other) > Long.parseLong(one) ? other : one;
    }

    private Map<String, String> members(String chat) {
        return chats.computeIfAbsent(chat, any -> new TreeMap<>());
    }

    private void change(String chat, String member, String value) {
        Map<String, String> members = members(chat);
        if (!member.equals(UNREAD)) {
            members.put(member, value);
        } else if (!value.equals("null")) {
            long said = Long.parseLong(value);
            long before = Math.max(0, Long.parseLong(members.getOrDefault(UNREAD, "0")));
            members.put(UNREAD, "" + (said > 0 ? before + said : said));
        }
    }

    /** Fills what is absent; replaces what a more recent one says otherwise, and what one of that time did before. */
    private void tellOldChat(String chat, HistoryFact fact) {
        boolean known = chats.containsKey(chat);
        Map<String, String> members = members(chat);
        boolean newer = fact.time() > Long.parseLong(members.getOrDefault(TIME, "0"));
        Map<String, Long> noted = notes.computeIfAbsent(chat, any -> new HashMap<>());
        for (String member :
                fact.detail().isEmpty() ? new String[0] : fact.detail().split(",")) {
            String name = member.split(":")[0];
            String value = member.split(":")[1];
            if (!known || !members.containsKey(name)) {
                members.put(name, value);
            } else if (!members.get(name).equals(value) && (newer || noted.getOrDefault(name, 0L) == fact.time())) {
                members.put(name, value);
                noted.put(name, fact.time());
            }
        }
        members.merge(TIME, "" + fact.time(), HistoryLists::later);
    }

    private void tellGroup(HistoryFact fact) {
        Group told = group.orElseGet(Group::new);
        group = Optional.of(told);
        if (fact.kind() == HistoryFact.Kind.SUBJECT) {
            told.subject = Optional.of(fact.detail());
            return;
        }
        Map<String, String> people = told.people.orElseGet(TreeMap::new);
        if (fact.kind() == HistoryFact.Kind.GROUP) {
            String[] detail = fact.detail().split(" ", 3);
            people = new TreeMap<>();
            for (String person : detail[2].isEmpty() ? new String[0] : detail[2].split(",")) {
                people.put(person.split("=")[0], person.substring(person.indexOf('=') + 1));
            }
            told.subject = Optional.of(detail[0]);
            told.size = detail[1].equals("true") || told.size.isPresent() ? Optional.of(people.size()) : told.size;
            told.partial = false;
        } else {
            told.partial |= told.people.isEmpty();
            tellPeople(
                    people,
                    fact.by(),
                    fact.detail().split(" ")[0],
                    fact.detail().endsWith("bare"));
            told.size = told.partial || told.size.isEmpty() ? told.size : Optional.of(people.size());
        }
        told.people = Optional.of(people);
    }

    private static void tellPeople(Map<String, String> people, String person, String action, boolean bare) {
        switch (action) {
            case "add" -> people.merge(person, "", (before, now) -> bare ? before : now);
            case "remove" -> people.remove(person);
            case "promote" ->
                people.merge(person, "admin", (before, now) -> before.equals("superadmin") ? before : now);
            case "demote" -> people.put(person, "");
            default -> {
                // tells what else he is known by, or nothing
                if (!bare) {
                    people.putIfAbsent(person, "");
                }
            }
        }
    }

    /** Everybody, unless the group says that he is no admin; we always may. */
    private boolean mayRevoke(String by) {
        if (by.isEmpty() || group.isEmpty() || group.get().people.isEmpty()) {
            return true;
        }
        Optional<String> admin = Optional.ofNullable(group.get().people.get().get(by));
        return admin.isPresent() ? !admin.get().isEmpty() : group.get().partial;
    }

    private void tellLabel(HistoryFact fact) {
        if (fact.detail().isEmpty()) {
            labels.keySet()
                    .removeIf(name -> name.equals("label " + fact.by())
                            || name.startsWith("chat " + fact.by() + "|")
                            || name.startsWith("message " + fact.by() + "|"));
        } else {
            labels.put("label " + fact.by(), fact.detail());
        }
    }

    private void put(String name, boolean there) {
        if (there) {
            labels.put(name, "");
        } else {
            labels.remove(name);
        }
    }

    private void tellProgress(HistoryFact fact) {
        String name = "history " + fact.by();
        String[] before = labels.getOrDefault(name, " ").split(" ", -1);
        boolean number = Character.isDigit(fact.detail().charAt(0));
        if (number) {
            before[0] = before[0].isEmpty() ? fact.detail() : later(before[0], fact.detail());
        } else if (!before[1].equals("complete")) {
            before[1] = fact.detail();
        }
        labels.put(name, before[0] + " " + before[1]);
    }

    /** Compares all that the store says of the lists with this. */
    void check(MessageStore store, Map<Key, Row> rows, Random random) {
        assertThat(store.group(MessageFixture.GROUP).map(HistoryLists::said))
                .as("group")
                .isEqualTo(group.map(HistoryLists::said));
        Map<String, String> stored = new TreeMap<>();
        rows.forEach((key, row) -> {
            if (key.family() == Family.LABEL) {
                String name = key.partition() + " " + key.id().replace(MessageFixture.BUDI, MessageFixture.BUDI_LID);
                assertThat(stored.put(name, said(key.partition(), row)))
                        .as("another row of " + name)
                        .isNull();
            }
        });
        assertThat(stored).as("labels").isEqualTo(labels);
        for (String chat : Set.of(MessageFixture.BUDI_LID, MessageFixture.ANI, MessageFixture.GROUP)) {
            String address = HistoryMessage.address(chat, random);
            checkChat(store, chat, address);
            Map<String, String> seen = new TreeMap<>();
            store.presence(address)
                    .forEach(each -> seen.put(
                            each.participant(),
                            ProtoJson.text(each.json(), "lastKnownPresence").orElse("")));
            assertThat(seen).as("presence").isEqualTo(presences.getOrDefault(chat, Map.of()));
        }
        Set<String> listed = new TreeSet<>();
        store.chats(ChatFilter.ANY, Optional.empty(), 100).items().forEach(chat -> listed.add(chat.jid()));
        assertThat(listed).as("chats").isEqualTo(chats.keySet());
    }

    /** Compares what the store says of a chat with this. */
    void checkChat(MessageStore store, String chat, String address) {
        assertThat(store.chat(address).map(HistoryLists::said))
                .as("chat")
                .isEqualTo(Optional.ofNullable(chats.get(chat)).map(HistoryLists::said));
    }

    private static String said(String partition, Row row) {
        JsonObject json = (JsonObject) JsonValue.parse(row.value());
        return switch (partition) {
            case "label" -> ProtoJson.text(json, "name").orElse("");
            case "history" ->
                ProtoJson.integer(json, "progress").stream()
                                .mapToObj(Long::toString)
                                .findFirst()
                                .orElse("")
                        + " " + ProtoJson.text(json, "status").orElse("");
            default -> "";
        };
    }

    private static String said(ChatView chat) {
        long active = chat.lastActivity().map(Instant::getEpochSecond).orElse(0L);
        return said(chat.archived(), chat.unread(), chat.unreadCount(), active)
                + (chat.pinned().isPresent() ? " pinned" : "")
                + (chat.locked() ? " locked" : "");
    }

    private static String said(Map<String, String> chat) {
        long unread = Long.parseLong(chat.getOrDefault(UNREAD, "0"));
        String pinned = chat.getOrDefault("pinned", "null");
        return said(
                        chat.getOrDefault("archived", "").equals("true"),
                        unread != 0,
                        Math.max(0, unread),
                        Long.parseLong(chat.getOrDefault(TIME, "0")))
                + (pinned.equals("null") || pinned.equals("0") ? "" : " pinned")
                + (chat.getOrDefault("locked", "").equals("true") ? " locked" : "");
    }

    private static String said(boolean archived, boolean isUnread, long unread, long active) {
        return "archived " + archived + ", unread " + isUnread + " " + unread + ", active " + active;
    }

    private static String said(Group group) {
        return group.subject + " " + (group.people.isPresent() && !group.partial) + " " + group.people.orElse(Map.of())
                + " " + group.size.orElse(-1);
    }

    private static String said(GroupView group) {
        Map<String, String> people = new TreeMap<>();
        group.participants()
                .forEach(person -> people.put(
                        HistoryModel.canonical(ProtoJson.text(person, "id").orElse("")),
                        ProtoJson.text(person, "admin").orElse("")));
        return group.subject() + " " + group.complete() + " " + people + " "
                + ProtoJson.integer(group.json(), "size").orElse(-1);
    }
}
