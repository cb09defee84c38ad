package dev.pawl.tck.disk;

import static dev.pawl.tck.disk.DirectoryCrash.DIRECTORY;
import static dev.pawl.tck.disk.DirectoryCrash.SESSION_A;
import static dev.pawl.tck.disk.DirectoryCrash.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power is cut at every single operation of a piece of work, and of the recovery after it. The same scenarios then
 * run with each promise to the disk broken in turn, to prove that they would notice.
 */
@ExtendWith(OnFileThread.class)
class DirectoryPowerCutTest {

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
        Optional<String> firstViolation(DirectoryKind kind, Consumer<Faults> prepare) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void aBatchIsWholeOrAbsentWhereverThePowerIsCut(DirectoryKind kind) throws IOException {
        assertThat(cutAnywhere(kind, DirectoryPowerCutTest::sound)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBatchIsWholeOrAbsentWhenThePowerIsCutWhileADeadWritersWorkIsRecovered(DirectoryKind kind) throws IOException {
        assertThat(cutWhileRecovering(kind, DirectoryPowerCutTest::sound)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatAnotherProgramMovedOnBetweenCrashAndRecoveryIsNeverTurnedBack(DirectoryKind kind) throws IOException {
        assertThat(movedOn(kind, DirectoryPowerCutTest::sound)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSetAsideIsNeverAppliedLater(DirectoryKind kind) throws IOException {
        assertThat(setAsideForGood(kind, DirectoryPowerCutTest::sound)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasErasedDoesNotComeBack(DirectoryKind kind) throws IOException {
        assertThat(erasedForGood(kind, DirectoryPowerCutTest::sound)).isEmpty();
    }

    @Test
    void leavingOutAnyForceIsNoticed() throws IOException {
        assertThat(recorded()).containsExactlyInAnyOrderElementsOf(PURPOSES);
        for (String purpose : PURPOSES) {
            assertThat(violation(DirectoryKind.BAILEYS, faults -> faults.breakForce(purpose, Breakage.LEFT_OUT)))
                    .as(purpose)
                    .isPresent();
        }
    }

    @Test
    void leavingOutTheForceOfTheNameOfADirectoryOfKeysIsNoticed() throws IOException {
        assertThat(violation(
                        DirectoryKind.ZAILEYS,
                        faults -> faults.breakForce("the name of a directory of keys", Breakage.LEFT_OUT)))
                .isPresent();
    }

    @Test
    void forcingContentOnlyAfterTheRenameIsNoticed() throws IOException {
        for (String purpose : CONTENT) {
            assertThat(violation(DirectoryKind.BAILEYS, faults -> faults.breakForce(purpose, Breakage.AFTER_RENAME)))
                    .as(purpose)
                    .isPresent();
        }
    }

    /** What all the scenarios together force anything for; some do not need the power to be cut at all for that. */
    private static Set<String> recorded() throws IOException {
        Set<String> purposes = new TreeSet<>();
        List<Faults> all = new ArrayList<>();
        assertThat(erasedForGood(DirectoryKind.BAILEYS, all::add)).isEmpty();
        assertThat(setAsideForGood(DirectoryKind.BAILEYS, all::add)).isEmpty();
        assertThat(movedOn(DirectoryKind.BAILEYS, all::add)).isEmpty();
        all.forEach(faults -> purposes.addAll(faults.purposes()));
        return purposes;
    }

    private static Optional<String> violation(DirectoryKind kind, Consumer<Faults> prepare) throws IOException {
        for (Scenario scenario : List.<Scenario>of(
                DirectoryPowerCutTest::erasedForGood,
                DirectoryPowerCutTest::setAsideForGood,
                DirectoryPowerCutTest::cutWhileRecovering,
                DirectoryPowerCutTest::cutAnywhere)) {
            Optional<String> violation = violation(kind, scenario, prepare);
            if (violation.isPresent()) {
                return violation;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> violation(DirectoryKind kind, Scenario scenario, Consumer<Faults> prepare)
            throws IOException {
        try {
            return scenario.firstViolation(kind, prepare);
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

    private static long operations(DirectoryKind kind) {
        try (DirectoryCrash whole = new DirectoryCrash(kind, SimulatedDisk.empty())) {
            whole.work();
            return whole.disk.faults().operations();
        }
    }

    private static Optional<String> cutAnywhere(DirectoryKind kind, Consumer<Faults> prepare) throws IOException {
        long last = operations(kind);
        for (long cut = 1; cut <= last; cut++) {
            SimulatedDisk disk = disk(prepare);
            disk.faults().cutAt(cut);
            try (DirectoryCrash crash = new DirectoryCrash(kind, disk)) {
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

    private static Optional<String> cutWhileRecovering(DirectoryKind kind, Consumer<Faults> prepare)
            throws IOException {
        long last = operations(kind);
        for (long kill = 1; kill <= last; kill += kind.strideOfKills()) {
            for (long cut = 1; ; cut++) {
                SimulatedDisk disk = disk(prepare);
                disk.faults().cutAt(kill);
                DirectoryCrash crash = new DirectoryCrash(kind, disk);
                crash.work();
                crash.close();
                disk.afterKill();
                disk.faults().cutAt(disk.faults().operations() + cut);
                boolean through = false;
                try {
                    DirectoryCrash.read(kind, disk, Access.READ_WRITE);
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

    private static Optional<String> movedOn(DirectoryKind kind, Consumer<Faults> prepare) throws IOException {
        long last = operations(kind);
        String theirs = "{\"by\":\"another program\"}";
        for (long cut = 1; cut <= last; cut++) {
            SimulatedDisk disk = disk(prepare);
            disk.faults().cutAt(cut);
            try (DirectoryCrash crash = new DirectoryCrash(kind, disk)) {
                crash.work();
                for (long seed = 0; seed < SEEDS; seed++) {
                    SimulatedDisk left = disk.afterPowerCut(seed);
                    Path file = DIRECTORY.resolve(kind.file(SESSION_A));
                    if (left.stat(Objects.requireNonNull(file.getParent())).isEmpty()) {
                        continue;
                    }
                    left.writeInPlace(file, theirs.getBytes(StandardCharsets.UTF_8));
                    Map<String, String> before = files(left);
                    DirectoryCrash.read(kind, left, Access.READ_WRITE);
                    Map<String, String> after = files(left);
                    if (!theirs.equals(after.get(kind.file(SESSION_A)))) {
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
    private static Optional<String> setAsideForGood(DirectoryKind kind, Consumer<Faults> prepare) throws IOException {
        long last = operations(kind);
        for (long kill = 1; kill <= last; kill++) {
            SimulatedDisk disk = disk(prepare);
            disk.faults().cutAt(kill);
            try (DirectoryCrash crash = new DirectoryCrash(kind, disk)) {
                crash.work();
            }
            disk.afterKill();
            Path file = DIRECTORY.resolve(kind.file(SESSION_A));
            Optional<byte[]> before = disk.read(file);
            if (before.isEmpty()
                    || disk.stat(DIRECTORY.resolve(".pawl/journal")).isEmpty()) {
                continue;
            }
            disk.writeInPlace(file, "{\"by\":\"another program\"}".getBytes(StandardCharsets.UTF_8));
            DirectoryCrash.read(kind, disk, Access.READ_WRITE);
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
                DirectoryCrash.read(kind, left, Access.READ_WRITE);
                if (!Objects.equals(files(left).get(kind.file(SESSION_A)), then.get(kind.file(SESSION_A)))) {
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

    private static Optional<String> erasedForGood(DirectoryKind kind, Consumer<Faults> prepare) throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = disk(prepare);
            try (Backend backend = kind.open(DIRECTORY, Access.READ_WRITE, disk)) {
                backend.commit(
                        SessionName.DEFAULT,
                        Batch.of(
                                Row.of(Key.CREDENTIALS, Bytes.utf8(text("SECRET"))),
                                Row.of(Key.ofKey("session", "1.0"), Bytes.utf8(text("SECRET"))),
                                Row.of(Key.ofKey("new-thing", "a:b"), Bytes.utf8(text("SECRET")))));
                Path aside = DIRECTORY.resolve(".pawl/0123456789abcdef-0.staged");
                disk.writeInPlace(aside, "SECRET".getBytes(StandardCharsets.UTF_8));
            }
            try (Backend backend = kind.open(DIRECTORY, Access.READ_WRITE, disk)) {
                backend.erase(SessionName.DEFAULT, Set.of(Family.KEY, Family.CREDENTIALS), List.of());
            }
            SimulatedDisk left = disk.afterPowerCut(seed);
            if (holds(left, DIRECTORY, "SECRET")) {
                return Optional.of("seed " + seed + ": something erased came back");
            }
        }
        return Optional.empty();
    }

    /** The files that the other program would read, with their content. */
    private static Map<String, String> files(SimulatedDisk disk) throws IOException {
        Map<String, String> files = new HashMap<>();
        files(disk, "", files);
        return files;
    }

    private static void files(SimulatedDisk disk, String place, Map<String, String> files) throws IOException {
        List<String> names = new ArrayList<>();
        disk.list(DIRECTORY.resolve(place), names::add);
        names.remove(".pawl");
        for (String name : names) {
            Path path = DIRECTORY.resolve(place + name);
            if (disk.stat(path).orElseThrow().kind() == Disk.Kind.DIRECTORY) {
                files(disk, place + name + "/", files);
            } else {
                files.put(place + name, new String(disk.read(path).orElseThrow(), StandardCharsets.UTF_8));
            }
        }
    }

    private static boolean holds(SimulatedDisk disk, Path path, String text) throws IOException {
        if (disk.stat(path).isEmpty()) {
            return false;
        }
        if (disk.stat(path).get().kind() == Disk.Kind.FILE) {
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
