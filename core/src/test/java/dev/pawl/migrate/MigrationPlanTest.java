package dev.pawl.migrate;

import static dev.pawl.migrate.Contents.all;
import static dev.pawl.migrate.Contents.fillSmall;
import static dev.pawl.migrate.Contents.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.Traits;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several sessions are moved like one: refused together, and continued where an earlier run stopped. */
class MigrationPlanTest {

    private static final SessionName A = SessionName.of("a");
    private static final SessionName B = SessionName.of("b");
    private static final SessionName C = SessionName.of("c");
    private static final List<SessionName> SESSIONS = List.of(A, B, C);
    private static final UnaryOperator<Migration> PLAIN = migration -> migration;

    private final MemoryBackend source = new MemoryBackend();
    private final MemoryBackend target = new MemoryBackend();

    /** Refuses every change of these sessions. */
    private static final class Untouchable extends ForwardingBackend {
        private final Set<SessionName> sessions;

        private Untouchable(Backend delegate, SessionName... sessions) {
            super(delegate);
            this.sessions = Set.of(sessions);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            assertThat(sessions).as("sessions that must not be written").doesNotContain(session);
            super.commit(session, batch);
        }
    }

    @BeforeEach
    void fillSource() {
        SESSIONS.forEach(session -> fillSmall(source, session));
    }

    private static List<MigrationPlan> plans(Backend from, Backend to, UnaryOperator<Migration> how) {
        return from.sessions(EnumSet.allOf(Family.class))
                .map(session ->
                        how.apply(Migration.from(from, session).to(to, session)).plan())
                .toList();
    }

    private List<MigrationPlan> plans() {
        return plans(source, target, PLAIN);
    }

    private static List<MigrationReport> run(List<MigrationPlan> plans) {
        return plans.stream().map(MigrationPlan::run).toList();
    }

    private static void put(Backend backend, SessionName session, Row row) {
        backend.commit(session, Batch.of(row));
    }

    private static void requireSame(Backend left, Backend right) {
        for (SessionName session : SESSIONS) {
            assertThat(all(right, session)).as("session %s", session).isEqualTo(all(left, session));
        }
    }

    @Test
    void sessionsThatAreNotThereAreNewAndCopied() {
        List<MigrationPlan> plans = plans();

        assertThat(plans).extracting(MigrationPlan::state).containsOnly(MigrationState.NEW);
        assertThat(run(plans)).extracting(MigrationReport::before).containsOnly(MigrationState.NEW);
        requireSame(source, target);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void afterAFailureOfAnyChangeTheSameAgainGoesOnWithTheRest(boolean forGood, boolean retire) {
        UnaryOperator<Migration> how = retire ? Migration::retireSource : PLAIN;
        Set<List<MigrationState>> seen = new HashSet<>();
        boolean reached = true;
        // A process that died cannot give its leases back either, and trying that takes long: some points will do.
        int step = forGood ? 17 : 1;
        for (int failsAt = 1; reached; failsAt += step) {
            AtomicInteger changes = new AtomicInteger();
            MemoryBackend from = new MemoryBackend();
            MemoryBackend to = new MemoryBackend();
            SESSIONS.forEach(session -> fillSmall(from, session));
            List<MigrationPlan> first = plans(
                    new FailingBackend(from, changes, failsAt, forGood),
                    new FailingBackend(to, changes, failsAt, forGood),
                    how);
            List<SessionName> done = new ArrayList<>();
            boolean failed = false;
            try {
                for (MigrationPlan plan : first) {
                    done.add(plan.run().to().session());
                }
            } catch (StoreException e) {
                failed = true;
            }

            reached = changes.get() >= failsAt;
            if (failed) {
                Backend watched = new Untouchable(to, done.toArray(SessionName[]::new));
                List<MigrationReport> reports = run(plans(from, watched, migration -> how.apply(migration.takeOver())));
                seen.add(reports.stream().map(MigrationReport::before).toList());
                assertThat(reports).extracting(MigrationReport::sourceRetired).containsOnly(retire);
                assertThat(reports.stream()
                                .filter(report -> report.before() == MigrationState.FINISHED)
                                .map(report -> report.to().session()))
                        .as("finished before a failure of change %d", failsAt)
                        .containsAll(done);
            }
            requireSame(from, to);
            for (SessionName session : SESSIONS) {
                AuthStore.opening(to, session).takeOver().open().close();
            }
        }
        assertThat(seen).hasSizeGreaterThan(2);
        if (!forGood) {
            assertThat(seen)
                    .contains(
                            List.of(MigrationState.BEGUN, MigrationState.NEW, MigrationState.NEW),
                            List.of(MigrationState.FINISHED, MigrationState.BEGUN, MigrationState.NEW),
                            List.of(MigrationState.FINISHED, MigrationState.FINISHED, MigrationState.BEGUN));
        }
    }

    @Test
    void aFinishedSessionIsReportedAndNotTouched() {
        Migration.from(source, A).to(target, A).run();
        List<MigrationReport> reports = run(plans(source, new Untouchable(target, A), PLAIN));

        assertThat(reports)
                .extracting(MigrationReport::before)
                .containsExactly(MigrationState.FINISHED, MigrationState.NEW, MigrationState.NEW);
        assertThat(reports.get(0).copied()).containsOnlyKeys(Family.CHAT, Family.JOB, Family.KEY, Family.CREDENTIALS);
        assertThat(reports.get(0).total().rows()).isEqualTo(4);
        requireSame(source, target);
    }

    @Test
    void aSingleRunStillRefusesASessionThatIsThere() {
        Migration migration = Migration.from(source, A).to(target, A);
        migration.run();

        assertThatThrownBy(migration::run).isInstanceOf(ConflictException.class);
        assertThat(migration.plan().state()).isEqualTo(MigrationState.FINISHED);
    }

    @Test
    void aFinishedSessionMayBeInUseAtBothEnds() {
        run(plans());
        try (AuthStore from = AuthStore.open(source, B);
                AuthStore to = AuthStore.open(target, B)) {
            assertThat(run(plans())).extracting(MigrationReport::before).containsOnly(MigrationState.FINISHED);
            assertThat(from.isClosed() || to.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "KEY,pre-key,1", // more than the source has
        "KEY,session,1.0", // another value
        "CHAT,'',1@lid",
        "JOB,waiting,1"
    })
    void aSessionThatDiffersIsRefusedBeforeAnythingIsWritten(Family family, String partition, String id) {
        Migration.from(source, B).to(target, B).run();
        put(target, B, Row.of(new Key(family, partition, id), Bytes.utf8("{\"is\":\"other\"}")));
        List<Row> before = all(target, B);

        assertThatThrownBy(this::plans)
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(target.locate(B, Key.CREDENTIALS))
                .hasMessageContaining("--overwrite");

        assertThat(all(target, A)).isEmpty();
        assertThat(all(target, B)).isEqualTo(before);
        run(plans(source, target, Migration::overwrite));
        requireSame(source, target);
    }

    @Test
    void aSessionThatLacksSomethingDiffersToo() {
        put(target, B, row("session", "1.0", "{\"of\":\"b\"}"));

        assertThatThrownBy(this::plans).isInstanceOf(ConflictException.class);
    }

    @Test
    void anOwnerDoesNotHideThatATargetHoldsSomethingElse() {
        put(target, B, row("session", "1.0", "{}"));
        try (Lease owner = Lease.on(target, B, Part.AUTH.lease()).acquire()) {
            assertThatThrownBy(this::plans).isInstanceOf(ConflictException.class);
            assertThat(owner.record().owner()).isPresent();
        }
        assertThat(all(target, A)).isEmpty();
    }

    @Test
    void marksThatForbidItAreFoundBeforeAnythingIsWritten() {
        for (Backend end : List.of(source, target)) {
            for (LeaseState state : List.of(
                    new LeaseState.Migrating("somewhere"), new LeaseState.Retired("elsewhere"), LeaseState.HELD)) {
                try (Lease lease =
                        Lease.on(end, C, Part.AUTH.lease()).overAnyState().acquire()) {
                    lease.mark(state);
                }
                if (state.equals(LeaseState.HELD)) {
                    assertThat(plans()).hasSize(3);
                } else {
                    assertThatThrownBy(this::plans)
                            .isInstanceOf(InUseException.class)
                            .hasMessageContaining(end.locate(C, Key.CREDENTIALS));
                }
            }
        }
        assertThat(all(target, A)).isEmpty();
    }

    @Test
    void aCopyWithAForbiddingMarkIsNotFinished() {
        run(plans());
        try (Lease lease = Lease.on(target, C, Part.JOBS.lease()).acquire()) {
            lease.mark(new LeaseState.Retired("elsewhere"));
        }

        assertThatThrownBy(this::plans).isInstanceOf(InUseException.class).hasMessageContaining("elsewhere");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aTargetThatMovedOnAfterItsSourceWasRetiredIsNeverWrittenOver(boolean overwrite) {
        UnaryOperator<Migration> how = overwrite ? Migration::overwrite : PLAIN;
        run(plans(source, target, Migration::retireSource));
        put(target, A, row("session", "1.0", "{\"a later\":\"ratchet\"}"));
        List<Row> before = all(target, A);

        List<MigrationReport> reports =
                run(plans(source, new Untouchable(target, A, B, C), migration -> how.apply(migration.retireSource())));

        assertThat(reports).extracting(MigrationReport::before).containsOnly(MigrationState.FINISHED);
        assertThat(reports).extracting(MigrationReport::sourceRetired).containsOnly(true);
        assertThat(all(target, A)).isEqualTo(before);
    }

    @Test
    void aRetiredSourceWhoseTargetWasErasedIsRefused() {
        run(plans(source, target, Migration::retireSource));
        target.erase(A, EnumSet.complementOf(EnumSet.of(Family.LEASE)), List.of());

        assertThatThrownBy(this::plans).isInstanceOf(InUseException.class).hasMessageContaining("was retired");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void whatWasCopiedIsRetiredLaterWithoutCopyingItAgain(boolean overwrite) {
        run(plans());
        UnaryOperator<Migration> how =
                migration -> overwrite ? migration.retireSource().overwrite() : migration.retireSource();
        AtomicInteger written = new AtomicInteger();
        Backend watched = new ForwardingBackend(target) {
            @Override
            public void commit(SessionName session, Batch batch) {
                written.addAndGet((int) batch.puts().stream()
                        .filter(row -> row.key().family() != Family.LEASE)
                        .count());
                super.commit(session, batch);
            }
        };

        List<MigrationReport> reports = run(plans(source, watched, how));

        assertThat(written).hasValue(0);
        assertThat(reports).extracting(MigrationReport::before).containsOnly(MigrationState.FINISHED);
        assertThat(reports).extracting(MigrationReport::sourceRetired).containsOnly(true);
        assertThat(reports.get(0).total().rows()).isEqualTo(4);
        for (SessionName session : SESSIONS) {
            assertThatThrownBy(() -> AuthStore.open(source, session)).isInstanceOf(InUseException.class);
            AuthStore.open(target, session).close();
        }
        requireSame(source, target);
    }

    @Test
    void aFinishedTargetThatChangedAfterThePlanIsNotRetiredFor() {
        run(plans());
        MigrationPlan plan =
                Migration.from(source, A).to(target, A).retireSource().plan();
        put(target, A, row("session", "1.0", "{\"a later\":\"ratchet\"}"));
        List<Row> before = all(target, A);

        assertThatThrownBy(plan::run).isInstanceOf(ConflictException.class);

        assertThat(all(target, A)).isEqualTo(before);
        AuthStore.open(source, A).close();
        AuthStore.open(target, A).close();
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aDryRunOfAllWritesNothingAndSaysWhatIsThere(boolean retire) {
        Migration.from(source, A).to(target, A).run();
        UnaryOperator<Migration> how = migration -> retire ? migration.dryRun().retireSource() : migration.dryRun();

        List<MigrationReport> reports =
                run(plans(new Untouchable(source, A, B, C), new Untouchable(target, A, B, C), how));

        assertThat(reports)
                .extracting(MigrationReport::before)
                .containsExactly(MigrationState.FINISHED, MigrationState.NEW, MigrationState.NEW);
        assertThat(reports).allMatch(MigrationReport::dryRun).noneMatch(MigrationReport::sourceRetired);
    }

    @Test
    void aDamagedSessionStopsAtItAndTheSameAgainGoesOnOnceItIsRepaired() {
        put(source, B, row("session", "2.0", "{"));
        List<MigrationPlan> plans = plans();
        plans.get(0).run();

        assertThatThrownBy(plans.get(1)::run)
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(source.locate(B, Key.ofKey("session", "2.0")));
        assertThat(all(target, B)).isEmpty();

        put(source, B, row("session", "2.0", "{}"));
        assertThat(run(plans()))
                .extracting(MigrationReport::before)
                .containsExactly(MigrationState.FINISHED, MigrationState.NEW, MigrationState.NEW);
        requireSame(source, target);
    }

    @Test
    void aTargetInUseStopsAtItAndTheSameAgainGoesOn() {
        try (AuthStore holder = AuthStore.open(target, B)) {
            List<MigrationPlan> plans = plans();
            plans.get(0).run();
            assertThatThrownBy(plans.get(1)::run).isInstanceOf(InUseException.class);
            assertThat(holder.types()).isEmpty();
        }

        assertThat(run(plans()))
                .extracting(MigrationReport::before)
                .containsExactly(MigrationState.FINISHED, MigrationState.NEW, MigrationState.NEW);
        requireSame(source, target);
    }

    @Test
    void aTargetThatCannotBeReadIsNotTakenForFinished() {
        run(plans());
        Backend damaged = new ForwardingBackend(target) {
            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                if (session.equals(B) && keys.contains(Key.CREDENTIALS)) {
                    throw new CorruptDataException(Key.CREDENTIALS, locate(B, Key.CREDENTIALS), "is damaged");
                }
                return super.get(session, keys);
            }
        };

        assertThatThrownBy(() -> plans(source, damaged, PLAIN)).isInstanceOf(ConflictException.class);
        assertThat(plans(source, damaged, Migration::overwrite))
                .extracting(MigrationPlan::state)
                .containsExactly(MigrationState.FINISHED, MigrationState.NEW, MigrationState.FINISHED);
    }

    @Test
    void whereTheTargetKeepsJsonButNotItsTextTheSameJsonIsFinished() {
        put(source, A, row("session", "2.0", "{\"b\":1e2,\"a\":[true,null]}"));
        run(plans());
        put(target, A, row("session", "2.0", "{\"a\": [true, null], \"b\": 100}"));
        Set<Family> text = EnumSet.of(Family.LEASE, Family.CREDENTIALS);
        Backend respelling = new ForwardingBackend(target) {
            @Override
            public Traits traits() {
                return new Traits(target.traits().families(), Durability.NONE, Traits.Limits.NONE, true, text);
            }
        };

        assertThat(plans(source, respelling, PLAIN))
                .extracting(MigrationPlan::state)
                .containsOnly(MigrationState.FINISHED);
        assertThatThrownBy(this::plans).isInstanceOf(ConflictException.class);
        put(target, A, row("session", "2.0", "{\"a\":"));
        assertThatThrownBy(() -> plans(source, respelling, PLAIN)).isInstanceOf(ConflictException.class);
    }

    @Test
    void onlyThePartsThatAreAskedForCount() {
        UnaryOperator<Migration> authOnly = migration -> migration.only(EnumSet.of(Part.AUTH));
        run(plans(source, target, authOnly));
        put(target, A, Row.of(new Key(Family.CHAT, "", "1@lid"), Bytes.utf8("{\"is\":\"other\"}")));

        assertThat(run(plans(source, target, authOnly)))
                .extracting(MigrationReport::before)
                .containsOnly(MigrationState.FINISHED);
        assertThatThrownBy(this::plans).isInstanceOf(ConflictException.class);
    }

    @Test
    void whatIsComparedIsHeardOf() {
        run(plans());
        Map<SessionName, Long> heard = new HashMap<>();
        for (SessionName session : SESSIONS) {
            Migration.from(source, session)
                    .to(target, session)
                    .progress((stage, rows, total) -> heard.put(session, rows))
                    .plan();
        }

        assertThat(heard).containsOnlyKeys(A, B, C).containsValue(4L);
    }
}
