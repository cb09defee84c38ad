package dev.pawl;

import dev.pawl.json.JsonObject;
import dev.pawl.transport.Link;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends over the link of now, and waits for answers of links. */
final class Outbox {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final ListenerQueue queue;
    private final StateBoard board;
    private final Duration longest;
    private volatile Optional<Link> link = Optional.empty();

    Outbox(ListenerQueue queue, StateBoard board, Duration longest) {
        this.queue = queue;
        this.board = board;
        this.longest = longest;
    }

    /** A new id for a message, in the form of Baileys. */
    static String messageId() {
        byte[] random = new byte[18];
        RANDOM.nextBytes(random);
        return "3EB0" + HEX.formatHex(random);
    }

    /** Which link is open; empty while none is. */
    void use(Optional<Link> open) {
        link = open;
    }

    /**
     * Sends a message and returns when it was handed to the server.
     *
     * @throws DisconnectedException when there is no connection; nothing was sent
     * @throws TransportException when it was not sent, or may not have been
     */
    JsonObject send(OutgoingMessage message) throws InterruptedException {
        Link open = link.orElseThrow(() -> new DisconnectedException("not connected: nothing was sent", board.last()));
        return await(open.send(message), "message " + message.messageId() + " may have been sent or not");
    }

    /**
     * Waits for an answer.
     *
     * @param otherwise what it means when there is none
     */
    <T> T await(CompletableFuture<T> answer, String otherwise) throws InterruptedException {
        queue.beginAwaitingAnswer();
        try {
            return answer.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw TransportException.failed("no answer within " + longest.toSeconds() + " s: " + otherwise, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransportException failure) {
                throw failure.isPermanent()
                        ? TransportException.permanent(String.valueOf(failure.getMessage()))
                        : TransportException.failed(String.valueOf(failure.getMessage()), failure);
            }
            throw TransportException.failed("the transport failed: " + otherwise, e);
        } finally {
            queue.endAwaitingAnswer();
        }
    }
}
