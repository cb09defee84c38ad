package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.Credentials;
import dev.pawl.backend.SessionName;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.CloseReason;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.OutgoingMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that takes no events holds up the server, and not a heap. */
class BackPressureTest {

    private static final int MANY = 1200;
    private static final Pattern FLOOD = Pattern.compile("\"flood (\\d+)\"");

    @TempDir
    Path directory;

    /** Keeps keys in memory, and takes events only when it is let. */
    private static final class SlowHost implements LinkHost {

        private final Map<String, Map<String, Bytes>> keys = new HashMap<>();
        private JsonObject credentials;
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        final List<Integer> numbers = new ArrayList<>();
        volatile CountDownLatch gate = new CountDownLatch(0);
        final CountDownLatch all = new CountDownLatch(MANY);

        SlowHost(JsonObject credentials) {
            this.credentials = credentials;
        }

        @Override
        public SessionName session() {
            return SessionName.of("slow");
        }

        @Override
        public synchronized Bytes credentials() {
            return credentials.toBytes();
        }

        @Override
        public synchronized Map<String, Bytes> read(String type, Collection<String> ids) {
            Map<String, Bytes> found = new LinkedHashMap<>();
            for (String id : ids) {
                Bytes text = keys.getOrDefault(type, Map.of()).get(id);
                if (text != null) {
                    found.put(id, text);
                }
            }
            return found;
        }

        @Override
        public synchronized void write(KeyChanges changes) {
            changes.keys()
                    .forEach((type, records) -> records.forEach((id, text) -> {
                        Map<String, Bytes> all = keys.computeIfAbsent(type, name -> new HashMap<>());
                        text.ifPresentOrElse(value -> all.put(id, value), () -> all.remove(id));
                    }));
            changes.credentials()
                    .ifPresent(members -> members.forEach((name, value) -> {
                        credentials = credentials.with(name, value);
                    }));
        }

        @Override
        public void event(RawEvent event) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (event.name().equals("messages.upsert")) {
                // One event may bring many messages.
                FLOOD.matcher(event.data().toText()).results().forEach(found -> {
                    numbers.add(Integer.parseInt(found.group(1)));
                    all.countDown();
                });
            }
        }

        @Override
        public void storeOwnMessage(JsonObject message) {}

        @Override
        public Optional<JsonObject> messageForRetry(JsonObject key) {
            return Optional.empty();
        }

        @Override
        public void qr(String text) {
            told.add("qr " + text);
        }

        @Override
        public void opened() {
            told.add("opened");
        }

        @Override
        public void closed(CloseReason reason) {
            told.add("closed");
        }

        String next() throws InterruptedException {
            return String.valueOf(told.poll(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void whatIsNotTakenStaysWithTheServer() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        standIn.transport(directory.resolve("cache")).build()) {
            SlowHost host = new SlowHost(Credentials.create().json());
            transport.open(host);
            Device device = standIn.scan(host.next().substring("qr ".length()));
            assertThat(host.next()).isEqualTo("closed");
            BaileysLink link = (BaileysLink) transport.open(host);
            assertThat(host.next()).isEqualTo("opened");
            standIn.awaitLive(device);

            host.gate = new CountDownLatch(1);
            standIn.burst(ANA, device, MANY, "flood ");
            link.awaitPause();
            int waiting = standIn.device(device).queued();
            JsonObject hello = JsonObject.builder().put("text", "hello").build();
            link.send(new OutgoingMessage(ANA.lid(), hello, JsonObject.EMPTY, "3EB0AAAA"))
                    .get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(standIn.awaitMessage(ANA, "3EB0AAAA").text())
                    .as("what is sent needs answers of the server")
                    .isEqualTo("hello");
            host.gate.countDown();

            assertThat(waiting).isGreaterThan(MANY / 3);
            assertThat(host.all.await(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(host.numbers)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, MANY).boxed().toList());
            link.close();
        }
    }
}
