package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.tck.server.PostgresServer;
import org.junit.jupiter.api.Test;

class PostgresSearchTest extends SearchContract {

    private static final PostgresServer SERVER = PostgresServer.shared();

    private final String locator = SERVER.newSchema();

    @Override
    Backend open(boolean search, Access access) {
        return PostgresBackend.builder()
                .url(locator)
                .search(search)
                .access(access)
                .open();
    }

    private String with(String option) {
        return locator + (locator.indexOf('?') < 0 ? '?' : '&') + option;
    }

    @Test
    void namesWithAnyCharactersAreFound() {
        try (Backend backend = open()) {
            backend.commit(
                    SESSION,
                    Batch.of(
                            message("a\0b@g.us", "A\u0001|0", 3, "word"),
                            message("a\0b@g.us", "B.'\\|0", 3, "word \0 other")));

            assertThat(found(backend, "word")).containsExactlyInAnyOrder("A\u0001|0", "B.'\\|0");
            assertThat(found(backend, "other", "a\0b@g.us")).containsExactly("B.'\\|0");
        }
    }

    @Test
    void twoProcessesBringChangesInOneAfterTheOther() {
        try (Backend one = open();
                Backend other = open()) {
            for (int i = 0; i < 20; i++) {
                Backend writer = i % 2 == 0 ? one : other;
                writer.commit(SESSION, Batch.of(message("a@g.us", "A|0", 3, "word" + i)));
            }

            assertThat(found(one, "word19")).hasSize(1);
            for (int i = 0; i < 19; i++) {
                assertThat(found(other, "word" + i)).as("word" + i).isEmpty();
            }
        }
    }

    @Test
    void anOptionOfTheUrlSwitchesItOn() {
        assertThatThrownBy(() -> PostgresBackend.open(with("search=perhaps"), Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("on or off");
        assertThatThrownBy(() -> PostgresBackend.open(with("search=on&layout=zaileys"), Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("search=on");
        assertThatThrownBy(() -> PostgresBackend.builder()
                        .url(locator)
                        .layout(Layout.ZAILEYS)
                        .search(true)
                        .open())
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("search=on");
        try (Backend backend = PostgresBackend.open(with("search=on"), Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(message("a@g.us", "A|0", 3, "word")));
            assertThat(found(backend, "word")).containsExactly("A|0");
        }
    }
}
