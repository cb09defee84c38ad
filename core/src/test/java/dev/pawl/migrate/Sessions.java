package dev.pawl.migrate;

import static dev.pawl.migrate.Contents.all;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Three sessions that are moved together in tests. */
final class Sessions {

    static final SessionName A = SessionName.of("a");
    static final SessionName B = SessionName.of("b");
    static final SessionName C = SessionName.of("c");
    static final List<SessionName> SESSIONS = List.of(A, B, C);
    static final UnaryOperator<Migration> PLAIN = migration -> migration;

    /** Refuses every change of these sessions. */
    static final class Untouchable extends ForwardingBackend {
        private final Set<SessionName> sessions;

        Untouchable(Backend delegate, SessionName... sessions) {
            super(delegate);
            this.sessions = Set.of(sessions);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            assertThat(sessions).as("sessions that must not be written").doesNotContain(session);
            super.commit(session, batch);
        }
    }

    private Sessions() {}

    static List<MigrationPlan> plans(Backend from, Backend to, UnaryOperator<Migration> how) {
        return from.sessions(EnumSet.allOf(Family.class))
                .map(session ->
                        how.apply(Migration.from(from, session).to(to, session)).plan())
                .toList();
    }

    static List<MigrationReport> run(List<MigrationPlan> plans) {
        return plans.stream().map(MigrationPlan::run).toList();
    }

    static void put(Backend backend, SessionName session, Row row) {
        backend.commit(session, Batch.of(row));
    }

    static void requireSame(Backend left, Backend right) {
        for (SessionName session : SESSIONS) {
            assertThat(all(right, session)).as("session %s", session).isEqualTo(all(left, session));
        }
    }
}
