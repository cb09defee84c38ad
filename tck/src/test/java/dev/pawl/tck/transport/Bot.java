package dev.pawl.tck.transport;

import dev.pawl.Client;
import dev.pawl.ClientBuilder;
import dev.pawl.ReconnectPolicy;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Backend;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonString;
import dev.pawl.message.MessageStore;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A client with its stores on one backend, a scripted transport and a clock that stands. */
final class Bot implements AutoCloseable {

    static final String NUMBER = "6281111111111";
    static final String ME = NUMBER + ":7@s.whatsapp.net";
    static final String PEER = "6282222222222@s.whatsapp.net";

    /** Pauses that a test can name: without chance. */
    static final ReconnectPolicy EXACT = new ReconnectPolicy(
            Duration.ofSeconds(3),
            Duration.ofSeconds(60),
            0,
            Duration.ofSeconds(61),
            Duration.ofMinutes(5),
            Duration.ofSeconds(90),
            0,
            6,
            3);

    final Backend backend;
    final AuthStore auth;
    final MessageStore messages;
    final ScriptedTransport transport = new ScriptedTransport();
    final ManualTimers timers = new ManualTimers();
    final Client client;
    final Heard heard;

    private Bot(Backend backend, UnaryOperator<ClientBuilder> how) {
        this.backend = backend;
        this.auth = AuthStore.open(backend, SessionName.DEFAULT);
        this.messages = MessageStore.open(backend, SessionName.DEFAULT);
        this.client = how.apply(Client.builder()
                        .auth(auth)
                        .messages(messages)
                        .transport(transport)
                        .timers(timers)
                        .reconnect(EXACT))
                .open();
        this.heard = Heard.from(client);
    }

    /** A device that is not paired yet. */
    static Bot fresh() {
        return on(new MemoryBackend());
    }

    static Bot on(Backend backend) {
        return on(backend, builder -> builder);
    }

    static Bot on(Backend backend, UnaryOperator<ClientBuilder> how) {
        return new Bot(backend, how);
    }

    /** A device that was paired some time ago. */
    static Bot paired() {
        return on(pairedBackend());
    }

    static MemoryBackend pairedBackend() {
        MemoryBackend backend = new MemoryBackend();
        pair(backend, SessionName.DEFAULT);
        return backend;
    }

    static void pair(Backend backend, SessionName session) {
        try (AuthStore store = AuthStore.open(backend, session)) {
            store.saveCredentials(Credentials.create().merge(ScriptedLink.paired(NUMBER)));
            store.write(Updates.none().put(KeyType.LID_MAPPING, "1", "2"));
        }
    }

    /** Connects, and gives the link. */
    ScriptedLink connected() {
        client.connect();
        heard.await("connected " + ME);
        return transport.link(transport.links());
    }

    /** What is stored shows a paired device that kept its keys. */
    boolean keptCredentials() {
        return auth.credentials().filter(Credentials::paired).isPresent()
                && auth.read(KeyType.LID_MAPPING, "1").isPresent();
    }

    static JsonString json(String text) {
        return new JsonString(text);
    }

    @Override
    public void close() {
        client.close();
        messages.close();
        auth.close();
    }
}
