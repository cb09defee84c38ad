package dev.pawl;

import dev.pawl.json.JsonObject;
import dev.pawl.transport.Link;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
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

    /**
     * Sends a message over the connection of now.
     *
     * @throws DisconnectedException when there is none; nothing was sent
     */
    JsonObject sendNow(OutgoingMessage message) throws InterruptedException {
        Link open = board.link()
                .orElseThrow(() -> new DisconnectedException("not connected: nothing was sent", board.last()));
        return over(open, message);
    }

    /**
     * Sends a message over the connection of now, or over the next while there will be one, and returns when it was handed
     * to the server.
     *
     * @throws DisconnectedException when nobody tries to connect; nothing was sent
     * @throws TransportException when it was not sent, or may not have been
     */
    JsonObject send(OutgoingMessage message) throws InterruptedException {
        return overTheNext(open -> over(open, message));
    }

    /**
     * Changes a chat over the connection of now, or over the next while there will be one.
     *
     * @throws DisconnectedException when nobody tries to connect; nothing was changed
     * @throws TransportException when it was not changed, or may not have been
     */
    void modifyChat(String jid, JsonObject change) throws InterruptedException {
        overTheNext(open -> await(open.modifyChat(jid, change), "the chat may have been changed or not"));
    }

    /** Something that is asked of a link. */
    private interface Question<T> {
        T ask(Link open) throws InterruptedException;
    }

    private <T> T overTheNext(Question<T> question) throws InterruptedException {
        queue.beginAwaitingAnswer();
        try {
            Link open = board.awaitLink(longest.toNanos())
                    .orElseThrow(() -> TransportException.failed(
                            "not connected within " + longest.toSeconds() + " s: nothing was sent"));
            return question.ask(open);
        } finally {
            queue.endAwaitingAnswer();
        }
    }

    private JsonObject over(Link open, OutgoingMessage message) throws InterruptedException {
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
