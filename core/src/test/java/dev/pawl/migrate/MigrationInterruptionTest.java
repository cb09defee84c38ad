package dev.pawl.migrate;

import static dev.pawl.migrate.Contents.SESSION;
import static dev.pawl.migrate.Contents.all;
import static dev.pawl.migrate.Contents.fill;
import static dev.pawl.migrate.Contents.lease;
import static dev.pawl.migrate.Contents.put;
import static dev.pawl.migrate.Contents.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An interruption at any point is harmless, and the same migration run again goes on. */
class MigrationInterruptionTest {

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void afterAFailureOfAnyChangeTheTargetIsClosedOrWholeAndTheSameMigrationGoesOn(boolean forGood, boolean retire) {
        int failures = 0;
        boolean reached = true;
        // Until a run makes fewer changes than the one that was to fail.
        for (int failsAt = 1; reached; failsAt++) {
            AtomicInteger changes = new AtomicInteger();
            MemoryBackend source = new MemoryBackend();
            MemoryBackend target = new MemoryBackend();
            fill(source);
            put(target, row("session", "old", "{}"));
            List<Row> whole = all(source);
            boolean failed = fails(migration(
                    new FailingBackend(source, changes, failsAt, forGood),
                    new FailingBackend(target, changes, failsAt, forGood),
                    retire));

            reached = changes.get() >= failsAt;
            if (failed) {
                failures++;
                requireHarmless(source, target, whole, retire);
                migration(source, target, retire).takeOver().run();
            }
            assertThat(all(target)).as("after a failure of change %d", failsAt).isEqualTo(whole);
            assertThat(lease(target).filter(row -> row.value().utf8().contains("migrating")))
                    .isEmpty();
            assertThat(all(source)).isEqualTo(whole);
        }
        assertThat(failures).as("runs that failed").isGreaterThan(4);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void twoPartsGoOnWithoutOverwriteAfterAFailureOfAnyChange(boolean forGood, boolean retire) {
        int failures = 0;
        boolean reached = true;
        for (int failsAt = 1; reached; failsAt++) {
            AtomicInteger changes = new AtomicInteger();
            MemoryBackend source = new MemoryBackend();
            MemoryBackend target = new MemoryBackend();
            fill(source);
            put(source, Row.of(new Key(Family.CHAT, "", "1@lid"), Bytes.utf8("{}")));
            List<Row> whole = all(source);
            boolean failed = fails(withoutOverwrite(
                    new FailingBackend(source, changes, failsAt, forGood),
                    new FailingBackend(target, changes, failsAt, forGood),
                    retire));

            reached = changes.get() >= failsAt;
            if (failed) {
                failures++;
                MigrationReport report =
                        withoutOverwrite(source, target, retire).takeOver().run();
                assertThat(report.sourceRetired()).isEqualTo(retire);
            }
            assertThat(all(target)).as("after a failure of change %d", failsAt).isEqualTo(whole);
            assertThat(opens(target)).isTrue();
            // A release that failed is repeated later, so there may be an owner, but no mark.
            assertThat(Lease.read(target, SESSION, Part.MESSAGES.lease())
                            .map(LeaseRecord::state)
                            .filter(state -> !(state instanceof LeaseState.Held)))
                    .isEmpty();
        }
        assertThat(failures).as("runs that failed").isGreaterThan(4);
    }

    private static Migration withoutOverwrite(Backend source, Backend target, boolean retire) {
        Migration migration =
                Migration.from(source, SESSION).to(target, SESSION).timing(FailingBackend.WITHOUT_PAUSES);
        return retire ? migration.retireSource() : migration;
    }

    @Test
    void whereNothingCouldBeMovedTheSourceIsNotRetired() {
        MemoryBackend source = new MemoryBackend();
        put(source, Row.of(new Key(Family.CHAT, "", "1@lid"), Bytes.utf8("{}")));
        Set<Family> families = Set.of(Family.CREDENTIALS, Family.KEY, Family.LEASE);
        Backend authOnly = new ForwardingBackend(new MemoryBackend()) {
            @Override
            public Traits traits() {
                return new Traits(families, Durability.NONE, Traits.Limits.NONE, true, families);
            }
        };

        MigrationReport report = withoutOverwrite(source, authOnly, true).run();

        assertThat(report.sourceRetired()).isFalse();
        assertThat(report.leftOut()).hasSize(1);
    }

    private static Migration migration(Backend source, Backend target, boolean retire) {
        return withoutOverwrite(source, target, retire).overwrite();
    }

    private static boolean fails(Migration migration) {
        try {
            migration.run();
            return false;
        } catch (StoreException e) {
            return true;
        }
    }

    /** Never are both ends open with the same keys after the source was to be retired, and never is half a copy open. */
    private static void requireHarmless(Backend source, Backend target, List<Row> whole, boolean retire) {
        boolean targetOpens = opens(target);
        if (targetOpens && !all(target).equals(whole)) {
            assertThat(all(target)).containsExactly(row("session", "old", "{}"));
        }
        if (retire && targetOpens && all(target).equals(whole)) {
            assertThat(opens(source)).isFalse();
        }
    }

    private static boolean opens(Backend backend) {
        try (AuthStore store = AuthStore.opening(backend, SESSION).takeOver().open()) {
            return !store.isClosed();
        } catch (InUseException e) {
            return false;
        }
    }

    @Test
    void anInterruptedCopyGoesOnWithoutOverwriteAndWritesOnlyWhatIsMissing() {
        MemoryBackend source = new MemoryBackend();
        MemoryBackend target = new MemoryBackend();
        fill(source);
        AtomicInteger changes = new AtomicInteger();
        assertThatThrownBy(() -> Migration.from(source, SESSION)
                        .to(new FailingBackend(target, changes, 4, false), SESSION)
                        .run())
                .isInstanceOf(UnavailableException.class);
        int there = all(target).size();
        put(target, row("pre-key", "from an older run", "{}"));
        AtomicInteger written = new AtomicInteger();

        MigrationReport report = Migration.from(source, SESSION)
                .to(
                        new ForwardingBackend(target) {
                            @Override
                            public void commit(SessionName session, Batch batch) {
                                written.addAndGet((int) batch.puts().stream()
                                        .filter(row -> row.key().family() != Family.LEASE)
                                        .count());
                                super.commit(session, batch);
                            }
                        },
                        SESSION)
                .run();

        assertThat(report.before()).isEqualTo(MigrationState.BEGUN);
        assertThat(there).isBetween(1, 604);
        assertThat(written).hasValue(605 - there);
        assertThat(all(target)).isEqualTo(all(source));
    }

    enum Change {
        PUT,
        DELETE,
        REPLACE
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void aSourceThatChangesDuringTheCopyAbortsItAndTheSameMigrationGoesOn(Change change) {
        MemoryBackend source = new MemoryBackend();
        MemoryBackend target = new MemoryBackend();
        fill(source);
        int readings = readings(source);
        for (int changesAt = 2; changesAt < readings; changesAt++) {
            List<Row> before = all(source);
            Backend live = changing(source, change, changesAt);
            MemoryBackend copy = new MemoryBackend();
            try {
                Migration.from(live, SESSION).to(copy, SESSION).run();
                // Whatever changes behind the last reading came after the copy: it is the source of one moment.
                assertThat(all(copy).equals(before) || all(copy).equals(all(source)))
                        .as("a copy of one moment, change before reading %d", changesAt)
                        .isTrue();
            } catch (ConflictException e) {
                assertThat(e).hasMessageContaining("changed while it was copied");
                assertThatThrownBy(() -> AuthStore.open(copy, SESSION)).isInstanceOf(InUseException.class);
                Migration.from(source, SESSION).to(copy, SESSION).run();
                assertThat(all(copy)).isEqualTo(all(source));
                put(target, row("aborted", Integer.toString(changesAt), "[]"));
            }
        }
        assertThat(all(target)).as("migrations that were aborted").hasSizeGreaterThan(3);
    }

    private static int readings(Backend source) {
        AtomicInteger readings = new AtomicInteger();
        Migration.from(beforeEachReading(source, readings::incrementAndGet), SESSION)
                .to(new MemoryBackend(), SESSION)
                .run();
        return readings.get();
    }

    private static Backend beforeEachReading(Backend source, Runnable action) {
        return new ForwardingBackend(source) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                action.run();
                return super.scan(session, scan);
            }

            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                action.run();
                return super.get(session, keys);
            }
        };
    }

    /** A source in which somebody changes the first record just before it is read for the n-th time. */
    private static Backend changing(Backend source, Change change, int before) {
        AtomicInteger readings = new AtomicInteger();
        Row first = row("device-list", "..", "\"" + change + before + "\"");
        return beforeEachReading(source, () -> {
            if (readings.incrementAndGet() == before) {
                switch (change) {
                    case PUT -> put(source, row("added", Integer.toString(before), "{}"));
                    case REPLACE -> put(source, first);
                    case DELETE ->
                        source.commit(
                                SESSION,
                                new Batch(
                                        List.of(),
                                        List.of(),
                                        List.of(all(source).get(0).key())));
                }
            }
        });
    }
}
