package dev.pawl;

import dev.pawl.json.JsonObject;
import dev.pawl.transport.Link;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.Unanswered;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link whose end fails what was asked of it, whatever its transport does about that: nobody waits for the answer of a
 * link that has ended.
 */
final class TrackedLink implements Link {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    private final Link link;
    private final Unanswered unanswered = new Unanswered();
    private final AtomicBoolean closed = new AtomicBoolean();

    TrackedLink(Link link) {
        this.link = link;
    }

    @Override
    public CompletableFuture<JsonObject> send(OutgoingMessage message) {
        return unanswered.ask(() -> link.send(message));
    }

    @Override
    public CompletableFuture<Void> modifyChat(String jid, JsonObject change) {
        return unanswered.ask(() -> link.modifyChat(jid, change));
    }

    @Override
    public CompletableFuture<String> requestPairingCode(String number) {
        return unanswered.ask(() -> link.requestPairingCode(number));
    }

    @Override
    public CompletableFuture<Void> logout() {
        return unanswered.ask(link::logout);
    }

    @Override
    public CompletableFuture<Void> disconnect() {
        return unanswered.ask(link::disconnect);
    }

    /** Never throws, even if the transport does. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            link.close();
        } catch (RuntimeException e) {
            LOG.warn("a link failed to close", e);
        } finally {
            unanswered.end();
        }
    }
}
