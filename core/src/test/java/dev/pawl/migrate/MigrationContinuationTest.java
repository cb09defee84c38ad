package dev.pawl.migrate;

import static dev.pawl.migrate.Contents.all;
import static dev.pawl.migrate.Contents.fillSmall;
import static dev.pawl.migrate.Contents.row;
import static dev.pawl.migrate.Sessions.A;
import static dev.pawl.migrate.Sessions.B;
import static dev.pawl.migrate.Sessions.C;
import static dev.pawl.migrate.Sessions.PLAIN;
import static dev.pawl.migrate.Sessions.SESSIONS;
import static dev.pawl.migrate.Sessions.plans;
import static dev.pawl.migrate.Sessions.put;
import static dev.pawl.migrate.Sessions.requireSame;
import static dev.pawl.migrate.Sessions.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever ends a migration of several sessions, the same again goes on and never writes over what was moved. */
class MigrationContinuationTest {

    private final MemoryBackend source = new MemoryBackend();
    private final MemoryBackend target = new MemoryBackend();

    @BeforeEach
    void fillSource() {
        SESSIONS.forEach(session -> fillSmall(source, session));
    }

    private List<MigrationPlan> plansOfAll() {
        return plans(source, target, PLAIN);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void afterAFailureOfAnyChangeTheSameAgainGoesOnWithTheRest(boolean forGood, boolean retire) {
        UnaryOperator<Migration> how = retire ? Migration::retireSource : PLAIN;
        Set<List<MigrationState>> seen = new HashSet<>();
        boolean reached = true;
        for (int failsAt = 1; reached; failsAt++) {
            AtomicInteger changes = new AtomicInteger();
            MemoryBackend from = new MemoryBackend();
            MemoryBackend to = new MemoryBackend();
            SESSIONS.forEach(session -> fillSmall(from, session));
            List<MigrationPlan> first = plans(
                    new FailingBackend(from, changes, failsAt, forGood),
                    new FailingBackend(to, changes, failsAt, forGood),
                    migration -> how.apply(migration.timing(FailingBackend.WITHOUT_PAUSES)));
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
                Backend watched = new Sessions.Untouchable(to, done.toArray(SessionName[]::new));
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

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aTargetThatMovedOnAfterItsSourceWasRetiredIsNeverWrittenOver(boolean overwrite) {
        UnaryOperator<Migration> how = overwrite ? Migration::overwrite : PLAIN;
        run(plans(source, target, Migration::retireSource));
        put(target, A, row("session", "1.0", "{\"a later\":\"ratchet\"}"));
        List<Row> before = all(target, A);

        List<MigrationReport> reports = run(plans(
                source, new Sessions.Untouchable(target, A, B, C), migration -> how.apply(migration.retireSource())));

        assertThat(reports).extracting(MigrationReport::before).containsOnly(MigrationState.FINISHED);
        assertThat(reports).extracting(MigrationReport::sourceRetired).containsOnly(true);
        assertThat(all(target, A)).isEqualTo(before);
    }

    @Test
    void aRetiredSourceWhoseTargetWasErasedIsRefused() {
        run(plans(source, target, Migration::retireSource));
        target.erase(A, EnumSet.complementOf(EnumSet.of(Family.LEASE)), List.of());

        assertThatThrownBy(this::plansOfAll).isInstanceOf(InUseException.class).hasMessageContaining("was retired");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void whatWasCopiedIsRetiredLaterWithoutCopyingItAgain(boolean overwrite) {
        run(plansOfAll());
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
        run(plansOfAll());
        MigrationPlan plan =
                Migration.from(source, A).to(target, A).retireSource().plan();
        put(target, A, row("session", "1.0", "{\"a later\":\"ratchet\"}"));
        List<Row> before = all(target, A);

        assertThatThrownBy(plan::run).isInstanceOf(ConflictException.class);

        assertThat(all(target, A)).isEqualTo(before);
        AuthStore.open(source, A).close();
        AuthStore.open(target, A).close();
    }

    @Test
    void aDamagedSessionStopsAtItAndTheSameAgainGoesOnOnceItIsRepaired() {
        put(source, B, row("session", "2.0", "{"));
        List<MigrationPlan> plans = plansOfAll();
        plans.get(0).run();

        assertThatThrownBy(plans.get(1)::run)
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(source.locate(B, Key.ofKey("session", "2.0")));
        assertThat(all(target, B)).isEmpty();

        put(source, B, row("session", "2.0", "{}"));
        assertThat(run(plansOfAll()))
                .extracting(MigrationReport::before)
                .containsExactly(MigrationState.FINISHED, MigrationState.NEW, MigrationState.NEW);
        requireSame(source, target);
    }

    @Test
    void aTargetInUseStopsAtItAndTheSameAgainGoesOn() {
        try (AuthStore holder = AuthStore.open(target, B)) {
            List<MigrationPlan> plans = plansOfAll();
            plans.get(0).run();
            assertThatThrownBy(plans.get(1)::run).isInstanceOf(InUseException.class);
            assertThat(holder.types()).isEmpty();
        }

        assertThat(run(plansOfAll()))
                .extracting(MigrationReport::before)
                .containsExactly(MigrationState.FINISHED, MigrationState.NEW, MigrationState.NEW);
        requireSame(source, target);
    }
}
