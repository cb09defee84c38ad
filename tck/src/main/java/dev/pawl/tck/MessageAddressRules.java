package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.event.Event;
import dev.pawl.event.MessageKey;
import dev.pawl.message.MessageKind;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.util.ArrayList;
import java.util.List;
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
}
