package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.tck.Samples;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code pawl repair}, and what the other commands say about a damaged log. */
class RepairCommandTest {

    private static final String NOTE = "{\"note\":\"first\"}";

    @TempDir
    private Path temp = Path.of("");

    private Path place = Path.of("");
    private String store = "";
    private String target = "";
    private Map<String, String> records = Map.of();

    /** The sample of 55 records; behind that a record, and behind that another one. */
    @BeforeEach
    void fill() {
        Path original = temp.resolve("original");
        SampleSession.copyTo(original);
        place = temp.resolve("logs");
        store = "native:" + place;
        target = "native:" + temp.resolve("target");
        assertThat(Run.pawl("migrate", "baileys:" + original, store).err()).isEmpty();
        assertThat(Run.with(NOTE.getBytes(UTF_8), "put", store, "note", "1").err())
                .isEmpty();
        assertThat(Run.with("{\"note\":\"second\"}".getBytes(UTF_8), "put", store, "note", "2")
                        .err())
                .isEmpty();
        records = StoreKind.records(store);
        assertThat(records).hasSize(57);
    }

    private static boolean isRatchet(String file) {
        return file.startsWith("session-") || file.startsWith("sender-key-");
    }

    @Test
    void whatIsSoundIsCopied() {
        Run run = Run.pawl("repair", store, "--to", target);

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("saved 57 records").contains("nothing was lost: the source is not damaged");
        assertThat(StoreKind.records(target)).isEqualTo(records);
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void aLostFrameTakesTheRatchetsBeforeItAndTheCountersMoveOn(StoreKind kind) {
        int frame = DamagedLog.of(place).breakFrameOf(NOTE);
        Map<String, String> before = Directories.everything(place);
        Path repaired = temp.resolve("repaired");

        Run run = Run.pawl("repair", store, "--to", kind.locator(repaired));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("STORE_CORRUPTED " + store + ": 1 lost part, ")
                .hasLineCount(1);
        assertThat(run.out())
                .contains(place.resolve("default.log") + " bytes " + frame + " to ", "nobody knows which records")
                .contains("what follows", "moved on from 31 to 1031");
        Map<String, String> expected = new HashMap<>(records);
        expected.keySet().removeIf(file -> isRatchet(file) || file.equals("note-1.json"));
        expected.compute(
                "creds.json",
                (file, text) -> text.replace("\"nextPreKeyId\":31", "\"nextPreKeyId\":1031")
                        .replace("\"firstUnuploadedPreKeyId\":31", "\"firstUnuploadedPreKeyId\":1031"));
        assertThat(kind.records(repaired)).isEqualTo(expected);
        assertThat(Directories.everything(place)).isEqualTo(before);
        assertThat(Run.pawl("verify", kind.locator(repaired)).status()).isZero();
    }

    @Test
    void ratchetsThatMayBeOldAreKeptOnDemand() {
        DamagedLog.of(place).breakFrameOf(NOTE);

        Run run = Run.pawl("repair", "--with-ratchets", store, "--to", target);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("were kept as asked that may be old");
        assertThat(StoreKind.records(target).keySet().stream().filter(RepairCommandTest::isRatchet))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(records.keySet().stream()
                        .filter(RepairCommandTest::isRatchet)
                        .toList());
    }

    @Test
    void aLostValueIsOneLostRecordAndNothingElseIsDoubted() {
        DamagedLog.of(place).flipIn(records.getOrDefault("pre-key-9.json", ""));

        Run run = Run.pawl("repair", store, "--to", target);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("1 lost part, 1 record left out, 0 records that may be old");
        assertThat(run.out()).contains("(pre-key 9)", "lost, nothing usable is left\n  pre-key 9");
        Map<String, String> expected = new HashMap<>(records);
        expected.remove("pre-key-9.json");
        assertThat(StoreKind.records(target)).isEqualTo(expected);
    }

    @Test
    void jsonNamesEveryRecord() {
        DamagedLog.of(place).flipIn(records.getOrDefault("pre-key-9.json", ""));

        Run run = Run.pawl("repair", "--json", store, "--to", target);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("{\"whole\":false,\"copy\":{")
                .contains("\"records\":[{\"family\":\"keys\",\"type\":\"pre-key\",\"id\":\"9\",\"fate\":\"lost\"}]")
                .contains("\"nextPreKeyId\":null", "\"lost\":[{\"place\":\"" + place.resolve("default.log"))
                .hasLineCount(1);
    }

    @Test
    void aDryRunSaysTheSameAndWritesNothing() {
        DamagedLog.of(place).breakFrameOf(NOTE);

        Run run = Run.pawl("repair", "--dry-run", store, "--to", target);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).startsWith("would save ").contains("what cannot be read");
        assertThat(temp.resolve("target")).doesNotExist();
    }

    @Test
    void damageOfTheLogIsNamedByEveryCommandWithFileAndOffsetAndNothingChanges() {
        int frame = DamagedLog.of(place).breakFrameOf(NOTE);
        Map<String, String> before = Directories.everything(place);

        for (List<String> command : List.of(
                List.of("inspect", store),
                List.of("verify", store),
                List.of("keys", store),
                List.of("get", store, "creds"),
                List.of("delete", store, "note", "2"),
                List.of("put", store, "note", "2"),
                List.of("erase", "--yes", store),
                List.of("migrate", store, target))) {
            Run run = Run.with("1".getBytes(UTF_8), command.toArray(String[]::new));
            assertThat(run.status()).as("%s", command).isEqualTo(1);
            assertThat(run.err())
                    .as("%s", command)
                    .contains("STORE_CORRUPTED ")
                    .contains(
                            command.get(0).equals("verify")
                                    ? ""
                                    : place.resolve("default.log").toString());
            assertThat(run.out() + run.err()).as("%s", command).contains(Integer.toString(frame));
        }

        assertThat(Directories.everything(place)).isEqualTo(before);
        assertThat(temp.resolve("target")).doesNotExist();
    }

    @Test
    void inspectShowsWhatItCanAndTheWayOutOfADamagedLog() {
        int frame = DamagedLog.of(place).breakFrameOf(NOTE);

        Run run = Run.pawl("inspect", store);

        assertThat(run.out())
                .containsPattern("place +" + place.resolve("default.log"))
                .contains("problems\n", "at byte " + frame);
        assertThat(run.err()).contains("\"pawl repair " + store + " --to OTHER\"");
        assertThat(Run.pawl("verify", store).lines()).doesNotHaveDuplicates();
        assertThat(Run.pawl("inspect", "--json", store).out()).contains("at byte " + frame);
    }

    @Test
    void damageOfAValueLeavesTheRestUsableAndCanBeReplaced() {
        String text = records.getOrDefault("pre-key-9.json", "");
        DamagedLog.of(place).flipIn(text);

        assertThat(Run.pawl("verify", store)).satisfies(run -> {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out())
                    .contains("STORE_CORRUPTED ", place.resolve("default.log").toString(), "pre-key", "9");
        });
        assertThat(Run.pawl("inspect", store)).satisfies(run -> {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out()).containsPattern("pre-key +29 ").contains("problems");
        });
        assertThat(Run.pawl("get", store, "pre-key", "9").err()).startsWith("STORE_CORRUPTED ");
        assertThat(Run.pawl("get", store, "pre-key", "8").out()).isEqualTo(records.get("pre-key-8.json"));

        assertThat(Run.with(text.getBytes(UTF_8), "put", store, "pre-key", "9").err())
                .isEmpty();
        assertThat(StoreKind.records(store)).isEqualTo(records);
    }

    @Test
    void nothingIsRepairedInPlace() {
        DamagedLog.of(place).breakFrameOf(NOTE);
        Map<String, String> before = Directories.everything(place);

        Run run = Run.pawl("repair", "--overwrite", store, "--to", "native:" + place + "/../logs");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("STORE_UNSUPPORTED ").contains("same store");
        assertThat(Directories.everything(place)).isEqualTo(before);
    }

    @Test
    void aTargetThatIsNotEmptyIsOverwrittenOnDemandOnly() {
        DamagedLog.of(place).breakFrameOf(NOTE);
        Run.pawl("migrate", "baileys:" + Samples.copyTo(temp, "paired"), target);

        Run refused = Run.pawl("repair", store, "--to", target);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).startsWith("STORE_CONFLICT ").contains("--overwrite");

        Run.pawl("repair", "--overwrite", store, "--to", target);
        assertThat(StoreKind.records(target)).containsKey("note-2.json");
    }

    @Test
    void aStoreThatCannotBeSalvagedSaysWhatToUse() {
        Run run = Run.pawl("repair", "baileys:" + temp.resolve("original"), "--to", target);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("STORE_UNSUPPORTED ")
                .contains("native:DIR", "pawl verify")
                .hasLineCount(1);
    }

    @Test
    void aSessionThatIsNotThereIsOneLine() {
        Run run = Run.pawl("repair", store + "#other", "--to", target);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no session other").hasLineCount(1);
        assertThat(temp.resolve("target")).doesNotExist();
    }
}
