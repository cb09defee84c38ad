package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Opens the storage of one test and says what the rules say in few words. The classes below it hold the rules, one theme each; {@link BackendTck} stands for all of them. */
@Timeout(120)
abstract class BackendFixture extends ContractSuite {

    static final SessionName MAIN = SessionName.DEFAULT;

    /** The order of strings, written anew so that a mistake in the core's order does not hide one here. */
    static final Comparator<String> UTF8 = (left, right) ->
            Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

    static final Comparator<Seen> IN_ORDER = Comparator.comparingLong(Seen::order)
            .thenComparing(seen -> seen.key().partition(), UTF8)
            .thenComparing(seen -> seen.key().id(), UTF8);

    Subject subject;
    Backend backend;

    private final List<Backend> opened = new ArrayList<>();
    private int storages;

    /**
     * A row as far as the contract promises it back, without facets.
     *
     * @param value the bytes, or what they mean where they need not come back byte for byte
     */
    record Seen(Key key, long order, Object value) {
        @Override
        public String toString() {
            String text = value instanceof Bytes bytes
                    ? new String(bytes.toArray(), StandardCharsets.ISO_8859_1)
                    : value.toString();
            return key.partition() + "/" + key.id() + "@" + order + "="
                    + text.substring(0, Math.min(60, text.length()));
        }
    }

    @BeforeEach
    final void openSubject() throws IOException {
        subject = freshSubject();
        backend = open(subject, Access.READ_WRITE);
    }

    @AfterEach
    final void closeAll() {
        opened.forEach(Backend::close);
    }

    final Subject freshSubject() throws IOException {
        return subject(Files.createDirectory(directory.resolve("storage-" + storages++)));
    }

    final Backend open(Subject on, Access access) {
        Backend another = on.open(access);
        opened.add(another);
        return another;
    }

    /** Another instance on the same storage, beside the first. */
    final Backend second(Access access) {
        return open(subject, access);
    }

    /** Closes the backend and opens the storage again, where it outlives its backend; else goes on with the same. */
    final void reopenIfStored() {
        if (subject.isStored()) {
            close(backend);
            backend = open(subject, Access.READ_WRITE);
        }
    }

    /** Closes an instance for good: it is not closed again when the test ends. */
    final void close(Backend ended) {
        opened.remove(ended);
        ended.close();
    }

    final boolean holds(Family family) {
        return backend.traits().families().contains(family);
    }

    /** The family most rules are tried on. */
    final Family plain() {
        return plain(backend.traits().families());
    }

    /** The family most rules are tried on, where these are held. */
    static Family plain(Set<Family> held) {
        return held.contains(Family.KEY) ? Family.KEY : ordered(held).orElseThrow();
    }

    /** A family whose rows have an order and partitions, where one is held. */
    final Optional<Family> ordered() {
        return ordered(backend.traits().families());
    }

    private static Optional<Family> ordered(Set<Family> held) {
        return Stream.of(Family.MESSAGE, Family.JOB, Family.PRESENCE, Family.ALIAS, Family.SET_ASIDE)
                .filter(held::contains)
                .findFirst();
    }

    /** The family for rules about order: one with orders, or else keys, whose order is always 0. */
    final Family sorted() {
        return ordered().orElseGet(this::plain);
    }

    final Key key(String id) {
        return key("session", id);
    }

    final Key key(String partition, String id) {
        return new Key(plain(), partition, id);
    }

    /** A row of {@link #sorted()} with this order where it can have one. */
    final Row sortedRow(long order, String partition, String id) {
        return Row.of(new Key(sorted(), partition, id), ordered().isPresent() ? order : 0, number(order));
    }

    static Bytes number(long n) {
        return Bytes.utf8("{\"n\":" + n + "}");
    }

    static Row row(Key key, long n) {
        return Row.of(key, number(n));
    }

    final void put(Row... rows) {
        backend.commit(MAIN, Batch.of(rows));
    }

    final void delete(Key... keys) {
        backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(keys)));
    }

    /** Puts any number of rows, in batches that are within the limits. */
    final void putAll(List<Row> rows) {
        int most = Math.min(500, backend.traits().limits().rows());
        for (int i = 0; i < rows.size(); i += most) {
            backend.commit(MAIN, new Batch(List.of(), rows.subList(i, Math.min(rows.size(), i + most)), List.of()));
        }
    }

    /** Puts a row that the subject may be unable to hold; whether it took it. */
    final boolean accepts(Row row) {
        try {
            put(row);
            return true;
        } catch (UnsupportedException refused) {
            assertThat(subject.refuses(row.key()))
                    .as("%s is refused, and the subject does not say that it may be", row.key())
                    .isTrue();
            return false;
        }
    }

    /** Puts a row at each of these keys that the subject can hold, and returns those rows. */
    final List<Row> takeAll(List<Key> keys) {
        List<Row> rows = new ArrayList<>(keys.stream()
                .filter(key -> !subject.refuses(key))
                .map(key -> row(key, 1))
                .toList());
        putAll(rows);
        keys.stream()
                .filter(subject::refuses)
                .map(key -> row(key, 1))
                .filter(this::accepts)
                .forEach(rows::add);
        return rows;
    }

    final Optional<Seen> read(Key key) {
        return read(backend, key);
    }

    final Optional<Seen> read(Backend from, Key key) {
        return from.get(MAIN, key).map(this::seen);
    }

    /** What the contract promises of a row: the bytes where they come back as they were, else what the JSON means. */
    final Seen seen(Row row) {
        boolean verbatim = backend.traits().verbatim().contains(row.key().family());
        boolean asBytes = verbatim || row.value().size() == 0;
        return new Seen(row.key(), row.order(), asBytes ? row.value() : JsonMeaning.of(JsonValue.parse(row.value())));
    }

    final List<Seen> seen(List<Row> rows) {
        return rows.stream().map(this::seen).toList();
    }

    /** Lists to the end, which only an absent next is. */
    final List<Row> list(Backend from, Scan scan) {
        List<Row> rows = new ArrayList<>();
        Optional<Scan> next = Optional.of(scan);
        int pages = 0;
        while (next.isPresent()) {
            assertThat(pages++).as("pages of one listing without an end").isLessThan(20_000);
            Page<Row, Position> page = from.scan(MAIN, next.get());
            assertThat(page.items().size()).as("rows of a page").isLessThanOrEqualTo(scan.limit());
            rows.addAll(page.items());
            next = page.next().map(next.get()::after);
        }
        return rows;
    }

    final List<Row> list(Scan scan) {
        return list(backend, scan);
    }

    /** Every row of a family, read page by page. */
    final List<Seen> all(Family family) {
        return seen(list(Scan.of(family)));
    }
}
