package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.count;
import static dev.pawl.convex.Rows.ids;
import static dev.pawl.convex.Rows.key;
import static dev.pawl.convex.Rows.letters;
import static dev.pawl.convex.Rows.list;
import static dev.pawl.convex.Rows.message;
import static dev.pawl.convex.Rows.row;
import static dev.pawl.convex.Rows.stored;
import static dev.pawl.convex.Rows.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults of the mutations beside a commit: erasing, adopting, cutting and sweeping. */
@Timeout(60)
final class ConvexMutationFaultTest {

    private static final String CHAT = "628@s.whatsapp.net";
    private static final Duration SHORT = Duration.ofMillis(250);

    private LocalConvex convex;
    private Backend backend;

    @BeforeEach
    void open() {
        convex = LocalConvex.withBoth();
        backend = convex.backend("shop").open();
    }

    @AfterEach
    void close() {
        backend.close();
        convex.close();
    }

    private static JsonObject setting(String key, String value, double order) {
        JsonObject item = JsonObject.builder()
                .put("key", key)
                .put("value", value)
                .put("sortKey", JsonNumber.of(order))
                .build();
        return JsonObject.builder()
                .put("namespace", "shop")
                .put("items", JsonArray.of(item))
                .build();
    }

    static Stream<JsonObject> faultsOfErasing() {
        return Fault.all("pawl:erase");
    }

    static Stream<JsonObject> faultsOfAdopting() {
        return Fault.all("pawl:adopt");
    }

    /** Some of each kind: the batch that it takes is long. */
    static Stream<JsonObject> faultsOfCutting() {
        return Stream.of(
                Fault.lostAnswer("pawl:spill"),
                Fault.status("pawl:spill", 429),
                Fault.statusAfter("pawl:spill", 502),
                Fault.beside("pawl:spill", 100));
    }

    static Stream<JsonObject> faultsOfSweeping() {
        return Fault.all("pawl:sweep");
    }

    private void assertCalled(String function) {
        assertThat(count(convex.calls(), function)).isPositive();
    }

    @ParameterizedTest
    @MethodSource("faultsOfErasing")
    void erasingTakesWhatItIsToAndNothingElse(JsonObject fault) {
        Row contact = Row.of(Key.of(Family.CONTACT, "1@lid"), value("stays"));
        backend.commit(
                MAIN,
                Batch.of(
                        Row.of(Key.CREDENTIALS, value("old")),
                        row("1", "a"),
                        Row.of(key("long"), letters(1_100_000)),
                        contact));
        convex.faults(fault);

        backend.erase(MAIN, Set.of(Family.CREDENTIALS, Family.KEY), List.of());

        assertCalled("pawl:erase");
        assertThat(convex.rows()).singleElement().asString().contains("contact:1@lid");
        assertThat(stored(backend, contact.key())).contains(contact.value());
    }

    @ParameterizedTest
    @MethodSource("faultsOfAdopting")
    void adoptingGivesEachRowItsPlace(JsonObject fault) {
        for (int n = 0; n < 3; n++) {
            convex.call("mutation", "zaileys:set", setting("msg:" + CHAT + ":M" + n + "|0", "{}", 9 - n));
        }
        convex.faults(fault);

        assertThat(ids(list(backend, Scan.of(Family.MESSAGE).limit(2)))).containsExactly("M2|0", "M1|0", "M0|0");

        assertCalled("pawl:adopt");
        assertThat(convex.rows())
                .hasSize(3)
                .allMatch(
                        each -> each.contains("\"value\":\"{}\"") && each.contains("\"family\":\"message\""), "placed");
    }

    /** Seven rows that are too much for one batch. */
    private List<Key> fill() {
        List<Row> rows = IntStream.range(0, 7)
                .mapToObj(n -> message(CHAT, "M" + n, n, letters(990_000)))
                .toList();
        backend.commit(MAIN, new Batch(List.of(), rows.subList(0, 4), List.of()));
        backend.commit(MAIN, new Batch(List.of(), rows.subList(4, 7), List.of()));
        return rows.stream().map(Row::key).toList();
    }

    private static Batch replacing(List<Key> keys) {
        return new Batch(List.of(Check.absent(key("1"))), List.of(row("1", "new")), keys);
    }

    @ParameterizedTest
    @MethodSource("faultsOfCutting")
    void aBatchThatIsTooMuchIsAppliedOnce(JsonObject fault) {
        List<Key> keys = fill();
        convex.faults(fault);

        backend.commit(MAIN, replacing(keys));

        assertCalled("pawl:spill");
        assertThat(stored(backend, key("1"))).contains(value("new"));
        assertThat(convex.documents()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("faultsOfSweeping")
    void sweepingLeavesNoPart(JsonObject fault) {
        Row long1 = Row.of(key("long"), letters(1_100_000));
        backend.commit(MAIN, Batch.of(long1, row("1", "stays")));
        convex.faults(fault);

        backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(long1.key())));

        assertCalled("pawl:sweep");
        assertThat(convex.documents()).isEqualTo(1);
        assertThat(stored(backend, key("1"))).contains(value("stays"));
    }

    @Test
    void aBatchWhoseRowsCannotBeCutIsInNoDoubt() {
        List<Key> keys = fill();
        try (Backend impatient = convex.backend("shop").patience(SHORT).open()) {
            convex.faults(Fault.times(1000, Fault.beside("pawl:spill", 100)));
            assertThatThrownBy(() -> impatient.commit(MAIN, replacing(keys))).isInstanceOf(ConflictException.class);
            assertThat(convex.documents()).isEqualTo(7);
            convex.faults(Fault.times(1000, Fault.lostAnswer("pawl:spill")));
            assertThatThrownBy(() -> impatient.commit(MAIN, replacing(keys)))
                    .isExactlyInstanceOf(UnavailableException.class);
            assertThat(impatient.get(MAIN, keys)).hasSize(7);
            convex.faults();
            impatient.commit(MAIN, replacing(keys));
            assertThat(convex.documents()).isEqualTo(1);
        }
    }

    @Test
    void aListingWhoseRowsCannotBeAdoptedIsNoConflict() {
        convex.call("mutation", "zaileys:set", setting("msg:" + CHAT + ":M|0", "{}", 1));
        try (Backend impatient = convex.backend("shop").patience(SHORT).open()) {
            for (JsonObject fault : List.of(Fault.beside("pawl:adopt", 100), Fault.lostAnswer("pawl:adopt"))) {
                convex.faults(Fault.times(1000, fault));
                convex.call("mutation", "zaileys:set", setting("msg:" + CHAT + ":N|0", "{}", -1));
                assertThatThrownBy(() -> list(impatient, Scan.of(Family.MESSAGE)))
                        .isExactlyInstanceOf(UnavailableException.class);
            }
        }
    }

    @Test
    void erasingThatIsStoppedSaysWhatBecameOfTheRest() {
        Key owner = Key.of(Family.CONTACT, "1@lid");
        List<Row> rows = new ArrayList<>();
        IntStream.range(0, 600).forEach(n -> rows.add(row("" + n, "a")));
        rows.add(Row.of(owner, Bytes.utf8("1")));
        backend.commit(MAIN, new Batch(List.of(), rows, List.of()));
        JsonObject other = setting("contact:1@lid", "2", 0);
        convex.faults(Fault.after(1, Fault.first("pawl:erase", "mutation", "zaileys:set", other)));

        assertThatThrownBy(() -> backend.erase(MAIN, Set.of(Family.KEY), List.of(Check.exact(owner, Bytes.utf8("1")))))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        conflict -> assertThat(conflict.key()).isEqualTo(Optional.of(owner)))
                .hasMessageContaining("what was removed until then stays removed");

        assertThat(list(backend, Scan.of(Family.KEY))).hasSizeBetween(1, 599);
    }
}
