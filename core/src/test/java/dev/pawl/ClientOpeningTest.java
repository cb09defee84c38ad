package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.JobStore;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStore;
import dev.pawl.transport.Link;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.Transport;
import dev.pawl.transport.TransportException;
import dev.pawl.transport.TransportProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a client opens by itself, what it refuses, and what it closes. */
class ClientOpeningTest {

    private static final class NoTransport implements Transport {
        private boolean closed;

        @Override
        public Link open(LinkHost host) {
            throw TransportException.permanent("there is no server here");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final NoTransport transport = new NoTransport();

    @Test
    void withNothingConfiguredItIsDurableButForTheHistory(@TempDir Path directory) {
        Path store = directory.resolve("a#b%c");
        assertThat(ClientBuilder.DIRECTORY).isEqualTo(".pawl");
        Logger logger = (Logger) LoggerFactory.getLogger(Client.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        String job;
        try (Client client = standard(store).open()) {
            assertThat(client.session()).isEqualTo(SessionName.DEFAULT);
            assertThat(client.credentials()).isEmpty();
            assertThat(client.state()).isEqualTo(ClientState.IDLE);
            client.auth().createCredentials();
            job = client.scheduleAt(Instant.now().plusSeconds(3600), "1@s.whatsapp.net", Content.text("later"))
                    .id();
            assertThatThrownBy(() -> standard(store).open()).isInstanceOf(InUseException.class);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }
        assertThat(log.list.stream().filter(line -> line.getFormattedMessage().contains("in memory")))
                .hasSizeGreaterThanOrEqualTo(1);
        assertThat(Files.exists(store.resolve("default.log"))).isTrue();
        try (Client client = standard(store).open()) {
            assertThat(client.credentials()).isPresent();
            assertThat(client.jobs().find(job)).isPresent();
        }
    }

    private ClientBuilder standard(Path store) {
        return Client.builder().directory(store.toString()).transport(transport);
    }

    @Test
    void storesOfAnotherSessionAreRefused() {
        MemoryBackend backend = new MemoryBackend();
        SessionName other = SessionName.of("other");
        try (AuthStore auth = AuthStore.open(backend, other);
                MessageStore messages = MessageStore.open(backend, other);
                JobStore jobs = JobStore.open(backend, other)) {
            for (ClientBuilder builder : List.of(
                    Client.builder().auth(auth),
                    Client.builder().messages(messages),
                    Client.builder().jobs(jobs))) {
                assertThatThrownBy(() -> builder.transport(transport).open())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("session other");
            }
            Client.builder()
                    .sessionId("other")
                    .auth(auth)
                    .messages(messages)
                    .jobs(jobs)
                    .transport(transport)
                    .open()
                    .close();
            assertThat(List.of(auth.isClosed(), messages.isClosed(), jobs.isClosed()))
                    .containsOnly(false);
            assertThat(transport.closed).isFalse();
        }
    }

    @Test
    void aStoreForReadingIsRefused() {
        try (AuthStore auth = AuthStore.openReadOnly(new MemoryBackend(), SessionName.DEFAULT)) {
            assertThatThrownBy(() ->
                            Client.builder().auth(auth).transport(transport).open())
                    .isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    void withoutATransportItSaysWhatToAddAndLeavesNothing(@TempDir Path directory) {
        assertThatThrownBy(
                        () -> Client.builder().directory(directory.toString()).open())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("dev.pawl:pawl-baileys");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aTransportThatCannotBeUsedSaysWhy() {
        TransportProvider broken = provider(Optional.of("install Node 20 or newer"));
        assertThatThrownBy(() -> Transports.find(List.of(broken)))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("install Node 20");
        assertThat(Transports.find(List.of(broken, provider(Optional.empty())))).isSameAs(transport);
    }

    private TransportProvider provider(Optional<String> problem) {
        return new TransportProvider() {
            @Override
            public String name() {
                return "example";
            }

            @Override
            public Optional<String> problem() {
                return problem;
            }

            @Override
            public Transport create() {
                return transport;
            }
        };
    }

    @Test
    void aPawlGivesOneClientForASessionAndClosesItFirst() {
        MemoryBackend backend = new MemoryBackend();
        Client client;
        try (Pawl pawl = Pawl.of(backend)) {
            client = pawl.client("main", builder -> builder.transport(transport));
            assertThat(pawl.client("main", builder -> builder.transport(new NoTransport())))
                    .isSameAs(client);
            assertThat(client.auth()).isSameAs(pawl.auth("main"));
            assertThat(client.messages()).isSameAs(pawl.messages("main"));
            assertThat(client.jobs()).isSameAs(pawl.jobs("main"));
        }
        assertThat(client.isClosed()).isTrue();
        try (AuthStore next = AuthStore.open(backend, SessionName.of("main"))) {
            assertThat(next.isOwner()).isTrue();
        }
    }

    @Test
    void aClientThatWasClosedIsOpenedAnew() {
        try (Pawl pawl = Pawl.of(new MemoryBackend())) {
            Client first = pawl.client("main", builder -> builder.transport(transport));
            first.close();
            Client second = pawl.client("main", builder -> builder.transport(transport));
            assertThat(second).isNotSameAs(first);
            assertThat(second.auth()).isSameAs(pawl.auth("main"));
        }
    }

    /** What a transport must not do: its links fail to end. */
    private static final class Unending implements Transport {
        private final Throwable failure;
        private final CountDownLatch opened = new CountDownLatch(1);

        Unending(Throwable failure) {
            this.failure = failure;
        }

        /** Has it connect, and returns when there is a link that has to be ended. */
        void connect(Client client) throws InterruptedException {
            client.connect();
            opened.await();
        }

        @Override
        public Link open(LinkHost host) {
            opened.countDown();
            return new Link() {
                @Override
                public CompletableFuture<JsonObject> send(OutgoingMessage message) {
                    return new CompletableFuture<>();
                }

                @Override
                public CompletableFuture<String> requestPairingCode(String number) {
                    return new CompletableFuture<>();
                }

                @Override
                public CompletableFuture<Void> logout() {
                    return new CompletableFuture<>();
                }

                @Override
                public CompletableFuture<Void> disconnect() {
                    throw new IllegalStateException("broken");
                }

                @Override
                public void close() {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw new IllegalStateException(failure);
                }
            };
        }
    }

    @Test
    void aLinkThatFailsToEndIsNotNoticed(@TempDir Path directory) throws Exception {
        Unending unending = new Unending(new IllegalStateException("broken"));
        Client client = standard(directory).transport(unending).open();
        unending.connect(client);
        client.disconnect();
        assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
        client.close();
        try (Client next = standard(directory).open()) {
            assertThat(next.state()).isEqualTo(ClientState.IDLE);
        }
    }

    @Test
    void whateverFailsWhileItIsClosedTheSessionIsGivenBack(@TempDir Path directory) throws Exception {
        Unending unending = new Unending(new AssertionError("broken"));
        Client client = standard(directory).transport(unending).open();
        unending.connect(client);
        assertThatThrownBy(client::close).isInstanceOf(IllegalStateException.class);
        assertThat(client.isClosed()).isTrue();
        try (Client next = standard(directory).open()) {
            assertThat(next.state()).isEqualTo(ClientState.IDLE);
        }
        client.close();
    }
}
