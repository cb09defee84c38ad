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
import dev.pawl.backend.Traits;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several sessions are looked at before the first is moved: what is there already, and what is refused. */
class MigrationPlanTest {

    private final MemoryBackend source = new MemoryBackend();
    private final MemoryBackend target = new MemoryBackend();

    @BeforeEach
    void fillSource() {
        SESSIONS.forEach(session -> fillSmall(source, session));
    }

    private List<MigrationPlan> plansOfAll() {
        return plans(source, target, PLAIN);
    }

    @Test
    void sessionsThatAreNotThereAreNewAndCopied() {
        List<MigrationPlan> plans = plansOfAll();

        assertThat(plans).extracting(MigrationPlan::state).containsOnly(MigrationState.NEW);
        assertThat(run(plans)).extracting(MigrationReport::before).containsOnly(MigrationState.NEW);
        requireSame(source, target);
    }

    @Test
    void aFinishedSessionIsReportedAndNotTouched() {
        Migration.from(source, A).to(target, A).run();
        List<MigrationReport> reports = run(plans(source, new Sessions.Untouchable(target, A), PLAIN));

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
        run(plansOfAll());
        try (AuthStore from = AuthStore.open(source, B);
                AuthStore to = AuthStore.open(target, B)) {
            assertThat(run(plansOfAll())).extracting(MigrationReport::before).containsOnly(MigrationState.FINISHED);
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

        assertThatThrownBy(this::plansOfAll)
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

        assertThatThrownBy(this::plansOfAll).isInstanceOf(ConflictException.class);
    }

    @Test
    void anOwnerDoesNotHideThatATargetHoldsSomethingElse() {
        put(target, B, row("session", "1.0", "{}"));
        try (Lease owner = Lease.on(target, B, Part.AUTH.lease()).acquire()) {
            assertThatThrownBy(this::plansOfAll).isInstanceOf(ConflictException.class);
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
                    assertThat(plansOfAll()).hasSize(3);
                } else {
                    assertThatThrownBy(this::plansOfAll)
                            .isInstanceOf(InUseException.class)
                            .hasMessageContaining(end.locate(C, Key.CREDENTIALS));
                }
            }
        }
        assertThat(all(target, A)).isEmpty();
    }

    @Test
    void aCopyWithAForbiddingMarkIsNotFinished() {
        run(plansOfAll());
        try (Lease lease = Lease.on(target, C, Part.JOBS.lease()).acquire()) {
            lease.mark(new LeaseState.Retired("elsewhere"));
        }

        assertThatThrownBy(this::plansOfAll).isInstanceOf(InUseException.class).hasMessageContaining("elsewhere");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aDryRunOfAllWritesNothingAndSaysWhatIsThere(boolean retire) {
        Migration.from(source, A).to(target, A).run();
        UnaryOperator<Migration> how = migration -> retire ? migration.dryRun().retireSource() : migration.dryRun();

        List<MigrationReport> reports =
                run(plans(new Sessions.Untouchable(source, A, B, C), new Sessions.Untouchable(target, A, B, C), how));

        assertThat(reports)
                .extracting(MigrationReport::before)
                .containsExactly(MigrationState.FINISHED, MigrationState.NEW, MigrationState.NEW);
        assertThat(reports).allMatch(MigrationReport::dryRun).noneMatch(MigrationReport::sourceRetired);
    }

    @Test
    void aTargetThatCannotBeReadIsNotTakenForFinished() {
        run(plansOfAll());
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
        run(plansOfAll());
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
        assertThatThrownBy(this::plansOfAll).isInstanceOf(ConflictException.class);
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
        assertThatThrownBy(this::plansOfAll).isInstanceOf(ConflictException.class);
    }

    @Test
    void whatIsComparedIsHeardOf() {
        run(plansOfAll());
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
