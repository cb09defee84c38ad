package dev.pawl.message;

import dev.pawl.event.Event;
import dev.pawl.event.Jid;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a group: rules G1 to G4 of {@code docs/message-rules.md}.
 *
 * <p>Takes what is stored and what arrives and gives what is to be stored: the very same object when nothing changes.
 */
final class GroupRules {

    private static final String PARTICIPANTS = "participants";
    private static final String SIZE = "size";
    private static final String ADMIN = "admin";
    private static final String PARTIAL = "partial";
    private static final String PAST = "past";
    private static final List<String> ADDRESSES = List.of("id", "lid", "phoneNumber");

    private GroupRules() {}

    /**
     * A change of a group, or the whole of it, from {@code groups.upsert} and {@code groups.update}.
     *
     * @param jid the address of the row
     */
    static JsonObject update(Optional<JsonObject> stored, String jid, JsonObject update) {
        if (stored.isEmpty()) {
            return RowMerge.first(update, jid);
        }
        RowMerge group = new RowMerge(stored.get());
        update.forEach((name, value) -> {
            if (!RowMerge.isFixed(name)) {
                group.set(name, value);
            }
        });
        if (update.get(PARTICIPANTS).orElse(JsonNull.NULL) instanceof JsonArray people) {
            group.removeOurs(PARTIAL);
            if (update.get(SIZE).isEmpty()
                    && ProtoJson.integer(stored.get(), SIZE).orElse(people.size()) != people.size()) {
                group.set(SIZE, JsonNumber.of(people.size()));
            }
        }
        return group.result();
    }

    /** People come, go, and become something. */
    static JsonObject participants(Optional<JsonObject> stored, Event.GroupParticipantsUpdate change, Aliases aliases) {
        RowMerge group = new RowMerge(stored.orElseGet(() -> RowMerge.named(change.group())));
        boolean listed = group.stored().get(PARTICIPANTS).orElse(JsonNull.NULL) instanceof JsonArray;
        Roll roll = new Roll(group.stored(), aliases);
        change.participants().forEach(each -> roll.change(change.action(), each.without(WaMessage.OURS)));
        List<JsonValue> members = roll.members();
        if (!listed || roll.changed) {
            group.set(PARTICIPANTS, JsonArray.copyOf(members));
        }
        if (!listed) {
            group.setOurs(PARTIAL, JsonBoolean.TRUE);
        }
        boolean whole = group.ours(PARTIAL).isEmpty();
        if (whole && ProtoJson.integer(group.stored(), SIZE).orElse(members.size()) != members.size()) {
            group.set(SIZE, JsonNumber.of(members.size()));
        }
        return group.result();
    }

    /**
     * Who left a group at some time, from a history.
     *
     * @param jid the address of the row
     * @param past {@code {userJid, leaveReason, leaveTs}}, one for each time that somebody left
     */
    static JsonObject past(Optional<JsonObject> stored, String jid, List<JsonObject> past, Aliases aliases) {
        RowMerge group = new RowMerge(stored.orElseGet(() -> RowMerge.named(jid)));
        JsonArray known = group.ours(PAST).orElse(JsonNull.NULL) instanceof JsonArray list ? list : JsonArray.EMPTY;
        JsonArray all = known;
        for (JsonObject left : past) {
            if (!isIn(all, left, aliases)) {
                all = all.plus(left);
            }
        }
        if (all != known) {
            group.setOurs(PAST, all);
        }
        if (stored.isEmpty()) {
            group.setOurs(PARTIAL, JsonBoolean.TRUE);
        }
        return group.result();
    }

    private static boolean isIn(JsonArray list, JsonObject left, Aliases aliases) {
        String user = ProtoJson.text(left, "userJid").orElse("");
        long time = ProtoJson.integer(left, "leaveTs").orElse(0);
        for (JsonValue value : list) {
            if (value instanceof JsonObject other
                    && ProtoJson.integer(other, "leaveTs").orElse(0) == time
                    && aliases.same(user, ProtoJson.text(other, "userJid").orElse(""))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether somebody may take back what others wrote in a group.
     *
     * @return empty when the stored group does not say: it has no list, or one that is not whole and without him
     */
    static Optional<Boolean> isAdmin(JsonObject stored, String jid, Aliases aliases) {
        if (!(stored.get(PARTICIPANTS).orElse(JsonNull.NULL) instanceof JsonArray)) {
            return Optional.empty();
        }
        Optional<JsonObject> member = new Roll(stored, aliases).find(jid);
        boolean partial = ProtoJson.object(stored, WaMessage.OURS)
                .filter(ours -> ProtoJson.isTrue(ours, PARTIAL))
                .isPresent();
        return member.isEmpty() && partial
                ? Optional.empty()
                : Optional.of(
                        member.flatMap(entry -> ProtoJson.text(entry, ADMIN)).isPresent());
    }

    /** The people of a group while they change, found under each of their addresses. */
    private static final class Roll {

        private final Aliases aliases;
        private final List<Optional<JsonValue>> entries = new ArrayList<>();
        private final Map<String, Integer> places = new HashMap<>();
        private boolean changed;

        Roll(JsonObject group, Aliases aliases) {
            this.aliases = aliases;
            if (group.get(PARTICIPANTS).orElse(JsonNull.NULL) instanceof JsonArray list) {
                list.forEach(this::append);
            }
        }

        private void append(JsonValue entry) {
            int place = entries.size();
            entries.add(Optional.of(entry));
            if (entry instanceof JsonObject person) {
                addresses(person).forEach(jid -> places.putIfAbsent(jid, place));
            } else if (entry instanceof JsonString id) {
                places.putIfAbsent(aliases.canonical(id.value()), place);
            }
        }

        private List<String> addresses(JsonObject person) {
            List<String> addresses = new ArrayList<>(ADDRESSES.size());
            for (String name : ADDRESSES) {
                ProtoJson.text(person, name).map(aliases::canonical).ifPresent(addresses::add);
            }
            return addresses;
        }

        List<JsonValue> members() {
            List<JsonValue> members = new ArrayList<>(entries.size());
            entries.forEach(entry -> entry.ifPresent(members::add));
            return members;
        }

        Optional<JsonObject> find(String jid) {
            Integer place = places.get(aliases.canonical(jid));
            return place == null ? Optional.empty() : entries.get(place).map(Roll::object);
        }

        private static JsonObject object(JsonValue entry) {
            return entry instanceof JsonObject person ? person : JsonObject.EMPTY.with("id", entry);
        }

        void change(String action, JsonObject person) {
            int place = -1;
            for (String jid : addresses(person)) {
                place = Math.max(place, places.getOrDefault(jid, -1));
            }
            Optional<JsonValue> entry = place < 0 ? Optional.empty() : entries.get(place);
            Optional<JsonObject> before = entry.map(Roll::object);
            switch (action) {
                case "add" ->
                    put(place, before.map(old -> told(old, person, true)).orElse(person), before);
                case "remove" -> remove(place, entry);
                case "promote" -> {
                    JsonObject old = before.orElse(person);
                    boolean first = ProtoJson.text(old, ADMIN)
                            .filter("superadmin"::equals)
                            .isPresent();
                    put(place, first ? old : old.with(ADMIN, new JsonString(ADMIN)), before);
                }
                case "demote" -> put(place, before.orElse(person).with(ADMIN, JsonNull.NULL), before);
                case "modify" -> modify(place, person, before);
                default -> {
                    // an action that nobody knows yet says nothing that could be believed
                }
            }
        }

        /** What else somebody is known by; nothing but an address is one that he may have no longer. */
        private void modify(int place, JsonObject person, Optional<JsonObject> before) {
            boolean tells = person.names().stream()
                    .anyMatch(name ->
                            !name.equals("id") && ProtoJson.member(person, name).isPresent());
            if (tells) {
                put(place, before.map(old -> told(old, person, false)).orElse(person), before);
            }
        }

        /** The entry of somebody with what else is told about him; his address in the list stays. */
        private static JsonObject told(JsonObject old, JsonObject person, boolean clears) {
            RowMerge entry = new RowMerge(old);
            person.forEach((name, value) -> {
                if (!name.equals("id") && (clears || !(value instanceof JsonNull))) {
                    entry.set(name, value);
                }
            });
            Optional<Jid> own = ProtoJson.text(old, "id").flatMap(Jid::parse);
            Optional<Jid> other = ProtoJson.text(person, "id").flatMap(Jid::parse);
            if (!own.equals(other)) {
                other.filter(Jid::isLid)
                        .filter(jid -> person.get("lid").isEmpty())
                        .ifPresent(jid -> entry.fill("lid", new JsonString(jid.text())));
                other.filter(Jid::isPhoneNumber)
                        .filter(jid -> person.get("phoneNumber").isEmpty())
                        .ifPresent(jid -> entry.fill("phoneNumber", new JsonString(jid.text())));
            }
            return entry.result();
        }

        private void put(int place, JsonObject entry, Optional<JsonObject> before) {
            if (before.isEmpty()) {
                append(entry);
                changed = true;
            } else if (entry != before.get() && !entry.equals(before.get())) {
                entries.set(place, Optional.of(entry));
                addresses(entry).forEach(jid -> places.putIfAbsent(jid, place));
                changed = true;
            }
        }

        private void remove(int place, Optional<JsonValue> entry) {
            if (entry.isPresent()) {
                entries.set(place, Optional.empty());
                places.values().removeIf(other -> other == place);
                changed = true;
            }
        }
    }
}
