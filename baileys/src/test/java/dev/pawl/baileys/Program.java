package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Client;
import dev.pawl.Content;
import dev.pawl.DisconnectedException;
import dev.pawl.Disconnection;
import dev.pawl.Pawl;
import dev.pawl.ReconnectPolicy;
import dev.pawl.job.RateLimit;
import dev.pawl.message.WaMessage;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program with a client on some stores: what would be ended and started again, with nothing left but the stores. */
final class Program implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Comes back almost at once. */
    static final ReconnectPolicy HASTY = ReconnectPolicy.STANDARD.pauses(Duration.ofMillis(20), Duration.ofMillis(100));

    final Pawl pawl;
    final Client client;
    final BaileysTransport transport;
    final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> codes = new LinkedBlockingQueue<>();
    private final BlockingQueue<WaMessage> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<Disconnection> ends = new LinkedBlockingQueue<>();

    private Program(BaileysTransport transport, String session, Pawl pawl) {
        this.transport = transport;
        this.pawl = pawl;
        this.client = pawl.client(
                session,
                builder -> builder.transport(transport).reconnect(HASTY).rate(RateLimit.NONE));
        client.onQr(codes::add);
        client.onMessage(messages::add);
        client.onDisconnected(ends::add);
        client.onError(errors::add);
    }

    /** Opens its stores; does not connect. Owns the transport. */
    static Program open(BaileysTransport transport, String session, String... locators) {
        return open(transport, session, Pawl.open(locators));
    }

    /** The same on stores of one's own. */
    static Program open(BaileysTransport transport, String session, Pawl pawl) {
        return new Program(transport, session, pawl);
    }

    /** The next QR code. */
    String qr() throws InterruptedException {
        return qr(PATIENCE);
    }

    String qr(Duration longest) throws InterruptedException {
        return until(codes, any -> true, "QR code", longest);
    }

    boolean sawQr() {
        return !codes.isEmpty();
    }

    /** The next message that came in. */
    WaMessage message() throws InterruptedException {
        return next(messages, "message");
    }

    /** The message with this text, whatever came before it. */
    WaMessage message(String text) throws InterruptedException {
        return message(text, PATIENCE);
    }

    WaMessage message(String text, Duration longest) throws InterruptedException {
        return until(messages, message -> message.text().orElse("").equals(text), text, longest);
    }

    /** The next end of a connection. */
    Disconnection end() throws InterruptedException {
        return next(ends, "end");
    }

    void forgetEnds() {
        ends.clear();
    }

    void connect() throws Exception {
        client.connect(PATIENCE);
    }

    /**
     * Has my phone link it, and waits until it is connected and has looked at the state that devices share. A connection that
     * finds that not done waits for it, and Baileys keeps all that comes to itself meanwhile, for up to 20 seconds.
     */
    WhatsAppStandIn.Device pair(WhatsAppStandIn standIn) throws Exception {
        WhatsAppStandIn.Device device = link(standIn);
        Eventually.holds(
                PATIENCE.multipliedBy(2),
                () -> assertThat(client.credentials()
                                .orElseThrow()
                                .accountSyncCounter()
                                .orElse(0))
                        .as("looks at what devices share")
                        .isPositive());
        return device;
    }

    /** Has my phone link it, and waits until it is connected. */
    WhatsAppStandIn.Device link(WhatsAppStandIn standIn) throws Exception {
        client.connect();
        WhatsAppStandIn.Device device = standIn.scan(qr());
        connect();
        standIn.awaitLive(device);
        return device;
    }

    /** Sends a text and does not mind what becomes of it. */
    void trySend(String jid, String text) {
        try {
            client.send(jid, Content.text(text));
        } catch (TransportException | DisconnectedException e) {
            errors.add(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T next(BlockingQueue<T> queue, String what) throws InterruptedException {
        return until(queue, any -> true, what, PATIENCE);
    }

    private static <T> T until(BlockingQueue<T> queue, Predicate<T> wanted, String what, Duration longest)
            throws InterruptedException {
        while (true) {
            T found = queue.poll(longest.toSeconds(), TimeUnit.SECONDS);
            assertThat(found).as(what).isNotNull();
            if (wanted.test(found)) {
                return found;
            }
        }
    }

    @Override
    public void close() {
        client.close();
        pawl.close();
        transport.close();
    }
}
