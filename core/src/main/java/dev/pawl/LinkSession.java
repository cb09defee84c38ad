package dev.pawl;

import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Lifetime;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.event.Event;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.message.MessageStore;
import dev.pawl.transport.CloseReason;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.Link;
import dev.pawl.transport.LinkEndedException;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the client is to one link: takes what it wrote and said, as long as it lasts. */
final class LinkSession implements LinkHost {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /** How long a link may take to tell what it has read. */
    private static final Duration FINISH = Duration.ofSeconds(5);

    private final ClientStores stores;
    private final KeyWriter writer;
    private final EventFlow events;
    private final Listeners listeners;
    private final Lifecycle lifecycle;
    private final HistoryFlush history;
    private final Lifetime life = new Lifetime("the link");

    private final CompletableFuture<Void> finishing = new CompletableFuture<>();

    /**
     * Set at once when nothing may be written any more, nor read of what was: the engine's memory is ahead of the store, or
     * this is the end, which itself waits for what is under way.
     */
    private volatile boolean refused;

    /** Set when events are taken no more either. Until then they are, because the server was told that they came. */
    private volatile boolean over;

    private volatile Optional<Link> link = Optional.empty();

    /** Whether the server let us in over this link. Of the thread of the lifecycle, like the following. */
    boolean opened;

    /** Whether it showed codes to pair with. */
    boolean pairing;

    /** Whether the link was asked for a code to type. */
    boolean askedForCode;

    /** Whether the server was asked to unlink this device over it. */
    boolean loggingOut;

    /** Waits until the history has what it was given, see {@link dev.pawl.message.Binding#flush}. */
    interface HistoryFlush {
        boolean within(Duration longest) throws InterruptedException;
    }

    LinkSession(
            ClientStores stores,
            KeyWriter writer,
            EventFlow events,
            HistoryFlush history,
            Listeners listeners,
            Lifecycle lifecycle) {
        this.stores = stores;
        this.writer = writer;
        this.events = events;
        this.history = history;
        this.listeners = listeners;
        this.lifecycle = lifecycle;
    }

    void link(Link opening) {
        link = Optional.of(new TrackedLink(opening));
    }

    /** The link, once the transport gave it. */
    Optional<Link> link() {
        return link;
    }

    /** The link, which is there once the transport has opened it. */
    Link requireLink() {
        return link.orElseThrow(() -> TransportException.failed("the transport has not opened the link yet"));
    }

    /** Lets the link tell what it has read, for some seconds: the server will not send it again. */
    void finish() {
        // it may wait for us to notice that it opened, while we wait here
        finishing.complete(null);
        // nor is it to wait for a listener that waits for us
        listeners.queue().beginAwaitingAnswer();
        try {
            link.ifPresent(open -> within(open.disconnect(), "the link did not tell in time all that it had read"));
        } finally {
            listeners.queue().endAwaitingAnswer();
        }
    }

    private void within(CompletableFuture<?> done, String otherwise) {
        try {
            done.get(FINISH.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("session {}: {}", stores.session(), otherwise, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes nothing from now on, and returns when what was being written is through. */
    void end() {
        over = true;
        refused = true;
        life.end(() -> {});
    }

    @Override
    public SessionName session() {
        return stores.session();
    }

    @Override
    public Bytes credentials() {
        return use(() -> {
            Credentials credentials = stores.auth()
                    .credentials()
                    .orElseThrow(() -> new IllegalStateException("the credentials are gone"));
            // a pairing code that nobody used leaves a name behind, with which the next link would log in
            return credentials.paired()
                    ? credentials.text()
                    : credentials.json().without("me").without("pairingCode").toBytes();
        });
    }

    @Override
    public Map<String, Bytes> read(String type, Collection<String> ids) {
        try {
            return use(() -> Persistence.of(() -> stores.auth().read(KeyType.text(type), ids)));
        } catch (UnavailableException | InDoubtException | ClosedException e) {
            // not for a damaged record, nor for a name that cannot be one: those are as bad over the next link
            throw end(e);
        }
    }

    @Override
    public void write(KeyChanges changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<RawEvent> pairs = LidPairs.in(changes);
        try {
            use(() -> {
                learn(pairs);
                writer.write(changes);
                return true;
            });
        } catch (LinkEndedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw end(e);
        }
        if (changes.credentials().isPresent()) {
            listeners.tellLater(
                    listeners.credentialsChanged, () -> stores.auth().credentials());
        }
        events.learnt(pairs);
    }

    /**
     * Has the history know pairs before the engine does, which tells of each only once: killed in between, it tells again.
     */
    private void learn(List<RawEvent> pairs) {
        if (!pairs.isEmpty()) {
            try {
                stores.messages().apply(pairs.stream().map(Event::of).toList());
            } catch (StoreException e) {
                // keys do not wait for the history: it learns them in its turn, with the other events
                LOG.debug("session {}: the history did not take pairs of addresses yet", stores.session(), e);
            }
        }
    }

    /** The link cannot go on without what failed; what it has read it may still tell. */
    private RuntimeException end(RuntimeException failure) {
        refused = true;
        lifecycle.failed(this, failure);
        return failure;
    }

    @Override
    public void event(RawEvent event) {
        if (over) {
            throw ended();
        }
        try {
            events.event(event);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            lifecycle.failed(this, e);
            throw e;
        }
    }

    @Override
    public boolean awaitStored(Duration longest) throws InterruptedException {
        return history.within(longest);
    }

    @Override
    public void trouble(String what) {
        listeners.tellError(TransportException.failed(what));
    }

    @Override
    public Progress progress() {
        return events.progress();
    }

    @Override
    public void storeOwnMessage(JsonObject message) {
        Event event = Event.of(new RawEvent(
                "messages.upsert",
                JsonObject.builder()
                        .put("messages", JsonArray.of(message))
                        .put("type", new JsonString("append"))
                        .build()));
        use(() -> {
            MessageStore history = stores.messages();
            try {
                history.apply(List.of(event));
            } catch (InDoubtException e) {
                // applying it again changes nothing when it was applied
                history.apply(List.of(event));
            }
            return true;
        });
    }

    @Override
    public Optional<JsonObject> messageForRetry(JsonObject key) {
        return use(() -> Persistence.of(() -> MessageKey.find(key).flatMap(stores.messages()::messageForRetry)));
    }

    @Override
    public void qr(String text) {
        lifecycle.qr(this, text);
    }

    @Override
    public void opened() {
        if (refused) {
            return;
        }
        CompletableFuture<Void> known = lifecycle.opened(this);
        if (link.isEmpty()) {
            // said before the transport has returned it, which may be waiting for this very call on the thread that
            // would notice
            return;
        }
        // so that whoever is told of a message that came after this can answer it
        within(CompletableFuture.anyOf(known, finishing), "the client took too long to notice that the link opened");
    }

    @Override
    public void closed(CloseReason reason) {
        lifecycle.closed(this, reason);
    }

    private <T> T use(Supplier<T> action) {
        requireGoing();
        try {
            return life.use(action);
        } catch (FencedException e) {
            over = true;
            throw end(e);
        } catch (ClosedException e) {
            // of the link, or of a store
            requireGoing();
            throw e;
        }
    }

    private void requireGoing() {
        if (refused) {
            throw ended();
        }
    }

    private LinkEndedException ended() {
        return new LinkEndedException("this link of session " + stores.session() + " has ended");
    }
}
