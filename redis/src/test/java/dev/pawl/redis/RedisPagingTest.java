package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.RedisClient;

/** Listings of long chats, and of what other programs wrote without telling our indexes. */
final class RedisPagingTest {

    private static final String CHAT = "6281@s.whatsapp.net";

    private RedisClient client;
    private Backend backend;

    @BeforeEach
    void open() {
        client = TestRedis.client();
        backend = TestRedis.builder("paging").open();
    }

    @AfterEach
    void close() {
        backend.close();
        client.close();
        TestRedis.clear();
    }

    private void putAll(List<Row> rows) {
        for (int from = 0; from < rows.size(); from += 5_000) {
            backend.commit(
                    Rows.MAIN,
                    new Batch(List.of(), rows.subList(from, Math.min(rows.size(), from + 5_000)), List.of()));
        }
    }

    @Test
    void aLongChatIsListedNewestFirstThoughThousandsCameInOneSecond() {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < 6_000; n++) {
            long second = n < 2_500 ? 1_700_000_000L : 1_700_000_000L + n / 7;
            rows.add(Rows.of(
                    Family.MESSAGE, CHAT, "3EB0" + Integer.toHexString(n * 7919 % 65536) + "|" + n % 2, second));
            rows.add(Rows.of(Family.MESSAGE, "other", n + "|0", 1_700_000_000L + n));
        }
        putAll(rows);
        List<String> newestFirst = rows.stream()
                .filter(row -> row.key().partition().equals(CHAT))
                .sorted(Comparator.comparing(Row::position).reversed())
                .map(row -> row.key().id())
                .toList();
        Scan chat = Scan.of(Family.MESSAGE).in(CHAT);
        assertThat(backend.scan(Rows.MAIN, chat.descending().limit(3)).items())
                .extracting(row -> row.key().id())
                .isEqualTo(newestFirst.subList(0, 3));
        for (int limit : new int[] {37, 1_000, Integer.MAX_VALUE}) {
            assertThat(Rows.ids(backend, chat.descending().limit(limit))).isEqualTo(newestFirst);
            assertThat(Rows.ids(backend, chat.limit(limit))).isEqualTo(reversed(newestFirst));
        }
    }

    @Test
    void aCursorInTheMiddleOfASecondOutlivesItsRowAndItsNeighbours() {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < 1_500; n++) {
            rows.add(Rows.of(Family.MESSAGE, CHAT, String.format("%04d|0", n), 1_700_000_000L));
        }
        putAll(rows);
        Scan scan = Scan.of(Family.MESSAGE).in(CHAT).descending().limit(10);
        Page<Row, Position> page = backend.scan(Rows.MAIN, scan);
        Position cursor = page.next().orElseThrow();
        assertThat(cursor.id()).isEqualTo("1490|0");
        List<Key> gone = rows.subList(1_400, 1_495).stream().map(Row::key).toList();
        backend.commit(Rows.MAIN, new Batch(List.of(), List.of(), gone));
        assertThat(backend.scan(Rows.MAIN, scan.after(cursor))
                        .items()
                        .get(0)
                        .key()
                        .id())
                .isEqualTo("1399|0");
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void whatZaileysAddsAndRemovesBetweenTwoListingsIsSeen(Access access) {
        for (int n = 0; n < 30; n++) {
            putAll(List.of(Rows.key("pre-key", "" + n, n)));
        }
        try (Backend reader = TestRedis.builder("paging").access(access).open()) {
            // As many as before, but others.
            for (int n = 0; n < 5; n++) {
                client.del("paging:auth:signal:pre-key:" + n);
                client.srem("paging:auth:signal-index:pre-key", "" + n);
                client.set("paging:auth:signal:pre-key:new" + n, "{}");
                client.sadd("paging:auth:signal-index:pre-key", "new" + n);
            }
            client.set("paging:auth:signal:unheard-of:1", "{}");
            client.sadd("paging:auth:signal-index:unheard-of", "1");
            List<String> expected = new ArrayList<>();
            for (int n = 5; n < 30; n++) {
                expected.add("" + n);
            }
            expected.sort(Key.BYTE_ORDER);
            expected.addAll(List.of("new0", "new1", "new2", "new3", "new4", "1"));
            for (boolean backwards : new boolean[] {false, true}) {
                Scan scan = backwards ? Scan.of(Family.KEY).descending() : Scan.of(Family.KEY);
                assertThat(Rows.ids(reader, scan.limit(4))).isEqualTo(backwards ? reversed(expected) : expected);
            }
            assertThat(reader.partitions(Rows.MAIN, Family.KEY, Optional.empty(), 1)
                            .items())
                    .extracting(Partition::name)
                    .containsExactly("pre-key");
        }
    }

    private static List<String> reversed(List<String> list) {
        List<String> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void chatsOfZaileysStandAtTheTimeTheirJsonTells(Access access) {
        putAll(List.of(Rows.of(Family.CHAT, "", "ours", 1_700_000_050L)));
        client.hset("paging:chats", "early", "{\"id\":\"early\",\"conversationTimestamp\":1700000001}");
        client.hset("paging:chats", "late", "{\"id\":\"late\",\"conversationTimestamp\":\"1700000099\"}");
        client.hset(
                "paging:chats",
                "long",
                "{\"id\":\"long\",\"conversationTimestamp\":{\"low\":1700000070,\"high\":0,\"unsigned\":true}}");
        client.hset("paging:chats", "silent", "{\"id\":\"silent\"}");
        client.hset("paging:chats", "broken", "{");
        client.sadd("paging:chats-archived", "late");
        try (Backend reader = TestRedis.builder("paging").access(access).open()) {
            List<Row> chats = Rows.all(reader, Scan.of(Family.CHAT).descending().limit(2));
            assertThat(chats)
                    .extracting(row -> row.key().id())
                    .containsExactly("late", "long", "ours", "early", "silent", "broken");
            assertThat(chats.get(0).facets().archived()).isTrue();
            assertThat(chats.get(1).facets().archived()).isFalse();
            assertThat(chats.get(0).order()).isEqualTo(1_700_000_099L);
        }
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void aChatThatZaileysWroteAgainMovesToItsNewTime(Access access) {
        putAll(List.of(
                Rows.of(Family.CHAT, "", "first", 1_700_000_010L),
                Rows.of(Family.CHAT, "", "second", 1_700_000_020L),
                Rows.of(Family.CHAT, "", "third", 1_700_000_030L)));
        client.hset("paging:chats", "first", "{\"conversationTimestamp\":1700000040}");
        Scan newestFirst = Scan.of(Family.CHAT).descending();
        try (Backend reader = TestRedis.builder("paging").access(access).open()) {
            Key first = new Key(Family.CHAT, "", "first");
            assertThat(reader.get(Rows.MAIN, first).orElseThrow().order()).isEqualTo(1_700_000_040L);
            assertThat(Rows.ids(reader, newestFirst.limit(1))).containsExactly("first", "third", "second");
            // Later, where a page shows it.
            client.hset("paging:chats", "first", "{\"conversationTimestamp\":1700000025}");
            assertThat(Rows.ids(reader, newestFirst.limit(1))).containsExactly("third", "first", "second");
            client.hset("paging:chats", "first", "{\"id\":\"without a time\"}");
            assertThat(Rows.ids(reader, newestFirst)).hasSize(3);
        }
        backend.commit(Rows.MAIN, Batch.of(Rows.of(Family.CHAT, "", "first", 1_700_000_005L)));
        try (Backend reader = TestRedis.builder("paging").access(access).open()) {
            assertThat(Rows.ids(reader, newestFirst)).containsExactly("third", "second", "first");
        }
    }

    @Test
    void aPageOfAReaderDoesNotCostMoreWhereThereAreMore() {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < 400; n++) {
            rows.add(Rows.key("pre-key", String.format("%03d", n), n));
            rows.add(Rows.of(Family.MESSAGE, "chat" + n % 10, n + "|0", 1_700_000_000L + n));
        }
        putAll(rows);
        // The index of one of the types, and of one of the chats, does not agree with what is there.
        client.zrem("paging:pawl:key-order:pre-key", "003");
        client.zrem("paging:msg:chat3", "3|0");
        try (Backend reader =
                TestRedis.builder("paging").access(Access.READ_ONLY).open()) {
            for (Scan scan : List.of(
                    Scan.of(Family.KEY),
                    Scan.of(Family.KEY).in("pre-key").descending(),
                    Scan.of(Family.MESSAGE),
                    Scan.of(Family.MESSAGE).descending())) {
                long before = calls("smembers") + calls("hkeys");
                List<String> ids = Rows.ids(reader, scan.limit(7));
                assertThat(ids).hasSize(400).doesNotHaveDuplicates();
                List<String> expected = Rows.ids(reader, scan.limit(1_000));
                assertThat(ids).isEqualTo(expected);
                // Once or twice for each type or chat, to compare and to put in order, and not for each of 58 pages.
                assertThat(calls("smembers") + calls("hkeys") - before).isLessThan(58);
            }
            assertThat(Rows.ids(reader, Scan.of(Family.MESSAGE)).get(0)).isEqualTo("3|0");
        }
    }

    private long calls(String command) {
        Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(client.info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void timesThatAreNoWholeNumbersDoNotDisturb(Access access) {
        for (String time : List.of("-5", "0.5", "1.25", "1.75", "2", "1e300", "inf")) {
            client.zadd("paging:msg:" + CHAT, Double.parseDouble(time.replace("inf", "Infinity")), time + "|0");
            client.hset("paging:msg-data:" + CHAT, time + "|0", "{}");
        }
        try (Backend reader = TestRedis.builder("paging").access(access).open()) {
            for (Scan scan :
                    List.of(Scan.of(Family.MESSAGE), Scan.of(Family.MESSAGE).in(CHAT))) {
                assertThat(Rows.ids(reader, scan.limit(1)))
                        .containsExactly("-5|0", "0.5|0", "1.25|0", "1.75|0", "2|0", "1e300|0", "inf|0");
                assertThat(Rows.ids(reader, scan.limit(2).descending()))
                        .hasSize(7)
                        .startsWith("inf|0", "1e300|0", "2|0");
            }
        }
    }

    @Test
    void readingWhereAllIsInOrderWritesNothing() {
        putAll(List.of(Rows.key("pre-key", "1", 1), Rows.of(Family.MESSAGE, CHAT, "1|0", 7)));
        String before = client.info("commandstats").replaceAll("(?s).*cmdstat_zadd:calls=(\\d+).*", "$1");
        for (Family family : Family.values()) {
            Rows.all(backend, Scan.of(family));
            backend.partitions(Rows.MAIN, family, Optional.empty(), 10);
        }
        String after = client.info("commandstats").replaceAll("(?s).*cmdstat_zadd:calls=(\\d+).*", "$1");
        assertThat(after).isEqualTo(before);
    }
}
