package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.event.Event;
import dev.pawl.event.MessageKey;
import dev.pawl.message.MessageKind;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One conversation under two addresses: M23 and on. */
abstract class MessageAddressRules extends MessageWritingRules {

    private static final Key MARK = new Key(Family.ALIAS, "merging", "11122233344455");

    private static String protocol(String chat, String id, long second, String of, String what) {
        return "{\"key\":{\"remoteJid\":\"" + chat + "\",\"fromMe\":false,\"id\":\"" + id
                + "\"},\"messageTimestamp\":" + second + ",\"message\":{\"protocolMessage\":{\"key\":{\"remoteJid\":\""
                + chat + "\",\"fromMe\":false,\"id\":\"" + of + "\"}," + what + "}}}";
    }

    private static Event edited(String chat, String id, long second, String of, String words) {
        return upsert(
                protocol(chat, id, second, of, "\"type\":14,\"editedMessage\":{\"conversation\":\"" + words + "\"}"));
    }

    private static Event revoked(String chat, String id, long second, String of) {
        return upsert(protocol(chat, id, second, of, "\"type\":0"));
    }

    private List<String> listed(String chat) {
        return store.messages(chat, PageRequest.newest().limit(1000)).items().stream()
                .map(message -> message.key().id())
                .toList();
    }

    @Test
    @DisplayName(
            "M23 a message that came under both addresses comes once when the pair is known, also without a chat (A8)")
    void m23WithoutAChat() {
        apply(upsert(text(BUDI, "A", 1760000001, "one"), text(BUDI, "B", 1760000003, "two")));
        apply(upsert(text(BUDI_LID, "A", 1760000005, "one")));
        apply(event("chats.delete", "[\"" + BUDI + "\",\"" + BUDI_LID + "\"]"));
        apply(pair(BUDI_LID, BUDI));

        assertThat(listed(BUDI)).containsExactly("B", "A");
        assertThat(listed(BUDI_LID)).containsExactly("B", "A");
        assertThat(rows().keySet())
                .filteredOn(key -> key.family() == Family.CHAT)
                .isEmpty();
        assertThat(rows().keySet())
                .filteredOn(key -> key.family() == Family.MESSAGE)
                .hasSize(2);
    }

    @Test
    @DisplayName(
            "M24 of a message taken back under one address and edited under the other no words are left anywhere (A8, R5)")
    void m24RevokedAndEdited() {
        for (List<String> addresses : List.of(List.of(BUDI, BUDI_LID), List.of(BUDI_LID, BUDI))) {
            String one = addresses.get(0);
            String other = addresses.get(1);
            apply(upsert(text(one, "A", 1760000001, "said first")), edited(one, "E", 1760000005, "A", "said then"));
            apply(upsert(text(other, "A", 1760000001, "said first")), revoked(other, "R", 1760000009, "A"));
            apply(pair(BUDI_LID, BUDI));

            WaMessage message = store.message(MessageKey.of(BUDI, "A", false)).orElseThrow();
            assertThat(message.kind()).isEqualTo(MessageKind.REVOKED);
            assertThat(message.revocation().orElseThrow().by()).isPresent();
            assertThat(rows().values())
                    .extracting(row -> row.value().utf8())
                    .noneMatch(text -> text.contains("said first") || text.contains("said then"));
            store.clear();
        }
    }

    @Test
    @DisplayName(
            "M25 many messages under both addresses are one at once for who reads, and behind the commit in rows, also by a later owner (A8)")
    void m25ManyTwice() {
        int count = 600;
        List<String> phone = new ArrayList<>();
        List<String> lid = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            phone.add(text(BUDI, "A" + i, 1760000000 + 2 * i, "hi"));
            lid.add(text(BUDI_LID, "A" + i, 1760000003 + 2 * i, "hi"));
        }
        apply(upsert(phone.toArray(String[]::new)), upsert(lid.toArray(String[]::new)));
        apply(pair(BUDI_LID, BUDI));
        assertThat(listed(BUDI)).hasSize(count).doesNotHaveDuplicates();
        apply(revoked(BUDI, "R", 1760009000, "A599"));
        assertThat(store.message(MessageKey.of(BUDI_LID, "A599", false))
                        .orElseThrow()
                        .kind())
                .isEqualTo(MessageKind.REVOKED);
        reopen();

        for (int i = 0; i < 10_000 && raw(MARK).isPresent(); i++) {
            // each takes its turn, and so does who merges
            apply(update(BUDI, "A0", "{\"starred\":" + (i % 2 == 0) + "}"));
        }
        assertThat(raw(MARK)).isEmpty();
        assertThat(rows().keySet())
                .filteredOn(key -> key.family() == Family.MESSAGE)
                .hasSize(count + 1);
        assertThat(listed(BUDI_LID)).hasSize(count + 1).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName(
            "M26 a message that is taken back, deleted and then edited: every suffix of its events again changes no row (P3)")
    void m26DeletedAndTakenBack() {
        List<Event> events = List.of(
                upsert(text(BUDI, "A", 1760000001, "said first")),
                edited(BUDI, "E1", 1760000003, "A", "said then"),
                revoked(BUDI, "R", 1760000005, "A"),
                event("messages.delete", "{\"keys\":[{\"remoteJid\":\"" + BUDI + "\",\"fromMe\":false,\"id\":\"A\"}]}"),
                edited(BUDI, "E2", 1760000007, "A", "said at last"));
        events.forEach(this::apply);
        Map<Key, String> once = values();
        for (int from = events.size() - 1; from >= 0; from--) {
            events.subList(from, events.size()).forEach(this::apply);
            assertThat(values()).as("from event %d on", from).isEqualTo(once);
            store.apply(events.subList(from, events.size()));
            assertThat(values()).as("from event %d on, at once", from).isEqualTo(once);
        }
        assertThat(once.get(message(BUDI, "E1|0"))).doesNotContain("said then");
        assertThat(once.get(message(BUDI, "E2|0"))).contains("said at last");
    }

    @Test
    @DisplayName(
            "M28 a message of a group that came under both addresses of its author is one when the pair is known (A8b)")
    void m28TwoAddressesOfAnAuthor() {
        for (List<String> authors : List.of(List.of(BUDI, BUDI_LID), List.of(ANI, BUDI_LID, BUDI))) {
            int second = 1760000009;
            for (String author : authors) {
                String key = "{\"remoteJid\":\"" + GROUP + "\",\"fromMe\":false,\"id\":\"A\",\"participant\":\""
                        + author + "\"}";
                apply(upsert("{\"key\":" + key + ",\"messageTimestamp\":" + second--
                        + ",\"message\":{\"conversation\":\"hi\"}}"));
            }
            apply(pair(BUDI_LID, BUDI));

            assertThat(listed(GROUP)).hasSize(authors.size() - 1);
            for (String author : List.of(BUDI, BUDI_LID)) {
                assertThat(store.message(MessageKey.of(GROUP, "A", false).withParticipant(author))
                                .flatMap(WaMessage::time))
                        .contains(Instant.ofEpochSecond(second + 1));
            }
            store.clear();
        }
    }

    @Test
    @DisplayName("M27 which events share a commit with the pair of those they name makes no difference to any row")
    void m27Grouping() {
        String reaction = "{\"key\":{\"remoteJid\":\"" + GROUP
                + "\",\"fromMe\":true,\"id\":\"B\"},\"reaction\":{\"key\":{\"remoteJid\":\"" + GROUP
                + "\",\"fromMe\":false,\"id\":\"X\",\"participant\":\"" + BUDI
                + "\"},\"text\":\"\",\"senderTimestampMs\":1760000009000}}";
        String removal = "{\"key\":{\"remoteJid\":\"" + GROUP
                + "\",\"fromMe\":false,\"id\":\"R\",\"participant\":\"" + BUDI
                + "\"},\"messageTimestamp\":1760000010,\"message\":{\"protocolMessage\":{\"type\":0,\"key\":{\"remoteJid\":\""
                + GROUP + "\",\"fromMe\":false,\"id\":\"A\",\"participant\":\"" + BUDI + "\"}}}}";
        List<Event> events = List.of(
                upsert(
                        text(GROUP, BUDI, "A", 1760000001, "hi"),
                        text(GROUP, "B", 1760000001, "ho").replace("false", "true")),
                event("messages.reaction", "[" + reaction + "]"),
                upsert(removal),
                event("chats.upsert", "[{\"id\":\"" + BUDI_LID + "\",\"name\":\"Budi\"}]"),
                event("chats.update", "[{\"id\":\"" + BUDI_LID + "\",\"archived\":true}]"),
                event("contacts.upsert", "[{\"id\":\"" + BUDI_LID + "\",\"notify\":\"b\"}]"),
                event("contacts.update", "[{\"id\":\"" + BUDI_LID + "\",\"imgUrl\":\"changed\"}]"),
                event("chats.upsert", "[{\"id\":\"" + ANI + "\",\"name\":\"Ani\"}]"),
                pair(BUDI_LID, BUDI),
                event("chats.update", "[{\"id\":\"" + BUDI + "\",\"pinned\":5}]"),
                event("contacts.update", "[{\"id\":\"" + BUDI + "\",\"name\":\"Budi\"}]"),
                pair(ANI_LID, ANI),
                event("chats.lock", "{\"id\":\"" + ANI_LID + "\",\"locked\":true}"));
        store.apply(events);
        Map<Key, String> together = values();
        for (int size = 1; size < events.size(); size++) {
            store.clear();
            for (int from = 0; from < events.size(); from += size) {
                store.apply(events.subList(from, Math.min(events.size(), from + size)));
            }
            assertThat(values()).as("%d a commit", size).isEqualTo(together);
        }
    }

    private Map<Key, String> values() {
        Map<Key, String> values = new HashMap<>();
        rows().forEach((key, row) ->
                values.put(key, row.order() + " " + row.value().utf8()));
        return values;
    }
}
