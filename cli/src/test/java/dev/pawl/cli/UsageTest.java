package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, version, wrong usage, and what is said about stores that cannot be opened. */
class UsageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "inspect",
                "verify",
                "migrate",
                "repair",
                "sessions",
                "keys",
                "get",
                "put",
                "delete",
                "ingest",
                "connect",
                "chats",
                "messages",
                "message",
                "search",
                "contacts",
                "presence",
                "groups",
                "prune",
                "jobs",
                "export",
                "import",
                "erase"
            })
    void everyCommandHasHelpWithExamplesAndExitStatus(String command) {
        Run run = Run.pawl(command, "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("Examples:", "  pawl " + command, "Exit status:", "wrong usage");
        assertThat(run.err()).isEmpty();
        assertThat(Run.pawl("--help").out()).contains("  " + command);
    }

    @Test
    void theHelpNamesEveryKindOfStoreThereIs() {
        Run run = Run.pawl("--help");

        assertThat(run.out()).contains(Backends.schemes()).contains("%23, %3F and %25");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theVersionIsOneLineOfData() {
        assertThat(Run.pawl("--version").out()).startsWith("pawl ").hasLineCount(1);
    }

    @Test
    void aCompletionScriptIsMade() {
        assertThat(Run.pawl("generate-completion").out()).contains("complete -F _complete_pawl");
    }

    @Test
    void wrongUsageIsStatusTwo() {
        for (List<String> arguments : List.of(
                List.<String>of(),
                List.of("no-such-command"),
                List.of("inspect"),
                List.of("inspect", "no locator"),
                List.of("inspect", "baileys:"),
                List.of("inspect", "native:"),
                List.of("inspect", "native:x?no-such=1"),
                List.of("inspect", "sqlite:"),
                List.of("inspect", "sqlite:x.db?mode"),
                List.of("inspect", "sqlite:100%.db"),
                List.of("inspect", "baileys:x#other"),
                List.of("inspect", "baileys:x?option=1"),
                List.of("inspect", "baileys:x#bad name"),
                List.of("get", "memory:", "pre-key"),
                List.of("keys", "--no-such-option", "memory:"),
                List.of("messages", "memory:"),
                List.of("messages", "memory:", "a@lid", "--limit", "0"),
                List.of("messages", "memory:", "a@lid", "--before", "soon"),
                List.of("messages", "memory:", "a@lid", "--after-cursor", "nonsense"),
                List.of("message", "memory:", "a@lid"),
                List.of("message", "memory:", "a@lid", ""),
                List.of("chats", "memory:", "--archived", "--not-archived"),
                List.of("search", "memory:"),
                List.of("search", "memory:", "a", "--limit", "-1"),
                List.of("prune", "memory:", "--older-than", "90"),
                List.of("prune", "memory:", "--older-than", "-1d"),
                List.of("prune", "memory:", "--keep", "-1"),
                List.of("jobs", "memory:", "show"),
                List.of("jobs", "memory:", "send", "J"),
                List.of("jobs", "memory:", "show", "J", "K"),
                List.of("jobs", "memory:", "cancel", "J", "--state", "dead"),
                List.of("jobs", "memory:", "--state", "sent"),
                List.of("jobs", "memory:", "--limit", "0"),
                List.of("repair", "memory:"),
                List.of("repair", "memory:", "--to", "memory:"),
                List.of("sessions", "@no/such/file"))) {
            Run run = Run.pawl(arguments.toArray(String[]::new));
            assertThat(run.status()).as("%s", arguments).isEqualTo(2);
            assertThat(run.bytes()).isEmpty();
            assertThat(run.err()).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource({"gopher:x,baileys", "mongodb://u:secret@h/d,native"})
    void aStoreThatNothingHereOpensSaysWhatWould(String store, String remedy) {
        Run run = Run.pawl("inspect", store);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("STORE_NOT_AVAILABLE ")
                .contains(remedy)
                .doesNotContain("secret")
                .hasLineCount(1);
    }

    @Test
    void aServerThatIsNotThereIsNamedWithoutItsPassword() {
        Run run = Run.pawl("inspect", "postgresql://u:secret@127.0.0.1:1/d");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("STORE_CONNECTION_FAILED postgresql://127.0.0.1:1/d ")
                .doesNotContain("secret")
                .hasLineCount(1);
    }

    @Test
    void passwordsInArgumentsAreNotRepeated() {
        Run run = Run.pawl("sessions", "memory:", "redis://user:top/sec@ret@host/0");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).doesNotContain("top", "sec@ret");
    }

    @Test
    void aStackTraceIsShownOnDemandOnly() {
        assertThat(Run.pawl("inspect", "gopher:x").err()).doesNotContain("\tat ");
        assertThat(Run.pawl("inspect", "--verbose", "gopher:x").err()).contains("\tat ");
    }
}
