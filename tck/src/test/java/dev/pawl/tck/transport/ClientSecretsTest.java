package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.pawl.Content;
import dev.pawl.auth.Credentials;
import dev.pawl.json.Bytes;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever happens, the log has no keys, no codes, no numbers and nothing of what people say. */
class ClientSecretsTest {

    @Test
    void theLogHasNoSecrets() throws Exception {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        Logger root = (Logger) LoggerFactory.getLogger("dev.pawl");
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage() + " " + ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        };
        appender.start();
        root.setLevel(Level.TRACE);
        root.setAdditive(false);
        root.addAppender(appender);
        String identity;
        try (Bot bot = Bot.fresh()) {
            bot.client.connect();
            bot.heard.await("qr scripted-qr-1");
            identity = privateKey(bot);
            bot.transport.link(1).pair(Bot.NUMBER);
            bot.heard.await("connected " + Bot.ME);
            ScriptedLink link = bot.transport.link(2);
            link.receive(Bot.PEER, "what a peer says");
            bot.client.send(Bot.PEER, Content.text("what we say"));
            bot.client.onMessage(message -> {
                throw new IllegalStateException("broken listener");
            });
            link.receive(Bot.PEER, "what a peer says").join();
            link.host().write(KeyChanges.none().put("session", "1.0", Bytes.utf8("\"what a ratchet holds\"")));
            link.failSends(TransportException.failed("not today"));
            try {
                bot.client.send(Bot.PEER, Content.text("what we say"));
            } catch (TransportException e) {
                lines.add(String.valueOf(e));
            }
            lines.add(bot.client + " " + link.sent(1) + " " + bot.client.lastDisconnection());
            link.close(401, "Stream Errored (conflict)");
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME, 2);
            bot.client.logout();
        } finally {
            root.detachAppender(appender);
            root.setLevel(null);
            root.setAdditive(true);
        }
        assertThat(lines).isNotEmpty();
        for (String secret : List.of(
                identity,
                "scripted-qr",
                "what a peer says",
                "what we say",
                "what a ratchet holds",
                Bot.NUMBER,
                "6282222222222")) {
            assertThat(lines).noneMatch(line -> line.contains(secret));
        }
    }

    private static String privateKey(Bot bot) {
        Credentials credentials = bot.auth.credentials().orElseThrow();
        return java.util.Base64.getEncoder()
                .encodeToString(credentials.signedIdentityKey().privateKey().toArray());
    }
}
