package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is kept: values, names, secrets and places: W04, W05, W18, W19. */
abstract class ValueRules extends ConcurrencyRules {

    private static final String SECRET = "pawlSecret73914";

    @Test
    @DisplayName("W04 values come back byte for byte: escapes, whitespace, numbers, repeated and strange members")
    void w04ValuesComeBackAsTheyWere() {
        List<Row> rows = new ArrayList<>();
        for (Family family : backend.traits().families()) {
            for (String text : texts()) {
                Row row = Row.of(anyKey(family), Bytes.utf8(text));
                boolean verbatim = backend.traits().verbatim().contains(family);
                Throwable refused = catchThrowable(() -> put(row));
                if (refused != null) {
                    assertThat(refused).isInstanceOf(UnsupportedException.class);
                    assertThat(verbatim)
                            .as("only what is not verbatim may be refused")
                            .isFalse();
                    continue;
                }
                assertThat(read(row.key())).as(text).contains(seen(row));
                assertThat(all(family)).as(text).containsExactly(seen(row));
            }
            rows.add(Row.of(anyKey(family), Bytes.utf8("{\"family\":\"" + family + "\"}")));
        }
        rows.forEach(this::put);
        reopenIfStored();
        rows.forEach(row -> assertThat(read(row.key())).contains(seen(row)));
    }

    @Test
    @DisplayName("W04 all 256 byte values in base64, and values of 1 MB, come back byte for byte")
    void w04BytesAndBigValues() {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        String base64 = Base64.getEncoder().encodeToString(every);
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of(key("256"), Bytes.utf8("{\"type\":\"Buffer\",\"data\":\"" + base64 + "\"}")));
        rows.add(Row.of(key("64k"), Bytes.utf8("\"" + "x".repeat(65_534) + "\"")));
        rows.add(Row.of(key("64k+1"), Bytes.utf8("\"" + "x".repeat(65_535) + "\"")));
        rows.add(Row.of(key("1M"), Bytes.utf8("\"" + "\u00e9".repeat(500_000) + "\"")));
        rows.add(Row.of(key("many"), Bytes.utf8("[" + "0,".repeat(200_000) + "0]")));
        rows.forEach(this::put);
        for (int pass = 0; pass < 2; pass++) {
            // compared without printing megabytes when it fails
            rows.forEach(row -> assertThat(Objects.equals(read(row.key()).orElse(null), seen(row)))
                    .as("value of %s is as it was put", row.key())
                    .isTrue());
            reopenIfStored();
        }
    }

    @Test
    @DisplayName("W05 ids as WhatsApp makes them are taken, and are records of their own")
    void w05OrdinaryIds() {
        if (holds(Family.KEY)) {
            assertDistinct(HostileNames.ordinary(), false);
        }
    }

    @Test
    @DisplayName("W05 hostile ids and partitions are records of their own, or refused with UnsupportedException")
    void w05HostileIds() {
        assertDistinct(HostileNames.keys(plain()), true);
    }

    @Test
    @DisplayName("W05 two keys that cannot be told apart are refused in one batch too")
    void w05HostileIdsInOneBatch() {
        List<Key> keys = HostileNames.keys(plain()).stream()
                .filter(key -> key.id().startsWith("a") && key.partition().equals("session"))
                .toList();
        for (Key left : keys) {
            Key right = keys.get((keys.indexOf(left) + 1) % keys.size());
            Throwable refused = catchThrowable(() -> put(row(left, 1), row(right, 2)));
            if (refused != null) {
                assertThat(refused).isInstanceOf(UnsupportedException.class);
                assertThat(subject.refuses(left) || subject.refuses(right))
                        .as("%s and %s are refused", left, right)
                        .isTrue();
                assertThat(all(plain())).isEmpty();
            } else {
                assertThat(all(plain())).containsExactlyInAnyOrder(seen(row(left, 1)), seen(row(right, 2)));
                delete(left, right);
            }
        }
    }

    @Test
    @DisplayName("W05 a hostile key is nobody else's in get, check and delete")
    void w05HostileKeysMeetNobody() {
        List<Key> keys = HostileNames.keys(plain());
        Key victim = key("session", "a_3ab");
        put(row(victim, 1));
        for (Key key : keys) {
            if (key.equals(victim)) {
                continue;
            }
            Throwable refused = catchThrowable(
                    () -> assertThat(backend.get(MAIN, List.of(key))).isEmpty());
            assertRefusedOrNothing(key, refused);
            assertRefusedOrNothing(key, catchThrowable(() -> delete(key)));
            assertRefusedOrNothing(
                    key, catchThrowable(() -> backend.commit(MAIN, Batch.EMPTY.with(Check.absent(key)))));
        }
        assertThat(all(plain())).containsExactly(seen(row(victim, 1)));
    }

    @Test
    @DisplayName("W18 exceptions, toString, locate and inspect hold nothing of a value")
    void w18NothingSecretIsSaid() throws Exception {
        Bytes secret = Bytes.utf8("{\"secret\":\"" + SECRET + "\"}");
        Row row = new Row(key("1"), 0, secret, new Facets(false, false, false, SECRET));
        put(row);
        List<Throwable> thrown = new ArrayList<>();
        thrown.add(catchThrowable(() -> backend.commit(MAIN, Batch.EMPTY.with(Check.absent(key("1"))))));
        thrown.add(catchThrowable(() -> backend.commit(MAIN, Batch.of(row).with(Check.exact(key("2"), secret)))));
        thrown.add(catchThrowable(() ->
                backend.commit(MAIN, Batch.of(row).with(Check.exact(key("1"), Bytes.utf8("\"" + SECRET + "\""))))));
        thrown.add(catchThrowable(
                () -> put(Row.of(key("broken"), Bytes.utf8("{\"secret\":\"" + SECRET + "\",\"" + SECRET)))));
        LimitRules.tooBig(backend, key("big")).ifPresent(big -> {
            String padded = "\"" + SECRET + "x".repeat(big.value().size()) + "\"";
            thrown.add(catchThrowable(() -> put(Row.of(big.key(), Bytes.utf8(padded)))));
        });
        HostileNames.keys(plain()).stream()
                .filter(subject::refuses)
                .forEach(key -> thrown.add(catchThrowable(() -> put(Row.of(key, secret)))));
        for (Family family : Family.values()) {
            if (!holds(family)) {
                thrown.add(catchThrowable(() -> put(Row.of(anyKey(family), secret))));
            }
        }
        Page<Row, Position> page = backend.scan(MAIN, Scan.of(plain()));
        List<String> said = new ArrayList<>(List.of(
                page.toString(),
                backend.get(MAIN, List.of(key("1"))).toString(),
                backend.toString(),
                backend.traits().toString(),
                backend.inspect(MAIN).toString(),
                backend.locate(MAIN, key("1")),
                Batch.of(row).with(Check.exact(key("1"), secret)).toString()));
        if (subject.damage().isPresent()) {
            subject.damage().get().on(MAIN, key("1"));
            thrown.add(catchThrowable(() -> backend.get(MAIN, key("1"))));
        }
        close(backend);
        thrown.add(catchThrowable(() -> put(row)));
        thrown.stream().filter(Objects::nonNull).forEach(throwable -> {
            assertThat(throwable).isInstanceOf(StoreException.class);
            said.add(trace(throwable));
        });
        said.forEach(text -> assertThat(text.contains(SECRET))
                .as("a text of %s characters shows a value", text.length())
                .isFalse());
    }

    @Test
    @DisplayName("W19 locate names a place: one for each row and session, always the same")
    void w19LocateNamesAPlace() throws IOException {
        List<Key> keys = Stream.concat(
                        HostileNames.keys(plain()).stream(),
                        backend.traits().families().stream().map(this::anyKey))
                .distinct()
                .toList();
        assertThat(backend.locate(MAIN, key("1")))
                .as("before anything is stored")
                .isNotBlank();
        Map<String, Key> places = new HashMap<>();
        for (Row row : takeAll(keys)) {
            String place = backend.locate(MAIN, row.key());
            assertThat(place).isNotBlank().isEqualTo(backend.locate(MAIN, row.key()));
            assertThat(places.put(place, row.key())).as("two rows at " + place).isNull();
        }
        if (backend.traits().manySessions()) {
            assertThat(backend.locate(SessionName.of("other"), key("1"))).isNotEqualTo(backend.locate(MAIN, key("1")));
            assertThat(backend.locate(SessionName.of("other"), Key.CREDENTIALS))
                    .isNotEqualTo(backend.locate(MAIN, Key.CREDENTIALS));
        }
        Backend elsewhere = open(freshSubject(), Access.READ_WRITE);
        assertThat(elsewhere.locate(MAIN, Key.CREDENTIALS)).isNotEqualTo(backend.locate(MAIN, Key.CREDENTIALS));
        if (subject.isShared()) {
            assertThat(second(Access.READ_ONLY).locate(MAIN, Key.CREDENTIALS))
                    .as("the same row seen from another instance")
                    .isEqualTo(backend.locate(MAIN, Key.CREDENTIALS));
        }
    }

    /** Texts that a storage which parses, trims, recodes or escapes changes. */
    static List<String> texts() {
        return List.of(
                "{}",
                "[]",
                "{\"a\":null,\"b\":false,\"c\":0,\"d\":\"\"}",
                "\"text\"",
                "[\"\\u0000\",\"\\u0001\\u001f\\u007f\",\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"]",
                "\"\\ud800 \\udc00 \\udbff\\u0020\"",
                "\"\\ud83d\\ude00 \ud83d\ude00 \u00e9 e\u0301 \u2028 \u2029 \ufeff \uffff \u007f\"",
                "\"\\u0041\\u00e9\\/\"",
                " { \"a\" : [ 1 , 2 ] ,\r\n\t\"b\" : { } } \n",
                "[0,-0,0.0,1.0,1e2,1E+2,1e400,-1e-400,12345678901234567890123456789,0.1000,9007199254740993]",
                "{\"b\":1,\"a\":2,\"10\":3,\"9\":4,\"\":5,\"B\":6}",
                "{\"a\":1,\"a\":2}",
                "{\"__proto__\":{\"x\":1},\"constructor\":1,\"toString\":2}",
                "{\"type\":\"Buffer\",\"data\":\"AAEC/+8=\"}",
                "{\"type\":\"Buffer\",\"data\":[0,1,255]}",
                "{\"0\":1,\"1\":2}",
                "[".repeat(400) + "]".repeat(400));
    }

    private void assertDistinct(List<Key> keys, boolean refusable) {
        List<Row> taken = new ArrayList<>();
        for (Key key : keys) {
            Row row = row(key, taken.size());
            if (refusable ? accepts(row) : takes(row)) {
                taken.add(row);
            }
        }
        for (int pass = 0; pass < 2; pass++) {
            assertThat(all(plain())).containsExactlyInAnyOrderElementsOf(seen(taken));
            for (Row row : taken) {
                assertThat(read(row.key())).contains(seen(row));
            }
            Map<String, List<Seen>> byPartition = seen(taken).stream()
                    .collect(Collectors.groupingBy(seen -> seen.key().partition()));
            byPartition.forEach((partition, rows) ->
                    assertThat(seen(list(Scan.of(plain()).in(partition)))).containsExactlyInAnyOrderElementsOf(rows));
            reopenIfStored();
        }
    }

    private boolean takes(Row row) {
        put(row);
        return true;
    }

    private void assertRefusedOrNothing(Key key, Throwable thrown) {
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(UnsupportedException.class);
            assertThat(subject.refuses(key)).as("%s is refused", key).isTrue();
        }
    }

    private static String trace(Throwable throwable) {
        StringWriter text = new StringWriter();
        throwable.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
