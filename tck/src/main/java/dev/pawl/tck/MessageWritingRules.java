package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.event.MessageKey;
import dev.pawl.json.Bytes;
import dev.pawl.message.MessageStatus;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageRequest;
import dev.pawl.message.SetAside;
import dev.pawl.message.WaMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds of writing whatever is written: M06 and on. */
abstract class MessageWritingRules extends MessageExampleRules {

    @Test
    @DisplayName("M06 what is known already writes nothing, and apply says so")
    void m06WritesNothing() {
        assertThat(apply(upsert(text(BUDI, "A", 1760000001, "hi")))).isPositive();
        Map<Key, Row> before = rows();

        assertThat(apply(upsert(text(BUDI, "A", 1760000001, "hi")))).isZero();
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    @DisplayName("M07 a second owner is refused while the first lives, and let in when it has closed")
    void m07OneOwner() {
        assertThatThrownBy(() -> open(MAIN)).isInstanceOf(InUseException.class);

        reopen();
        assertThat(apply(upsert(text(BUDI, "A", 1760000001, "hi")))).isPositive();
    }

    @Test
    @DisplayName("M08 a store that was closed says so, and closing again does nothing")
    void m08Closed() {
        store.close();
        store.close();

        assertThat(store.isClosed()).isTrue();
        assertThatThrownBy(() -> apply()).isInstanceOf(ClosedException.class);
        assertThatThrownBy(store::clear).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> store.delete(List.of())).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> store.deleteChat(BUDI)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> store.retry(List.of())).isInstanceOf(ClosedException.class);
    }

    @Test
    @DisplayName("M09 a store opened for reading writes nothing")
    void m09ReadOnly() {
        MessageStore reader = closing(MessageStore.openReadOnly(backend, MAIN));

        assertThatThrownBy(() -> reader.apply(List.of(upsert(text(BUDI, "A", 1760000001, "hi")))))
                .isInstanceOf(UnsupportedException.class);
        assertThat(rows()).isEmpty();
    }

    @Test
    @DisplayName("M10 four authors of one id have four rows, in whatever order they come, and each is found by its key")
    void m10FourAuthors() {
        List<String> authors = List.of(BUDI_LID, ANI_LID, "33344455566677@lid", "44455566677788@lid");
        int number = 0;
        List<List<String>> orders = orders(authors);
        for (int i = 0; i < orders.size(); i += subject.isSlow() ? 5 : 1) {
            List<String> order = orders.get(i);
            String group = "1203630212345679" + number++ + "@g.us";
            for (String author : order) {
                apply(upsert(text(group, author, "A", 1760000001, "by " + author)));
            }
            for (String author : authors) {
                assertThat(found(group, author).text()).contains("by " + author);
            }
            assertThat(store.message(MessageKey.of(group, "A", false))
                            .orElseThrow()
                            .sender())
                    .contains(order.get(0));
        }
    }

    private WaMessage found(String group, String author) {
        return store.message(MessageKey.of(group, "A", false).withParticipant(author))
                .orElseThrow();
    }

    private static <T> List<List<T>> orders(List<T> items) {
        if (items.size() < 2) {
            return List.of(items);
        }
        List<List<T>> orders = new ArrayList<>();
        for (T first : items) {
            List<T> others = new ArrayList<>(items);
            others.remove(first);
            for (List<T> rest : orders(others)) {
                List<T> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            }
        }
        return orders;
    }

    @Test
    @DisplayName("M11 ids that peers choose are distinct: bars, empty tails, four-byte characters")
    void m11HostileIds() {
        List<String> ids = List.of("A|0", "A|1", "A", "|", "A|0|" + BUDI_LID, "\uD83D\uDE00", "a", "A ");
        for (String id : ids) {
            apply(upsert(text(BUDI, id, 1760000001, "words of " + id)));
        }
        for (String id : ids) {
            assertThat(store.message(MessageKey.of(BUDI, id, false))
                            .orElseThrow()
                            .text())
                    .contains("words of " + id);
        }
        assertThat(rows().keySet())
                .filteredOn(key -> key.family() == Family.MESSAGE)
                .hasSize(ids.size());
    }

    @Test
    @DisplayName("M12 a message is one under both addresses, when the pair is learnt before, between or after")
    void m12Pairs() {
        Event first = upsert(text(BUDI, "A", 1760000001, "one"));
        Event second = upsert(text(BUDI_LID, "B", 1760000002, "two"));
        Event learnt = pair(BUDI_LID, BUDI);
        Event again = upsert(text(BUDI_LID, "A", 1760000001, "one"));
        List<List<Event>> scripts = List.of(
                List.of(learnt, first, second, again),
                List.of(first, learnt, second, again),
                List.of(first, second, learnt, again),
                List.of(first, second, again, learnt));
        for (List<Event> script : scripts) {
            script.forEach(this::apply);
            for (String address : List.of(BUDI, BUDI_LID)) {
                assertThat(store.messages(address, PageRequest.newest()).items())
                        .extracting(message -> message.key().id())
                        .containsExactly("B", "A");
                assertThat(store.chat(address).orElseThrow().jid()).isEqualTo(BUDI_LID);
            }
            assertThat(rows().keySet())
                    .filteredOn(key -> key.family() == Family.MESSAGE)
                    .as("rows")
                    .hasSize(2);
            store.clear();
        }
    }

    @Test
    @DisplayName("M13 what the owner knows of people is there when the store is opened again")
    void m13PairsAreRead() {
        apply(upsert(text(BUDI, "A", 1760000001, "one")), pair(BUDI_LID, BUDI));
        reopen();

        assertThat(store.messages(BUDI_LID, PageRequest.newest()).items()).hasSize(1);
        apply(upsert(text(BUDI_LID, "A", 1760000001, "one")));
        assertThat(rows().keySet())
                .filteredOn(key -> key.family() == Family.MESSAGE)
                .hasSize(1);
    }

    @Test
    @DisplayName(
            "M14 parts that come before their message wait, are listed, and go into it when it comes; also after opening again")
    void m14Early() {
        apply(update(BUDI, "A", "{\"status\":4}"), update(BUDI, "A", "{\"starred\":true}"));
        assertThat(store.setAside(Optional.empty(), 10).items())
                .extracting(SetAside::reason)
                .containsExactly("early", "early");
        reopen();

        apply(upsert(text(BUDI, "A", 1760000001, "hi")));
        WaMessage message = store.message(MessageKey.of(BUDI, "A", false)).orElseThrow();
        assertThat(message.starred()).isTrue();
        assertThat(message.status()).contains(MessageStatus.READ);
        assertThat(store.setAside(Optional.empty(), 10).items()).isEmpty();
    }

    @Test
    @DisplayName("M15 parts wait once and where they came last, however often they come, and under either address")
    void m15EarlyOnce() {
        Event star = update(BUDI, "A", "{\"starred\":true}");
        apply(star);
        assertThat(apply(star, star)).isZero();
        apply(update(BUDI, "A", "{\"starred\":false}"), star);
        apply(pair(BUDI_LID, BUDI), upsert(text(BUDI_LID, "A", 1760000001, "hi")));

        assertThat(store.message(MessageKey.of(BUDI, "A", false)).orElseThrow().starred())
                .isTrue();
        assertThat(store.setAside(Optional.empty(), 10).items()).isEmpty();
    }

    @Test
    @DisplayName(
            "M16 what somebody may not do is set aside once, can be listed and tried again, and what fails again stays")
    void m16NotTheAuthor() {
        apply(upsert(text(GROUP, BUDI_LID, "A", 1760000001, "one")));
        apply(event(
                "groups.update",
                "[{\"id\":\"" + GROUP + "\",\"participants\":[{\"id\":\"" + BUDI_LID + "\",\"admin\":null},{\"id\":\""
                        + ANI_LID + "\",\"admin\":null}]}]"));
        String removal = "{\"key\":{\"remoteJid\":\"" + GROUP
                + "\",\"fromMe\":false,\"id\":\"R\",\"participant\":\"" + ANI_LID
                + "\"},\"messageTimestamp\":1760000010,\"message\":{\"protocolMessage\":{\"type\":0,\"key\":{\"remoteJid\":\""
                + GROUP + "\",\"fromMe\":false,\"id\":\"A\",\"participant\":\"" + BUDI_LID + "\"}}}}";
        apply(upsert(removal));
        Map<Key, Row> once = rows();
        now = now.plusSeconds(60);
        apply(upsert(removal));

        assertThat(rows()).isEqualTo(once);
        List<SetAside> aside = store.setAside(Optional.empty(), 10).items();
        assertThat(aside).hasSize(1);
        assertThat(store.retry(List.of(aside.get(0).id()))).isZero();
        assertThat(rows()).isEqualTo(once);
        assertThat(store.retry(List.of("early/nothing", "nothing"))).isZero();
    }

    @Test
    @DisplayName("M17 a list of what was set aside goes on where it ended, at every size of a page")
    void m17AsideByPages() {
        for (int i = 0; i < 5; i++) {
            apply(update(BUDI, "A" + i, "{\"starred\":true}"), update(BUDI, "A" + i, "{\"status\":3}"));
            now = now.plusSeconds(1);
        }
        for (int limit = 1; limit <= 11; limit++) {
            List<String> seen = new ArrayList<>();
            Optional<String> after = Optional.empty();
            do {
                Page<SetAside, String> page = store.setAside(after, limit);
                assertThat(page.items().size()).isLessThanOrEqualTo(limit);
                page.items()
                        .forEach(each ->
                                seen.add(each.id() + each.event().toJson().toText()));
                after = page.next();
            } while (after.isPresent());
            assertThat(seen).hasSize(10).doesNotHaveDuplicates();
        }
    }

    @Test
    @DisplayName("M18 clear takes the history and nothing else, and the store goes on")
    void m18Clear() {
        Key credentials = Key.CREDENTIALS;
        boolean auth = backend.traits().families().contains(Family.CREDENTIALS);
        if (auth) {
            backend.commit(MAIN, Batch.of(Row.of(credentials, Bytes.utf8("{}"))));
        }
        apply(
                pair(BUDI_LID, BUDI),
                upsert(text(BUDI, "A", 1760000001, "hi")),
                update(BUDI, "B", "{\"starred\":true}"),
                event("contacts.upsert", "[{\"id\":\"" + BUDI + "\",\"name\":\"Budi\"}]"));
        store.clear();

        assertThat(rows()).isEmpty();
        assertThat(raw(credentials).isPresent()).isEqualTo(auth);
        apply(upsert(text(BUDI, "A", 1760000001, "hi")));
        assertThat(store.chat(BUDI).orElseThrow().jid()).isEqualTo(BUDI);
        assertThat(store.messages(BUDI, PageRequest.newest()).items()).hasSize(1);
    }

    @Test
    @DisplayName(
            "M19 delete removes messages with their timers and what waits, deleteChat a chat and all of its messages")
    void m19Delete() {
        String timed = "{\"key\":{\"remoteJid\":\"" + BUDI
                + "\",\"fromMe\":false,\"id\":\"T\"},\"messageTimestamp\":1760000001,"
                + "\"message\":{\"extendedTextMessage\":{\"text\":\"x\",\"contextInfo\":{\"expiration\":60}}}}";
        apply(
                upsert(text(BUDI, "A", 1760000001, "hi"), timed, text(ANI, "A", 1760000001, "ho")),
                update(BUDI, "Z", "{\"starred\":true}"));

        assertThat(store.delete(List.of(
                        MessageKey.of(BUDI, "T", false),
                        MessageKey.of(BUDI, "Z", false),
                        MessageKey.of(BUDI, "none", true))))
                .isEqualTo(1);
        assertThat(rows().keySet()).extracting(Key::family).doesNotContain(Family.EXPIRY, Family.SET_ASIDE);

        store.deleteChat(BUDI);
        assertThat(rows().keySet()).containsExactlyInAnyOrder(message(ANI, "A|0"), Key.of(Family.CHAT, ANI));
    }

    @Test
    @DisplayName("M20 more than one commit takes is several, and all of it is there")
    void m20Split() {
        int messages = 3000;
        List<String> some = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            some.add(text(BUDI, "A" + i, 1760000001 + i, "words ".repeat(20) + i));
        }
        apply(upsert(some.toArray(String[]::new)));

        assertThat(store.count(BUDI)).isEqualTo(messages);
    }

    @Test
    @DisplayName("M21 two sessions of one backend know nothing of each other")
    void m21Sessions() {
        if (!backend.traits().manySessions()) {
            return;
        }
        MessageStore other = open(SessionName.of("other"));
        apply(upsert(text(BUDI, "A", 1760000001, "hi")), pair(BUDI_LID, BUDI));

        for (String address : List.of(BUDI, BUDI_LID)) {
            assertThat(other.messages(address, PageRequest.newest()).items()).isEmpty();
        }
        other.apply(List.of(upsert(text(BUDI, "A", 1760000001, "other"))));
        MessageKey key = MessageKey.of(BUDI, "A", false);
        assertThat(other.message(key).orElseThrow().text()).contains("other");
        other.clear();
        assertThat(other.message(key)).isEmpty();
        assertThat(store.message(key).orElseThrow().text()).contains("hi");
    }

    @Test
    @DisplayName("M22 sixteen threads at once: each message once, and counts add up")
    void m22Threads() throws Exception {
        List<Callable<String>> all = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            int thread = t;
            all.add(() -> {
                for (int i = 0; i < 10; i++) {
                    apply(
                            upsert(text(BUDI, "A" + thread + "-" + i, 1760000001, "hi")),
                            event("chats.update", "[{\"id\":\"" + BUDI + "\",\"unreadCount\":1}]"));
                }
                return "";
            });
        }
        Threads.together(all);

        assertThat(store.count(BUDI)).isEqualTo(160);
        assertThat(store.chat(BUDI).orElseThrow().unreadCount()).isEqualTo(160);
    }
}
