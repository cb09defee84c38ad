package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Client;
import dev.pawl.Content;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/client.md} compile, and the one that needs no server works. */
class ClientExamplesTest {

    @Test
    void aBotIsTestedWithoutAServer() {
        try (AuthStore store = AuthStore.open(new MemoryBackend(), SessionName.DEFAULT)) {
            // bot
            ScriptedTransport transport = new ScriptedTransport();
            try (Client client =
                    Client.builder().auth(store).transport(transport).open()) {
                client.onMessage(message -> client.send(message.chat(), Content.text("pong")));
                client.connect();
                transport.link(1).pair("6281111111111");
                transport.link(2).receive("6282222222222@s.whatsapp.net", "ping");
                assertThat(transport.link(2).sent(1)).hasSize(1);
            }
            // end
        }
    }

    static void start() throws InterruptedException {
        // start
        try (Client client = Client.open()) {
            client.onQr(code -> System.out.println(code));
            client.onMessage(
                    message -> client.send(message.chat(), Content.text("hello").replyTo(message)));
            client.connect();
            client.awaitClosed();
        }
        // end
    }

    @Test
    void theExamplesAreThoseOfTheDocument() throws IOException {
        String test = Files.readString(Path.of("src/test/java/dev/pawl/tck/transport/ClientExamplesTest.java"));
        Matcher examples = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/client.md")));
        List<String> shown = examples.results().map(one -> words(one.group(1))).toList();
        assertThat(shown).containsExactly(words(region(test, "start")), words(region(test, "bot")));
    }

    private static String region(String text, String name) {
        Matcher matcher =
                Pattern.compile("// " + name + "\n(.*?)// end", Pattern.DOTALL).matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String words(String code) {
        return code.replaceAll("\\s+", "");
    }
}
