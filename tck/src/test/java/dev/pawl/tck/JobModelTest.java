package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.MemoryBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random lives of jobs and broadcasts, shared by processes that die between any two commits, on a storage whose answers
 * get lost and come late, by clocks that jump: whatever happens, no job is lost, and none is sent more often than there were
 * deaths to cause it.
 */
@Timeout(120)
final class JobModelTest {

    /** More with {@code -Dpawl.lives=10000}. */
    private static final int LIVES = Integer.getInteger("pawl.lives", 25);

    @Test
    void noJobIsLostAndNoneSentTwiceWithoutADeath() {
        int deaths = 0;
        int repeats = 0;
        for (long seed = 1; seed <= LIVES; seed++) {
            try (MemoryBackend storage = new MemoryBackend()) {
                JobLife life = new JobLife(storage, seed, true);
                try {
                    life.live(60);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("in the life of seed " + seed + ": " + life.story(), e);
                }
                deaths += life.deaths();
                repeats += life.repeats();
            }
        }
        assertThat(deaths).as("so that this tries anything").isGreaterThan(LIVES / 2);
        assertThat(repeats).isPositive().isLessThanOrEqualTo(deaths);
    }

    @Test
    void withoutDeathsEveryJobIsSentOnce() {
        for (long seed = 1; seed <= LIVES; seed++) {
            try (MemoryBackend storage = new MemoryBackend()) {
                JobLife life = new JobLife(storage, seed, false);
                try {
                    life.live(60);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("in the life of seed " + seed + ": " + life.story(), e);
                }
                assertThat(life.repeats()).as("seed %d: %s", seed, life.story()).isZero();
            }
        }
    }

    @Test
    void aStorageThatDoesNotCheckIsFoundOut() {
        int found = 0;
        for (long seed = 1; found == 0 && seed <= 20; seed++) {
            try (MemoryBackend storage = new MemoryBackend()) {
                JobLife life = new JobLife(
                        StoreBreakage.unchecked("J20", "nothing is checked", check -> true)
                                .wrapping()
                                .apply(storage),
                        seed,
                        true);
                life.live(60);
            } catch (AssertionError | RuntimeException e) {
                found++;
            }
        }
        assertThat(found).isPositive();
    }
}
