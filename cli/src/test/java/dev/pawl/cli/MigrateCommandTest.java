package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.migrate.Migration;
import dev.pawl.tck.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code pawl migrate} between directories of real Baileys. */
class MigrateCommandTest {

    @TempDir
    private Path temp = Path.of("");

    static Stream<String> readable() {
        return Samples.names().stream()
                .filter(name -> !name.startsWith("corrupt/")
                        || name.equals("corrupt/whitespace-creds")
                        || name.equals("corrupt/missing-creds"));
    }

    private String target() {
        return "baileys:" + temp.resolve("target");
    }

    private Map<String, String> targetRecords() {
        return Directories.records(temp.resolve("target"));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void everySampleArrivesByteForByteAndTheSourceIsUntouched(String name) {
        Path source = Samples.copyTo(temp, name);
        Map<String, String> before = Directories.everything(source);

        Run run = Run.pawl("migrate", "baileys:" + source, target());

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(targetRecords()).isEqualTo(Directories.records(source));
        assertThat(Directories.everything(source)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("readable")
    void everySampleSurvivesTheWayThroughMemory(String name) {
        Path source = Samples.copyTo(temp, name);
        SessionName session = SessionName.of("on-the-way");
        try (BaileysBackend from = BaileysBackend.open(source, Access.READ_ONLY);
                MemoryBackend memory = new MemoryBackend();
                BaileysBackend to = BaileysBackend.open(temp.resolve("target"), Access.READ_WRITE)) {
            Migration.from(from, SessionName.DEFAULT).to(memory, session).run();
            Migration.from(memory, session).to(to, SessionName.DEFAULT).run();
        }

        assertThat(targetRecords()).isEqualTo(Directories.records(source));
    }

    @Test
    void theReportSaysHowMuchOfWhatWasCopied() {
        String source = "baileys:" + Samples.copyTo(temp, "paired");

        assertThat(Run.pawl("migrate", source, target()).out())
                .startsWith("copied 4 records, 2,756 bytes\n")
                .contains("from  " + source, "to    " + target(), "everything was read back and compared");
        assertThat(Run.pawl("migrate", "--json", "--overwrite", source, target())
                        .out())
                .contains("\"credentials\":{\"rows\":1,\"bytes\":2264}", "\"pre-key\":{\"rows\":3,\"bytes\":492}")
                .hasLineCount(1);
    }

    @Test
    void aDryRunWritesNothing() {
        Run run = Run.pawl("migrate", "--dry-run", "baileys:" + Samples.copyTo(temp, "paired"), target());

        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("would copy 4 records");
        assertThat(temp.resolve("target")).doesNotExist();
    }

    @Test
    void aMissingSourceCreatesNothing() {
        Run run = Run.pawl("migrate", "baileys:" + temp.resolve("missing"), target());

        assertThat(run.status()).isEqualTo(1);
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void oneDirectoryUnderTwoNamesIsOneStore() throws Exception {
        Path source = Samples.copyTo(temp, "paired");
        Map<String, String> before = Directories.everything(source);
        Files.createSymbolicLink(temp.resolve("link"), source);

        for (String other : new String[] {
            source.toString(), source + "/../paired/", temp.resolve("link").toString()
        }) {
            Run run = Run.pawl("migrate", "--overwrite", "baileys:" + source, "baileys:" + other);
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("same store");
        }

        assertThat(Directories.everything(source)).isEqualTo(before);
    }

    @Test
    void aTargetThatIsNotEmptyIsOverwrittenOnDemandOnly() {
        String source = "baileys:" + Samples.copyTo(temp, "paired");
        assertThat(Run.pawl("migrate", "baileys:" + Samples.copyTo(temp, "lid"), target())
                        .status())
                .isZero();
        Map<String, String> before = targetRecords();

        Run refused = Run.pawl("migrate", source, target());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).startsWith("STORE_CONFLICT ").contains("--overwrite");
        assertThat(targetRecords()).isEqualTo(before);

        assertThat(Run.pawl("migrate", "--overwrite", source, target()).status())
                .isZero();
        assertThat(targetRecords()).isEqualTo(Directories.records(temp.resolve("paired")));
    }

    @Test
    void aRetiredSourceIsReadableButOpensNoMore() {
        String source = "baileys:" + Samples.copyTo(temp, "paired");

        assertThat(Run.pawl("migrate", "--retire-source", source, target()).out())
                .contains("the source is retired");

        assertThat(Run.pawl("inspect", source).out()).contains("retired in favour of");
        Run run = Run.pawl("delete", "--take-over", source, "pre-key", "1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("STORE_IN_USE ");
    }

    @Test
    void aPartThatTheStoresDoNotHoldIsRefused() {
        Run run = Run.pawl("migrate", "--only", "messages", "baileys:" + Samples.copyTo(temp, "paired"), target());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("STORE_UNSUPPORTED ").contains("messages");
        assertThat(temp.resolve("target")).doesNotExist();
    }

    @Test
    void allSessionsAreCopiedToTheirNames() {
        assertThat(Run.pawl("migrate", "--all", "baileys:" + Samples.copyTo(temp, "paired"), target())
                        .status())
                .isZero();
        assertThat(targetRecords()).hasSize(4);
    }
}
