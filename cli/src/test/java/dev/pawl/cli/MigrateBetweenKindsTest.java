package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Backends;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Locator;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.migrate.Migration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code pawl migrate} from every kind of store to every other one. */
class MigrateBetweenKindsTest {

    @TempDir
    private Path temp = Path.of("");

    static Stream<Arguments> pairs() {
        return Stream.of(StoreKind.values())
                .flatMap(from -> Stream.of(StoreKind.values()).map(to -> Arguments.of(from, to)));
    }

    private static Map<String, String> records(StoreKind kind, Path place) {
        return kind.records(place);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everythingArrivesAndTheSourceIsUntouched(StoreKind from, StoreKind to) {
        Path source = from.copyOf("lid", temp);
        Path target = temp.resolve("target");
        Map<String, String> before = from.everything(source);

        Run run = Run.pawl("migrate", from.locator(source), to.locator(target));

        assertThat(run.err()).isEmpty();
        assertThat(records(to, target)).hasSize(18).isEqualTo(records(from, source));
        assertThat(from.everything(source)).isEqualTo(before);
        assertThat(Run.pawl("verify", to.locator(target)).status()).isZero();
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void everythingSurvivesTheWayThroughMemory(StoreKind kind) {
        Path source = kind.copyOf("lid", temp);
        Path target = temp.resolve("target");
        SessionName session = SessionName.of("on-the-way");
        try (Backend from = Backends.open(Locator.parse(kind.locator(source)), Access.READ_ONLY);
                MemoryBackend memory = new MemoryBackend();
                Backend to = Backends.open(Locator.parse(kind.locator(target)), Access.READ_WRITE)) {
            Migration.from(from, SessionName.DEFAULT).to(memory, session).run();
            Migration.from(memory, session).to(to, SessionName.DEFAULT).run();
        }

        assertThat(records(kind, target)).isEqualTo(records(kind, source));
    }

    @Test
    void theWrongOneOfTwoLayoutsOfADirectoryIsToldTheRightOne() {
        String baileys = StoreKind.BAILEYS.copyOf("lid", temp).toString();
        String zaileys = StoreKind.ZAILEYS.copyOf("paired", temp).toString();
        for (Run run : List.of(
                Run.pawl("inspect", "zaileys:" + baileys), Run.pawl("migrate", "zaileys:" + baileys, "memory:"))) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).startsWith("STORE_UNSUPPORTED ").contains("open it as baileys:");
        }
        for (Run run : List.of(
                Run.pawl("inspect", "baileys:" + zaileys), Run.pawl("migrate", "baileys:" + zaileys, "memory:"))) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).startsWith("STORE_UNSUPPORTED ").contains("open it as zaileys:");
        }
    }

    @Test
    void whatALogCannotHoldIsListedAndJobsGoAlong() {
        String file = StoreKind.SQLITE.locator(StoreKind.SQLITE.copyOf("lid", temp));
        Rows.put(file, Rows.chat("1@lid"), Rows.job("1"));
        String target = "native:" + temp.resolve("target");

        Run run = Run.pawl("migrate", file, target);

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("left out: 1 of chat").containsPattern("job +1 ");
        assertThat(Rows.of(target)).hasSize(19).contains(Rows.job("1"));
    }
}
