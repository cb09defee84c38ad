package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.message.BindingOptions.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A binding of a real store to a storage that fails: everything is stored once, also what is counted. */
@Timeout(60)
class BindingStorageTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final String CHAT = "6281111111111@s.whatsapp.net";
    private static final Duration LONG = Duration.ofSeconds(50);

    private final Flaky flaky = new Flaky(new MemoryBackend());
    private final MessageStore store = MessageStore.open(flaky, SESSION);
    private final List<Problem> problems = new CopyOnWriteArrayList<>();
    private final Talk talk = new Talk();

    @AfterEach
    void close() {
        flaky.odds = 0;
        store.close();
        flaky.close();
    }

    /** Fails now and then at commits of messages, before or after they were done, as its seed has it. */
    private static final class Flaky extends ForwardingBackend {
        private Random random = new Random(0);
        private volatile int odds;

        Flaky(Backend delegate) {
            super(delegate);
        }

        void failOften(long seed) {
            random = new Random(seed);
            odds = 2;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            if (batch.puts().stream().anyMatch(row -> contains(row.value(), "more than this holds"))) {
                throw new UnsupportedException("a row is too big");
            }
            boolean ofMessages = batch.puts().stream().anyMatch(row -> row.key().family() == Family.CHAT);
            if (odds == 0 || !ofMessages || random.nextInt(odds) > 0) {
                super.commit(session, batch);
                return;
            }
            switch (random.nextInt(3)) {
                case 0 -> throw UnavailableException.connectionFailed("nothing was done");
                case 1 -> {
                    super.commit(session, batch);
                    throw new InDoubtException("all was done");
                }
                default -> throw new InDoubtException("nothing was done, but who knows");
            }
        }

        private static boolean contains(Bytes value, String words) {
            return new String(value.toArray(), StandardCharsets.UTF_8).contains(words);
        }
    }

    private static final class Talk implements EventSource {
        private Optional<Consumer<RawEvent>> listener = Optional.empty();

        @Override
        public AutoCloseable listen(Consumer<RawEvent> given) {
            listener = Optional.of(given);
            return () -> listener = Optional.empty();
        }

        void say(String line) {
            listener.orElseThrow().accept(RawEvent.parse(Bytes.utf8(line)));
        }

        void message(int number, String words) {
            say("{\"event\":\"messages.upsert\",\"data\":{\"messages\":[" + item(number, words)
                    + "],\"type\":\"notify\"}}");
            say("{\"event\":\"chats.update\",\"data\":[{\"id\":\"" + CHAT + "\",\"unreadCount\":1}]}");
        }

        static String item(int number, String words) {
            return "{\"key\":{\"remoteJid\":\"" + CHAT + "\",\"fromMe\":false,\"id\":\"M" + number
                    + "\"},\"messageTimestamp\":" + (1_760_000_000 + number) + ",\"message\":{\"conversation\":\""
                    + words + "\"}}";
        }
    }

    private Binding bind(int batch) {
        return store.bind(
                talk,
                new BindingOptions(
                        1_000, batch, Duration.ZERO, Duration.ofNanos(1), Duration.ofNanos(100), problems::add));
    }

    private long unread() {
        return store.chat(CHAT).orElseThrow().json().get("unreadCount").stream()
                .mapToLong(value -> Long.parseLong(value.toText()))
                .sum();
    }

    private int messages() {
        return store.messages(CHAT, PageRequest.newest().limit(1_000)).items().size();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatTheStorageFailsAtIsCountedOnce(long seed) throws InterruptedException {
        flaky.failOften(seed);
        Binding binding = bind(7);

        for (int i = 0; i < 200; i++) {
            talk.message(i, "hello");
        }

        assertThat(binding.flush(LONG)).isTrue();
        flaky.odds = 0;
        assertThat(messages()).isEqualTo(200);
        assertThat(unread()).isEqualTo(200);
        assertThat(problems).isNotEmpty().allMatch(Problem.Failed.class::isInstance);
    }

    @Test
    void whatTheStorageDoesNotHoldIsSetAsideAlone() throws InterruptedException {
        Binding binding = bind(1_000);

        for (int i = 0; i < 100; i++) {
            talk.message(i, "hello");
        }
        talk.say("{\"event\":\"messages.upsert\",\"data\":{\"messages\":[" + Talk.item(100, "one") + ","
                + Talk.item(101, "more than this holds") + "," + Talk.item(102, "three") + "],\"type\":\"notify\"}}");

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(messages()).isEqualTo(102);
        assertThat(unread()).isEqualTo(100);
        // Nothing of it can be put aside here, either: it is handed out.
        assertThat(problems).singleElement().isInstanceOf(Problem.Refused.class);
    }

    @Test
    void anItemThatCannotBeFoundIsSetAsideAndListed() throws InterruptedException {
        Binding binding = bind(1_000);

        talk.message(1, "hello");
        talk.say("{\"event\":\"messages.upsert\",\"data\":{\"messages\":[{\"key\":{\"fromMe\":false}},"
                + Talk.item(2, "two") + "],\"type\":\"notify\"}}");
        talk.say("{\"event\":\"chats.update\",\"data\":7}");

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(messages()).isEqualTo(2);
        assertThat(store.setAside(Optional.empty(), 10).items())
                .extracting(SetAside::reason)
                .containsExactlyInAnyOrder("no-identity", "unreadable");
        assertThat(problems).hasSize(2).allMatch(Problem.PutAside.class::isInstance);
        assertThat(binding.progress().setAside()).isEqualTo(2);
    }
}
