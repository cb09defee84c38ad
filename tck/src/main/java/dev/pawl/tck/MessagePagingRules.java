package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageCursor;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pages of the messages of one conversation: H01 to H11. */
abstract class MessagePagingRules extends MessageReadingFixture {

    private static final int LONGEST = 130;

    @Test
    @DisplayName("H01 a chat without messages has one page, which is empty")
    void h01Empty() {
        put(message(GROUP, "A", EPOCH));
        MessageStore store = reading();

        assertThat(store.messages(PHONE, PageRequest.newest())).isEqualTo(Page.last(List.of()));
        assertThat(store.messages(PHONE, PageRequest.oldest())).isEqualTo(Page.last(List.of()));
        assertThat(store.messages("", PageRequest.newest())).isEqualTo(Page.last(List.of()));
    }

    @Test
    @DisplayName(
            "H02 at every page size from 1 to 130 more than 2,000 messages, 50 of them in one second, come once each")
    void h02EveryPageSize() {
        List<Row> rows = manyMessages(PHONE, 2100);
        put(rows);
        put(manyMessages(GROUP, 7));
        MessageStore store = reading();
        List<String> newest = newestFirst(rows);
        List<String> oldest = reversed(newest);

        for (int limit : pageSizes()) {
            assertThat(ids(walk(store, PHONE, PageRequest.newest().limit(limit))))
                    .as("newest first by %d", limit)
                    .isEqualTo(newest);
        }
        if (subject.isSlow()) {
            // the smallest pages over those of one second and somewhat more
            Instant end = Instant.ofEpochSecond(rows.get(780).order());
            List<String> some = newestFirst(rows.stream()
                    .filter(row -> row.order() < end.getEpochSecond())
                    .toList());
            PageRequest newestOfSome = PageRequest.newest().limit(1).before(end);
            assertThat(ids(walk(store, PHONE, newestOfSome))).isEqualTo(some);
        }
        for (int limit = subject.isSlow() ? 7 : 1; limit <= LONGEST; limit += subject.isSlow() ? 61 : 13) {
            assertThat(ids(walk(store, PHONE, PageRequest.oldest().limit(limit))))
                    .as("oldest first by %d", limit)
                    .isEqualTo(oldest);
        }
    }

    private List<Integer> pageSizes() {
        return subject.isSlow()
                ? List.of(3, 7, 49, 50, 51, 99, 100, LONGEST)
                : IntStream.rangeClosed(1, LONGEST).boxed().toList();
    }

    @Test
    @DisplayName("H03 a page has 100 messages when nothing else is said, and at least 1 is asked for")
    void h03Limits() {
        List<Row> rows = manyMessages(PHONE, 101);
        put(rows);
        MessageStore store = reading();

        Page<WaMessage, PageCursor> page = store.messages(PHONE, PageRequest.newest());
        assertThat(ids(page.items())).isEqualTo(newestFirst(rows).subList(0, 100));
        PageCursor next = page.next().orElseThrow();
        assertThat(ids(store.messages(PHONE, PageRequest.newest().after(next)).items()))
                .isEqualTo(newestFirst(rows).subList(100, 101));
        assertThatThrownBy(() -> PageRequest.newest().limit(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName(
            "H04 a page has exactly what was sent before the second that is named, in both directions and behind a cursor")
    void h04Before() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            rows.add(message(PHONE, id(i), EPOCH + i / 3 * 2L));
        }
        put(rows);
        MessageStore store = reading();

        for (long second = EPOCH - 1; second < EPOCH + 22; second++) {
            Instant before = Instant.ofEpochSecond(second);
            long end = second;
            List<String> expected =
                    newestFirst(rows.stream().filter(row -> row.order() < end).toList());
            for (int limit : subject.isSlow() ? List.of(1, 3) : List.of(1, 2, 3, 4, 100)) {
                PageRequest newest = PageRequest.newest().limit(limit).before(before);
                PageRequest oldest = PageRequest.oldest().limit(limit).before(before);
                assertThat(ids(walk(store, PHONE, newest))).isEqualTo(expected);
                assertThat(ids(walk(store, PHONE, oldest))).isEqualTo(reversed(expected));
            }
        }
        assertThat(store.messages(PHONE, PageRequest.newest().before(Instant.MIN))
                        .items())
                .isEmpty();
        assertThat(store.messages(PHONE, PageRequest.newest().before(Instant.MAX))
                        .items())
                .hasSize(30);
    }

    @Test
    @DisplayName("H05 from every message pages go on in both directions, also when they turn round in between")
    void h05TurningRound() {
        List<Row> rows = manyMessages(PHONE, 240);
        put(rows);
        MessageStore store = reading();
        List<WaMessage> all = walk(store, PHONE, PageRequest.oldest());
        List<String> ids = ids(all);
        assertThat(ids).isEqualTo(reversed(newestFirst(rows)));

        Random random = new Random(5);
        int at = random.nextInt(all.size());
        for (int turn = 0; turn < 300; turn++) {
            int limit = 1 + random.nextInt(LONGEST);
            PageCursor cursor =
                    PageCursor.parse(all.get(at).cursor().orElseThrow().text());
            boolean back = random.nextBoolean();
            PageRequest request = (back ? PageRequest.newest() : PageRequest.oldest())
                    .limit(limit)
                    .after(cursor);
            List<String> expected = back
                    ? reversed(ids.subList(Math.max(0, at - limit), at))
                    : ids.subList(at + 1, Math.min(ids.size(), at + 1 + limit));

            assertThat(ids(store.messages(PHONE, request).items())).isEqualTo(expected);

            int there = back ? at - expected.size() : at + expected.size();
            at = expected.isEmpty() ? random.nextInt(all.size()) : there;
        }
    }

    @Test
    @DisplayName("H06 a cursor holds when its message is gone, moved, or was never there")
    void h06CursorsOfWhatIsGone() {
        List<Row> rows = manyMessages(PHONE, 20);
        put(rows);
        MessageStore store = reading();
        List<WaMessage> all = walk(store, PHONE, PageRequest.newest());
        PageCursor tenth = all.get(9).cursor().orElseThrow();
        Key key = rows.stream()
                .filter(row -> row.key().id().equals(all.get(9).key().id() + "|0"))
                .findFirst()
                .orElseThrow()
                .key();

        delete(key);
        assertThat(store.messages(PHONE, PageRequest.newest().after(tenth)).items())
                .isEqualTo(all.subList(10, 20));
        put(message(PHONE, all.get(9).key().id(), EPOCH - 5));
        assertThat(ids(store.messages(PHONE, PageRequest.newest().after(tenth)).items()))
                .isEqualTo(append(ids(all.subList(10, 20)), all.get(9).key().id()));
        assertThat(ids(store.messages(PHONE, PageRequest.oldest().after(tenth)).items()))
                .isEqualTo(reversed(ids(all.subList(0, 9))));
        PageCursor nowhere = new PageCursor(EPOCH - 10, "~");
        assertThat(store.messages(PHONE, PageRequest.newest().after(nowhere)).items())
                .isEmpty();
        assertThat(store.messages(PHONE, PageRequest.oldest().after(nowhere)).items())
                .hasSize(20);
    }

    private static List<String> append(List<String> list, String more) {
        List<String> all = new ArrayList<>(list);
        all.add(more);
        return all;
    }

    @Test
    @DisplayName(
            "H07 a conversation under two addresses has the same pages under both, with devices too, at every size")
    void h07TwoAddresses() {
        List<Row> rows = new ArrayList<>();
        for (Row row : manyMessages(PHONE, 300)) {
            boolean other = rows.size() % 3 == 1 || rows.size() > 250;
            String id = row.key().id().substring(0, row.key().id().length() - 2);
            rows.add(other ? message(LID, id, row.order()) : row);
        }
        put(rows);
        pair();
        MessageStore store = reading();
        List<String> newest = newestFirst(rows);

        for (int limit : pageSizes()) {
            String chat = limit % 2 == 0 ? PHONE : LID;
            assertThat(ids(walk(store, chat, PageRequest.newest().limit(limit))))
                    .as("%s by %d", chat, limit)
                    .isEqualTo(newest);
            assertThat(ids(walk(store, chat, PageRequest.oldest().limit(limit))))
                    .as("%s backwards by %d", chat, limit)
                    .isEqualTo(reversed(newest));
        }
        for (String chat : List.of(PHONE, LID, "6281111111111:7@c.us", "11122233344455:2@lid")) {
            assertThat(store.messages(chat, PageRequest.newest().limit(37)))
                    .isEqualTo(store.messages(LID, PageRequest.newest().limit(37)));
        }
        Page<WaMessage, PageCursor> page =
                store.messages(PHONE, PageRequest.newest().limit(140));
        assertThat(ids(store.messages(
                                LID,
                                PageRequest.newest()
                                        .after(page.next().orElseThrow())
                                        .limit(300))
                        .items()))
                .isEqualTo(newest.subList(140, 300));
        assertThat(store.count(PHONE)).isEqualTo(300);
    }

    @Test
    @DisplayName(
            "H08 a message that stands under both addresses until they are merged comes once, at its earlier place")
    void h08StandsTwice() {
        List<Row> rows = new ArrayList<>();
        List<Row> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Row phone = message(PHONE, id(i), EPOCH + i / 2, "under the number");
            Row lid = message(LID, id(i), EPOCH + i / 2 + (i % 5) - 2, "under the LID");
            rows.addAll(i % 4 == 0 ? List.of(phone) : i % 4 == 1 ? List.of(lid) : List.of(phone, lid));
            expected.add(i % 4 == 1 || (i % 4 > 1 && lid.order() < phone.order()) ? lid : phone);
        }
        put(rows);
        pair();
        put(row(Family.ALIAS, "merging", user(LID), EPOCH, "'" + user(PHONE) + "'"));
        MessageStore store = reading();
        List<String> newest = newestFirst(expected);

        for (int limit = 1; limit <= 61; limit += subject.isSlow() ? 5 : 1) {
            List<WaMessage> walked = walk(store, PHONE, PageRequest.newest().limit(limit));
            assertThat(ids(walked)).as("by %d", limit).isEqualTo(newest);
            assertThat(ids(walk(store, LID, PageRequest.oldest().limit(limit))))
                    .as("backwards by %d", limit)
                    .isEqualTo(reversed(newest));
            assertThat(walked)
                    .filteredOn(message -> message.text().equals(Optional.of("under the LID")))
                    .hasSize(45);
        }
        assertThat(store.count(LID)).isEqualTo(60);
    }

    @Test
    @DisplayName("H09 while others add and remove, the messages that stay put come once each")
    void h09WhileOthersWrite() throws Exception {
        List<Row> staying = manyMessages(PHONE, 400);
        put(staying);
        put(message(LID, "L", EPOCH + 3));
        pair();
        MessageStore store = reading();
        List<String> expected = new ArrayList<>(newestFirst(staying));
        AtomicBoolean done = new AtomicBoolean();
        int walks = subject.isSlow() ? 2 : 12;

        Threads.together(List.of(
                () -> {
                    Random random = new Random(9);
                    for (int i = 0; !done.get(); i++) {
                        String chat = i % 2 == 0 ? PHONE : LID;
                        Row added = message(chat, "X" + i, EPOCH + random.nextInt(300));
                        put(added);
                        delete(added.key());
                    }
                    return true;
                },
                () -> {
                    try {
                        for (int i = 0; i < walks; i++) {
                            int limit = 1 + i * 7;
                            assertThat(ids(walk(store, LID, PageRequest.newest().limit(limit))))
                                    .filteredOn(id -> id.startsWith("3EB0"))
                                    .isEqualTo(expected);
                        }
                    } finally {
                        done.set(true);
                    }
                    return true;
                }));
    }

    @Test
    @DisplayName("H10 what a page cannot hold because it is too big comes in the next, under two addresses too")
    void h10BigMessages() {
        String big = "b".repeat(1 << 20);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            rows.add(message(i % 3 == 0 || i > 9 ? LID : PHONE, id(i), EPOCH + i / 2, i % 4 == 0 ? "small" : big));
        }
        rows.forEach(row -> put(row));
        MessageStore alone = reading();
        assertThat(ids(walk(alone, LID, PageRequest.newest())))
                .isEqualTo(newestFirst(rows.stream()
                        .filter(row -> row.key().partition().equals(LID))
                        .toList()));
        pair();
        MessageStore store = reading();

        assertThat(ids(walk(store, LID, PageRequest.newest()))).isEqualTo(newestFirst(rows));
        assertThat(ids(walk(store, LID, PageRequest.oldest()))).isEqualTo(reversed(newestFirst(rows)));
    }

    @Test
    @DisplayName("H11 a row that is no message is an error with its place, never a message less")
    void h11Damage() {
        put(message(PHONE, "A", EPOCH), message(PHONE, "C", EPOCH + 2));
        put(row(Family.MESSAGE, PHONE, "B|0", EPOCH + 1, "{'key':{'id':'B'},'message':{'conversation':'hidden'}}"));
        MessageStore store = reading();

        assertThatThrownBy(() -> store.messages(PHONE, PageRequest.newest()))
                .isInstanceOfSatisfying(CorruptDataException.class, damage -> {
                    assertThat(damage.key()).contains(new Key(Family.MESSAGE, PHONE, "B|0"));
                    assertThat(damage.getMessage())
                            .startsWith(backend.locate(MAIN, new Key(Family.MESSAGE, PHONE, "B|0")))
                            .doesNotContain("hidden");
                });
        assertThat(ids(store.messages(PHONE, PageRequest.newest().limit(1)).items()))
                .containsExactly("C");
    }
}
