package dev.pawl.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.StoreException;
import dev.pawl.tck.disk.NativeCrash.Violation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The power is cut at every single operation of a piece of work on native logs, and of what comes after it. The same scenarios
 * then run with each promise to the disk broken in turn, to prove that they would notice.
 */
class NativePowerCutTest {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final int SEEDS = SOAK ? 40 : 5;

    @Test
    void aBatchIsWholeOrAbsentWhereverThePowerIsCut() throws IOException {
        assertThat(cutAnywhere(faults -> {})).isEmpty();
    }

    @Test
    void whoGoesOnAfterADeadWriterLosesNothingWhenThePowerGoesThen() throws IOException {
        assertThat(killedAnywhere(faults -> {})).isEmpty();
    }

    @Test
    void nothingIsLostWhenThePowerIsCutWhileADeadWritersWorkIsTakenOver() throws IOException {
        assertThat(cutWhileTakingOver(faults -> {})).isEmpty();
    }

    private static long operations(long seed) {
        try (NativeCrash whole = new NativeCrash(SimulatedDisk.empty(), seed)) {
            whole.work();
            return whole.disk.faults().operations();
        }
    }

    private static SimulatedDisk disk(Consumer<Faults> prepare) {
        SimulatedDisk disk = SimulatedDisk.empty();
        prepare.accept(disk.faults());
        return disk;
    }

    private static Optional<String> cutAnywhere(Consumer<Faults> prepare) throws IOException {
        long last = operations(0);
        for (long cut = 1; cut <= last; cut++) {
            SimulatedDisk disk = disk(prepare);
            disk.faults().cutAt(cut);
            try (NativeCrash crash = new NativeCrash(disk, 0)) {
                crash.work();
                for (long seed = 0; seed < SEEDS; seed++) {
                    Optional<String> wrong = wrong(crash, disk.afterPowerCut(seed), true);
                    if (wrong.isPresent()) {
                        return Optional.of("cut at " + cut + ", seed " + seed + ": " + wrong.get());
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> killedAnywhere(Consumer<Faults> prepare) throws IOException {
        long last = operations(0);
        for (long kill = 1; kill <= last; kill++) {
            for (long bytes : List.of(Long.MAX_VALUE, kill * 37 % 400)) {
                SimulatedDisk disk = disk(prepare);
                NativeCrash crash = killed(disk, kill, bytes);
                Optional<String> wrong = wrong(crash, disk, false);
                if (wrong.isPresent()) {
                    return Optional.of("killed at " + kill + " after " + bytes + " bytes: " + wrong.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> cutWhileTakingOver(Consumer<Faults> prepare) throws IOException {
        long last = operations(0);
        for (long kill = 1; kill <= last; kill += SOAK ? 1 : 7) {
            boolean through = false;
            for (long cut = 1; !through; cut++) {
                SimulatedDisk disk = disk(prepare);
                try (NativeCrash next = killed(disk, kill, kill * 37 % 400).after(disk, false)) {
                    disk.faults().cutAt(disk.faults().operations() + cut);
                    next.goOn();
                    through = !disk.faults().isOff();
                    for (long seed = 0; seed < 3; seed++) {
                        next.after(disk.afterPowerCut(seed), true);
                    }
                } catch (Violation | StoreException e) {
                    return Optional.of("killed at " + kill + ", cut " + cut + ": " + e);
                }
            }
        }
        return Optional.empty();
    }

    private static NativeCrash killed(SimulatedDisk disk, long operation, long bytes) {
        disk.faults().cutAt(operation, bytes);
        NativeCrash crash = new NativeCrash(disk, 0);
        crash.work();
        crash.close();
        disk.afterKill();
        return crash;
    }

    /** What is wrong with what is left, and with what is left of the work that goes on there when the power goes again. */
    private static Optional<String> wrong(NativeCrash crash, SimulatedDisk left, boolean machine) throws IOException {
        try (NativeCrash next = crash.after(left, machine)) {
            next.goOnAndStop();
            for (long seed = 0; seed < 2; seed++) {
                next.after(left.afterPowerCut(seed), true);
            }
            return Optional.empty();
        } catch (Violation | StoreException e) {
            return Optional.of(e.toString());
        }
    }
}
