package dev.pawl;

import dev.pawl.auth.Credentials;
import dev.pawl.backend.SessionName;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.ProtoJson;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.message.WaMessage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told of what a client meets, and the telling: in order, on one thread, one failure keeping nothing from the others. */
final class Listeners {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    private final ListenerQueue queue;
    private final SessionName session;

    final Registrations<String> qr = new Registrations<>();
    final Registrations<String> pairingCode = new Registrations<>();
    final Registrations<ClientState> connecting = new Registrations<>();
    final Registrations<Credentials.Me> connected = new Registrations<>();
    final Registrations<Disconnection> disconnected = new Registrations<>();
    final Registrations<Disconnection> loggedOut = new Registrations<>();
    final Registrations<WaMessage> message = new Registrations<>();
    final Registrations<Credentials> credentialsChanged = new Registrations<>();
    final Registrations<RawEvent> event = new Registrations<>();
    final Registrations<Throwable> error = new Registrations<>();

    /** Those who are told of one kind of thing. */
    static final class Registrations<T> {

        private final List<Entry<T>> entries = new CopyOnWriteArrayList<>();

        /** One registration: the same listener may be registered twice. */
        private record Entry<T>(ClientListener<? super T> listener, Object identity) {
            @Override
            public boolean equals(Object other) {
                return other instanceof Entry<?> entry && identity == entry.identity;
            }

            @Override
            public int hashCode() {
                return System.identityHashCode(identity);
            }
        }

        Registration add(ClientListener<? super T> listener) {
            Entry<T> entry = new Entry<>(listener, new Object());
            entries.add(entry);
            return () -> entries.remove(entry);
        }

        boolean isEmpty() {
            return entries.isEmpty();
        }
    }

    Listeners(SessionName session) {
        this.session = session;
        this.queue = new ListenerQueue(session);
    }

    ListenerQueue queue() {
        return queue;
    }

    /** Tells of something, after all that was told before. */
    <T> void tell(Registrations<T> whom, T what) {
        queue.add(() -> run(whom, what));
    }

    /** Tells of something that is only looked up when somebody wants to know. */
    <T> void tellLater(Registrations<T> whom, Supplier<Optional<T>> what) {
        if (!whom.isEmpty()) {
            queue.add(() -> {
                try {
                    what.get().ifPresent(value -> run(whom, value));
                } catch (RuntimeException e) {
                    runErrors(e);
                }
            });
        }
    }

    /** Tells of a failure; the log is told when nobody listens. */
    void tellError(Throwable failure) {
        queue.add(() -> runErrors(failure));
    }

    /** Delivers an event, if anybody wants it. */
    void deliver(RawEvent raw) {
        boolean ofMessages = !message.isEmpty() && raw.name().equals("messages.upsert");
        if (!event.isEmpty() || ofMessages) {
            queue.addEvent(
                    () -> {
                        run(event, raw);
                        if (ofMessages) {
                            messages(raw).forEach(arrived -> run(message, arrived));
                        }
                    },
                    raw.weight());
        }
    }

    /** What others wrote: neither ours, nor notices, nor what only acts on other messages, nor filled-in gaps. */
    private static List<WaMessage> messages(RawEvent raw) {
        if (!(raw.data() instanceof JsonObject upsert)
                || upsert.get("requestId").isPresent()) {
            return List.of();
        }
        return ProtoJson.objects(upsert, "messages").stream()
                .flatMap(json -> read(json).stream())
                .filter(arrived -> !arrived.key().fromMe())
                .filter(arrived -> ProtoJson.object(arrived.json(), "message").isPresent())
                .filter(arrived -> !arrived.kind().isCarrier())
                .toList();
    }

    private static Optional<WaMessage> read(JsonObject json) {
        try {
            return Optional.of(WaMessage.of(json));
        } catch (InvalidEventException e) {
            // the history sets it aside and says so
            return Optional.empty();
        }
    }

    private <T> void run(Registrations<T> whom, T what) {
        for (Registrations.Entry<T> entry : whom.entries) {
            try {
                entry.listener().on(what);
            } catch (InterruptedException e) {
                runErrors(e);
            } catch (Exception e) {
                runErrors(e);
            } catch (Error e) {
                runErrors(e);
            }
        }
    }

    private void runErrors(Throwable failure) {
        if (error.isEmpty()) {
            LOG.warn("session {}: something failed and nobody listens for errors", session, failure);
        }
        for (Registrations.Entry<Throwable> entry : error.entries) {
            try {
                entry.listener().on(failure);
            } catch (Exception | Error e) {
                LOG.warn("session {}: a listener of errors failed", session, e);
            }
        }
    }
}
