package dev.pawl.tck.disk;

import static dev.pawl.tck.disk.BaileysCrash.DIRECTORY;
import static dev.pawl.tck.disk.BaileysCrash.SESSION_A;
import static dev.pawl.tck.disk.BaileysCrash.file;
import static dev.pawl.tck.disk.BaileysCrash.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.json.Bytes;
import dev.pawl.tck.disk.Faults.Breakage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The power is cut at every single operation of a piece of work, and of the recovery after it. The same scenarios then
 * run with each promise to the disk broken in turn, to prove that they would notice.
 */
@ExtendWith(OnFileThread.class)
class BaileysPowerCutTest {

    private static final int SEEDS = 8;

    private static final List<String> CONTENT =
            List.of("the staged content of one record", "the staged content of a batch", "the content of the journal");

    /** Every force there is, by what it is for. */
    private static final List<String> PURPOSES = Stream.concat(
                    CONTENT.stream(),
                    Stream.of(
                            "the name of a new directory",
                            "the name of one record",
                            "the name of the journal and of what is staged",
                            "the names of one phase of a batch",
                            "the names of the last phase of a batch",
                            "the end of the journal",
                            "the name of a journal that was found",
                            "the names that a dead writer had applied",
                            "the place for what is set aside",
                            "the setting aside of a journal",
                            "the removal of erased records",
                            "the removal of what was set aside"))
            .toList();

    /** A scenario, run on disks that are prepared like this, and what was wrong in it. */
    private interface Scenario {
        Optional<String> firstViolation(Consumer<Faults> prepare) throws IOException;
    }

    @Test
    void aBatchIsWholeOrAbsentWhereverThePowerIsCut() throws IOException {
        assertThat(cutAnywhere(BaileysPowerCutTest::sound)).isEmpty();
    }

    @Test
    void aBatchIsWholeOrAbsentWhenThePowerIsCutWhileADeadWritersWorkIsRecovered() throws IOException {
        assertThat(cutWhileRecovering(BaileysPowerCutTest::sound)).isEmpty();
    }

    @Test
    void whatAnotherProgramMovedOnBetweenCrashAndRecoveryIsNeverTurnedBack() throws IOException {
        assertThat(movedOn(BaileysPowerCutTest::sound)).isEmpty();
    }

    @Test
    void whatWasSetAsideIsNeverAppliedLater() throws IOException {
        assertThat(setAsideForGood(BaileysPowerCutTest::sound)).isEmpty();
    }

    @Test
    void whatWasErasedDoesNotComeBack() throws IOException {
        assertThat(erasedForGood(BaileysPowerCutTest::sound)).isEmpty();
    }

    @Test
    void leavingOutAnyForceIsNoticed() throws IOException {
        assertThat(recorded()).containsExactlyInAnyOrderElementsOf(PURPOSES);
        for (String purpose : PURPOSES) {
            assertThat(violation(faults -> faults.breakForce(purpose, Breakage.LEFT_OUT)))
                    .as(purpose)
                    .isPresent();
        }
    }

    @Test
    void forcingContentOnlyAfterTheRenameIsNoticed() throws IOException {
        for (String purpose : CONTENT) {
            assertThat(violation(faults -> faults.breakForce(purpose, Breakage.AFTER_RENAME)))
                    .as(purpose)
                    .isPresent();
        }
    }

    /** What all the scenarios together force anything for; some do not need the power to be cut at all for that. */
    private static Set<String> recorded() throws IOException {
        Set<String> purposes = new TreeSet<>();
        List<Faults> all = new ArrayList<>();
        assertThat(erasedForGood(all::add)).isEmpty();
        assertThat(setAsideForGood(all::add)).isEmpty();
        assertThat(movedOn(all::add)).isEmpty();
        all.forEach(faults -> purposes.addAll(faults.purposes()));
        return purposes;
    }

    private static Optional<String> violation(Consumer<Faults> prepare) throws IOException {
        for (Scenario scenario : List.<Scenario>of(
                BaileysPowerCutTest::erasedForGood,
                BaileysPowerCutTest::setAsideForGood,
                BaileysPowerCutTest::cutWhileRecovering,
                BaileysPowerCutTest::cutAnywhere)) {
            Optional<String> violation = violation(scenario, prepare);
            if (violation.isPresent()) {
                return violation;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> violation(Scenario scenario, Consumer<Faults> prepare) throws IOException {
        try {
            return scenario.firstViolation(prepare);
        } catch (CorruptDataException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Nothing goes wrong but the power. */
    private static void sound(Faults faults) {}

    private static SimulatedDisk disk(Consumer<Faults> prepare) {
        SimulatedDisk disk = SimulatedDisk.empty();
        prepare.accept(disk.faults());
        return disk;
    }

    private static long operations() {
        try (BaileysCrash whole = new BaileysCrash(SimulatedDisk.empty())) {
            whole.work();
            return whole.disk.faults().operations();
        }
    }

    private static Optional<String> cutAnywhere(Consumer<Faults> prepare) throws IOException {
        long last = operations();
        for (long cut = 1; cut <= last; cut++) {
            SimulatedDisk disk = disk(prepare);
            disk.faults().cutAt(cut);
            try (BaileysCrash crash = new BaileysCrash(disk)) {
                crash.work();
                for (long seed = 0; seed < SEEDS; seed++) {
                    Optional<String> wrong = crash.verify(disk.afterPowerCut(seed));
                    if (wrong.isPresent()) {
                        return Optional.of("cut at " + cut + ", seed " + seed + ": " + wrong.get());
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> cutWhileRecovering(Consumer<Faults> prepare) throws IOException {
        long last = operations();
        for (long kill = 1; kill <= last; kill++) {
            for (long cut = 1; ; cut++) {
                SimulatedDisk disk = disk(prepare);
                disk.faults().cutAt(kill);
                BaileysCrash crash = new BaileysCrash(disk);
                crash.work();
                crash.close();
                disk.afterKill();
                disk.faults().cutAt(disk.faults().operations() + cut);
                boolean through = false;
                try {
                    BaileysCrash.read(disk, Access.READ_WRITE);
                    through = true;
                } catch (PowerCut e) {
                    through = false;
                }
                for (long seed = 0; seed < 4; seed++) {
                    Optional<String> wrong = crash.verify(disk.afterPowerCut(seed));
                    if (wrong.isPresent()) {
                        return Optional.of(
                                "killed at " + kill + ", cut " + cut + ", seed " + seed + ": " + wrong.get());
                    }
                }
                if (through) {
                    break;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> movedOn(Consumer<Faults> prepare) throws IOException {
        long last = operations();
        String theirs = "{\"by\":\"another program\"}";
        for (long cut = 1; cut <= last; cut++) {
            SimulatedDisk disk = disk(prepare);
            disk.faults().cutAt(cut);
            try (BaileysCrash crash = new BaileysCrash(disk)) {
                crash.work();
                for (long seed = 0; seed < SEEDS; seed++) {
                    SimulatedDisk left = disk.afterPowerCut(seed);
                    if (left.stat(DIRECTORY).isEmpty()) {
                        continue;
                    }
                    left.writeInPlace(DIRECTORY.resolve(file(SESSION_A)), theirs.getBytes(StandardCharsets.UTF_8));
                    Map<String, String> before = files(left);
                    BaileysCrash.read(left, Access.READ_WRITE);
                    Map<String, String> after = files(left);
                    if (!theirs.equals(after.get(file(SESSION_A)))) {
                        return Optional.of("cut at " + cut + ", seed " + seed + ": their ratchet was turned back");
                    }
                    boolean concerned = crash.inFlight
                            .filter(next -> !Objects.equals(next.get(SESSION_A), crash.acknowledged.get(SESSION_A)))
                            .isPresent();
                    if (concerned && !before.equals(after)) {
                        return Optional.of("cut at " + cut + ", seed " + seed + ": the batch went on around them");
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** A journal is set aside, then its files become by chance what they were before: it must stay where it is. */
    private static Optional<String> setAsideForGood(Consumer<Faults> prepare) throws IOException {
        long last = operations();
        for (long kill = 1; kill <= last; kill++) {
            SimulatedDisk disk = disk(prepare);
            disk.faults().cutAt(kill);
            try (BaileysCrash crash = new BaileysCrash(disk)) {
                crash.work();
            }
            disk.afterKill();
            Path file = DIRECTORY.resolve(file(SESSION_A));
            Optional<byte[]> before = disk.read(file);
            if (before.isEmpty()
                    || disk.stat(DIRECTORY.resolve(".pawl/journal")).isEmpty()) {
                continue;
            }
            disk.writeInPlace(file, "{\"by\":\"another program\"}".getBytes(StandardCharsets.UTF_8));
            BaileysCrash.read(disk, Access.READ_WRITE);
            if (disk.stat(DIRECTORY.resolve(".pawl/journal")).isPresent()
                    || disk.stat(DIRECTORY.resolve(".pawl/set-aside")).isEmpty()) {
                continue; // The batch did not concern this file.
            }
            disk.writeInPlace(file, before.get());
            Map<String, String> then = files(disk);
            for (long seed = 0; seed < SEEDS; seed++) {
                SimulatedDisk left = disk.afterPowerCut(seed);
                if (left.stat(DIRECTORY).isEmpty()) {
                    return Optional.of("the directory is gone");
                }
                BaileysCrash.read(left, Access.READ_WRITE);
                if (!Objects.equals(files(left).get(file(SESSION_A)), then.get(file(SESSION_A)))) {
                    return Optional.of("killed at " + kill + ", seed " + seed + ": a batch set aside was applied");
                }
                if (left.stat(DIRECTORY.resolve(".pawl/set-aside")).isEmpty()
                        || !holds(left, DIRECTORY.resolve(".pawl/set-aside"), "pawl-journal")) {
                    return Optional.of("killed at " + kill + ", seed " + seed + ": what was set aside is lost");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> erasedForGood(Consumer<Faults> prepare) throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = disk(prepare);
            try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, disk)) {
                backend.commit(
                        SessionName.DEFAULT,
                        Batch.of(
                                Row.of(Key.CREDENTIALS, Bytes.utf8(text("SECRET"))),
                                Row.of(Key.ofKey("session", "1.0"), Bytes.utf8(text("SECRET"))),
                                Row.of(Key.ofKey("new-thing", "a:b"), Bytes.utf8(text("SECRET")))));
                Path aside = DIRECTORY.resolve(".pawl/0123456789abcdef-0.staged");
                disk.writeInPlace(aside, "SECRET".getBytes(StandardCharsets.UTF_8));
            }
            try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, disk)) {
                backend.erase(SessionName.DEFAULT, Set.of(Family.KEY, Family.CREDENTIALS), List.of());
            }
            SimulatedDisk left = disk.afterPowerCut(seed);
            if (holds(left, DIRECTORY, "SECRET")) {
                return Optional.of("seed " + seed + ": something erased came back");
            }
        }
        return Optional.empty();
    }

    /** The files that Baileys would read, with their content. */
    private static Map<String, String> files(SimulatedDisk disk) throws IOException {
        List<String> names = new ArrayList<>();
        disk.list(DIRECTORY, names::add);
        names.remove(".pawl");
        Map<String, String> files = new HashMap<>();
        for (String name : names) {
            files.put(name, new String(disk.read(DIRECTORY.resolve(name)).orElseThrow(), StandardCharsets.UTF_8));
        }
        return files;
    }

    private static boolean holds(SimulatedDisk disk, Path path, String text) throws IOException {
        if (disk.stat(path).isEmpty()) {
            return false;
        }
        if (disk.stat(path).get().kind() == dev.pawl.file.Disk.Kind.FILE) {
            return new String(disk.read(path).orElseThrow(), StandardCharsets.UTF_8).contains(text);
        }
        List<String> names = new ArrayList<>();
        disk.list(path, names::add);
        for (String name : names) {
            if (holds(disk, path.resolve(name), text)) {
                return true;
            }
        }
        return false;
    }
}
