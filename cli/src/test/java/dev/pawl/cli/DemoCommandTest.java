package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code pawl demo} leaves behind is what it says. */
class DemoCommandTest {

    private JsonObject said = JsonObject.builder().build();

    @BeforeEach
    void runTheDemo() {
        Run run = Run.pawl("demo", "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        said = (JsonObject) JsonValue.parse(run.out());
    }

    @AfterEach
    void removeWhatItLeft() throws IOException {
        try (Stream<Path> left = Files.walk(path("directory").resolveSibling(""))) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private String text(String member) {
        return ((JsonString) said.get(member).orElseThrow()).value();
    }

    private Path path(String member) {
        return Path.of(text(member));
    }

    @Test
    void theLogHoldsTheSession() {
        assertThat(Run.pawl("sessions", "native:" + path("directory")).out()).isEqualTo("demo\n");
        assertThat(StoreKind.records(text("store")))
                .hasSize(55)
                .isEqualTo(Directories.records(path("original")))
                .isEqualTo(Directories.records(path("copy")));
    }

    @Test
    void whatToTryNextWorks() {
        assertThat(Run.pawl("verify", text("store")).status()).isZero();
        List<String> next = ((JsonArray) said.get("next").orElseThrow())
                .values().stream()
                        .map(command -> ((JsonString) command).value())
                        .toList();

        assertThat(next)
                .hasSize(6)
                .allMatch(command ->
                        command.contains(path("directory").resolveSibling("").toString()));
        for (String command : next.subList(0, 5)) {
            String[] words =
                    command.replaceFirst("^\\./pawl ", "").replace("'", "").split(" ");
            assertThat(Run.pawl(words).status()).as(command).isZero();
        }
        String query =
                next.get(5).substring(next.get(5).indexOf('"') + 1, next.get(5).lastIndexOf('"'));
        assertThat(StoreKind.column(path("directory").resolveSibling("pawl.db"), query))
                .containsExactly("demo|6281234567890:17@s.whatsapp.net|smba");
    }

    @Test
    void theRecordedEventsAreAHistory() {
        JsonObject history = (JsonObject) said.get("history").orElseThrow();
        String store = ((JsonString) history.get("store").orElseThrow()).value();

        assertThat(Run.pawl("verify", store)).satisfies(run -> {
            assertThat(run.out()).isEmpty();
            assertThat(run.status()).isZero();
        });
        assertThat(Run.pawl("messages", store, "6281111111111@s.whatsapp.net").out())
                .contains("good morning", "it is me");
        assertThat(Run.pawl("messages", store, "11122233344455@lid").out())
                .isEqualTo(Run.pawl("messages", store, "6281111111111@s.whatsapp.net")
                        .out());
    }
}
