package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What looking for due jobs costs. */
final class JobPollTest {

    /** Notes what is read. */
    private static final class Counting extends ForwardingBackend {
        private final List<Scan> scans = new ArrayList<>();
        private int rows;
        private int gets;

        Counting() {
            super(new MemoryBackend());
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            scans.add(scan);
            Page<Row, Position> page = super.scan(session, scan);
            rows += page.items().size();
            return page;
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            gets++;
            return super.get(session, keys);
        }

        void forget() {
            scans.clear();
            rows = 0;
            gets = 0;
        }
    }

    @Test
    void aLookThatFindsNothingDueReadsOneKeyHoweverManyWaitOrHaveEnded() {
        Counting backend = new Counting();
        try (World world = new World(backend);
                JobRunner runner = world.runner()) {
            for (int i = 0; i < 300; i++) {
                world.schedule(World.START.minusSeconds(1), "a");
            }
            runner.runDue();
            for (int i = 0; i < 300; i++) {
                world.schedule(World.START.plusSeconds(i + 60), "a");
            }
            backend.forget();

            assertThat(runner.runDue()).isZero();

            assertThat(backend.scans).singleElement().satisfies(scan -> {
                assertThat(scan.partition()).contains("waiting");
                assertThat(scan.limit()).isEqualTo(1);
                assertThat(scan.keysOnly()).isTrue();
            });
            assertThat(backend.rows).isEqualTo(1);
            assertThat(backend.gets).isZero();
        }
    }

    @Test
    void onceInABeatTheClaimedOnesAreLookedAtToo() {
        Counting backend = new Counting();
        try (World world = new World(backend);
                JobRunner runner = world.runner()) {
            runner.runDue();
            backend.forget();
            runner.runDue();
            assertThat(backend.scans).hasSize(1);
            world.clocks.pass(world.timing().beat());
            runner.runDue();
            assertThat(backend.scans).hasSize(3);
        }
    }

    @Test
    void jobsForOthersAreFoundBehindManyForOneWhoHasToWait() {
        try (World world = new World();
                JobRunner runner = world.runner(world.builder().rate(RateLimit.NONE.perRecipient(1)))) {
            for (int i = 0; i < 200; i++) {
                world.schedule(World.START.minusSeconds(500 - i), "crowded");
            }
            world.schedule(World.START, "free");

            runner.runDue();

            assertThat(world.sentTo()).containsExactly("crowded", "free");
            world.clocks.pass(Duration.ofSeconds(1));
            assertThat(runner.runDue()).isEqualTo(1);
        }
    }
}
