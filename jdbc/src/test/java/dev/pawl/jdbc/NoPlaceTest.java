package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys that have no place in a table are not taken for others that have one. */
final class NoPlaceTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final Key CONTACT = Key.of(Family.CONTACT, "1");
    private static final Key NOWHERE = new Key(Family.CONTACT, "somewhere", "1");

    @Test
    void aCheckOfARowThatSqliteHasNoPlaceForIsRefused() {
        try (Backend backend = SqliteBackend.inMemory()) {
            requireRefused(backend);
        }
    }

    @Test
    void soItIsOnPostgresql() {
        try (Backend backend = PostgresBackend.open(PostgresServer.shared().newSchema(), Access.READ_WRITE)) {
            requireRefused(backend);
        }
    }

    private static void requireRefused(Backend backend) {
        Bytes value = Bytes.utf8("1");
        Batch batch = Batch.of(Row.of(CONTACT, value));
        backend.commit(SESSION, batch);
        for (Check check : List.of(Check.exact(NOWHERE, value), Check.absent(NOWHERE))) {
            assertThatThrownBy(() -> backend.commit(SESSION, batch.with(check)))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("no partitions");
            assertThatThrownBy(() -> backend.erase(SESSION, Set.of(Family.CONTACT), List.of(check)))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("no partitions");
        }
        assertThat(backend.get(SESSION, CONTACT)).isPresent();
    }
}
