package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.tck.Samples;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is peculiar to PostgreSQL: many sessions in one database, passwords, and databases that cannot be used. */
class PostgresStoresTest {

    @TempDir
    private Path temp = Path.of("");

    private String database() {
        return StoreKind.POSTGRESQL.locator(StoreKind.POSTGRESQL.copyOf("paired", temp));
    }

    @Test
    void oneDatabaseHoldsManySessions() {
        String database = database();
        assertThat(Run.pawl("migrate", database, database + "#b").status()).isZero();
        assertThat(Run.pawl("migrate", "baileys:" + Samples.copyTo(temp, "lid"), database + "#a")
                        .status())
                .isZero();

        assertThat(Run.pawl("sessions", database).lines()).containsExactly("a", "b", "default");
        assertThat(Run.pawl("keys", database + "#b").lines()).containsExactly("pre-key  3");
        assertThat(Run.pawl("get", database + "#b", "creds").bytes()).isEqualTo(Samples.bytes("paired", "creds.json"));

        assertThat(Run.pawl("erase", "--yes", database + "#b").status()).isZero();
        assertThat(Run.pawl("sessions", database).lines()).containsExactly("a", "default");
        assertThat(Run.pawl("verify", database).status()).isZero();
        assertThat(Run.pawl("inspect", database + "#b").err())
                .startsWith("NOT_FOUND ")
                .contains("session b");
    }

    @Test
    void readingCommandsWriteNothing() {
        Path place = StoreKind.POSTGRESQL.copyOf("lid", temp);
        Map<String, String> before = StoreKind.POSTGRESQL.everything(place);
        assertThat(before).containsKeys("pawl_keys", "pawl_schema");

        for (String command : List.of("inspect", "verify", "keys", "sessions")) {
            assertThat(Run.pawl(command, StoreKind.POSTGRESQL.locator(place)).status())
                    .isZero();
        }
        assertThat(StoreKind.POSTGRESQL.everything(place)).isEqualTo(before);

        Path missing = temp.resolve("missing");
        assertThat(Run.pawl("inspect", StoreKind.POSTGRESQL.locator(missing)).status())
                .isEqualTo(1);
        assertThat(StoreKind.POSTGRESQL.everything(missing)).isEmpty();
    }

    @Test
    void inspectSaysHowItIsStored() {
        String database = database();

        assertThat(Run.pawl("inspect", database).out())
                .containsPattern("format +PostgreSQL [0-9.]+, tables at step 1")
                .containsPattern(
                        "place +postgresql server [0-9]+, database postgres, schema s[0-9_]+paired[a-z_]*: pawl_credentials");
    }

    @Test
    void aSessionIsNotCopiedOntoItself() {
        String database = database();
        Run run = Run.pawl("migrate", "--overwrite", database, database.replace("127.0.0.1", "localhost"));

        assertThat(run.status()).isNotZero();
        assertThat(Run.pawl("get", database, "creds").bytes()).isEqualTo(Samples.bytes("paired", "creds.json"));
    }

    @Test
    void aPasswordIsNeverSaid() throws Exception {
        String database = database();
        String schema = database.substring(database.indexOf("currentSchema=") + "currentSchema=".length());
        PostgresServer.shared()
                .execute(
                        "DROP ROLE IF EXISTS pawl_cli",
                        "CREATE ROLE pawl_cli LOGIN PASSWORD 'TOP-SECRET'",
                        "GRANT USAGE ON SCHEMA " + schema + " TO pawl_cli",
                        "GRANT SELECT ON ALL TABLES IN SCHEMA " + schema + " TO pawl_cli");
        try {
            String theirs = database.replaceFirst("//[^@]*@", "//pawl_cli:TOP-SECRET@");
            Path file = Files.writeString(temp.resolve("store.txt"), theirs);
            for (List<String> command : List.of(
                    List.of("inspect", theirs),
                    List.of("inspect", "--json", theirs),
                    List.of("inspect", "@" + file),
                    List.of("verify", "--verbose", theirs),
                    List.of("sessions", theirs),
                    List.of("migrate", theirs, "native:" + temp.resolve("copy")),
                    List.of("migrate", "--json", "baileys:" + Samples.copyTo(temp, "lid"), theirs + "#x"),
                    List.of("erase", "--yes", theirs),
                    List.of("inspect", "--verbose", theirs.replace("TOP-SECRET", "TOP-SECRET-not")),
                    List.of("inspect", "--verbose", theirs.replace("/postgres?", "/TOP?")))) {
                Run run = Run.pawl(command.toArray(String[]::new));
                assertThat(run.out() + run.err())
                        .as("%s", command.get(0))
                        .isNotEmpty()
                        .doesNotContain("SECRET");
            }
            assertThat(Run.pawl("get", theirs, "creds").status()).isZero();
            assertThat(Run.pawl("erase", "--yes", theirs).err())
                    .startsWith("STORE_")
                    .hasLineCount(1);
        } finally {
            PostgresServer.shared().execute("DROP OWNED BY pawl_cli", "DROP ROLE pawl_cli");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"layout=tables", "mx=3", "max=0"})
    void anOptionThatThereIsNotIsNamed(String option) {
        Run run = Run.pawl("inspect", "postgresql://127.0.0.1:1/d?" + option);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("STORE_UNSUPPORTED ")
                .contains(option.substring(0, option.indexOf('=')))
                .hasLineCount(1);
    }
}
