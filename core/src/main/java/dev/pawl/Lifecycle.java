package dev.pawl;

import dev.pawl.ClientThread.Later;
import dev.pawl.ClosePolicy.Situation;
import dev.pawl.ClosePolicy.Verdict;
import dev.pawl.DisconnectReason.Action;
import dev.pawl.auth.Credentials;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.transport.CloseReason;
import dev.pawl.transport.Link;
import dev.pawl.transport.Transport;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes links, judges how they close and makes the next: everything a client decides, on one thread. What links say and
 * what the program asks for is put behind what is being done.
 */
final class Lifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    private final ClientStores stores;
    private final Identity identity;
    private final Transport transport;
    private final Function<Lifecycle, LinkSession> sessions;
    private final Listeners listeners;
    private final StateBoard board;
    private final Outbox outbox;
    private final ClientJobs jobs;
    private final ReconnectPolicy policy;
    private final ClientThread thread;

    // all of the thread
    private final Reconnection reconnection;
    private final Pairing pairing;
    private Optional<LinkSession> current = Optional.empty();
    private boolean suspected;

    Lifecycle(
            ClientStores stores,
            Transport transport,
            Function<Lifecycle, LinkSession> sessions,
            Listeners listeners,
            StateBoard board,
            Outbox outbox,
            ClientJobs jobs,
            Reconnection reconnection,
            ReconnectPolicy policy,
            ClientThread thread) {
        this.stores = stores;
        this.identity = new Identity(stores);
        this.transport = transport;
        this.sessions = sessions;
        this.listeners = listeners;
        this.board = board;
        this.outbox = outbox;
        this.jobs = jobs;
        this.reconnection = reconnection;
        this.pairing = new Pairing(policy, listeners);
        this.policy = policy;
        this.thread = thread;
    }

    // what the program asks for

    /** Begins to connect, unless that has begun; a pause before the next attempt ends. */
    void connect() {
        thread.ask(() -> {
            if (board.state() == ClientState.CLOSED) {
                throw new ClosedException("the client of session " + stores.session() + " is closed");
            }
            if (current.isEmpty()) {
                forgetFailures();
                thread.callOffAll();
                board.set(ClientState.CONNECTING);
                thread.post(this::attempt);
            }
            return true;
        });
    }

    /** Ends the link and tries no more. */
    void disconnect() {
        thread.askInHurry(() -> {
            endPolitely();
            return true;
        });
    }

    private void endPolitely() {
        thread.callOffAll();
        current.ifPresent(LinkSession::finish);
        endLink();
        ClientState state = board.state();
        if (!state.isEnd() && state != ClientState.IDLE) {
            giveUp(DisconnectReason.REQUESTED, OptionalInt.empty(), "asked to disconnect");
        }
    }

    /** Ends everything, for good. */
    void close() {
        try {
            thread.askInHurry(() -> {
                try {
                    endPolitely();
                } finally {
                    // in one with the end of the link: who wants to connect meanwhile comes before both, or behind
                    board.set(ClientState.CLOSED);
                }
                return true;
            });
        } catch (ClosedException e) {
            LOG.debug("session {}: closed already", stores.session());
        } finally {
            thread.close();
        }
    }

    /** A device that is being unlinked: which link was asked, and which identity that was. */
    private record Unlinking(LinkSession session, int identity, CompletableFuture<Void> told) {}

    /** Has the server unlink this device, then clears its credentials; never those of a device that came after it. */
    void logout() throws InterruptedException {
        Unlinking asked = thread.ask(() -> {
            LinkSession session = current.filter(open -> open.opened)
                    .orElseThrow(() -> new DisconnectedException(
                            "not connected: only the server can unlink a device, so nothing was cleared",
                            board.last()));
            session.loggingOut = true;
            return new Unlinking(
                    session, identity.number(), session.requireLink().logout());
        });
        try {
            outbox.await(asked.told(), "the device may be linked still; nothing was cleared");
        } catch (TransportException e) {
            boolean unlinked = thread.ask(() -> {
                asked.session().loggingOut = false;
                return identity.number() != asked.identity();
            });
            if (!unlinked) {
                throw e;
            }
            return;
        }
        thread.ask(() -> {
            if (identity.number() == asked.identity()) {
                thread.callOffAll();
                endLink();
                clear(DisconnectReason.LOGGED_OUT, CloseReason.of(401, "asked to log out"));
            }
            return true;
        });
    }

    /** The next code to type for a number. */
    CompletableFuture<String> pairingCode(String digits) {
        return thread.ask(() -> {
            ClientState state = board.state();
            if (state == ClientState.CONNECTED || state == ClientState.IDLE || state.isEnd()) {
                throw new IllegalStateException(
                        "a code to pair with is asked for while connecting, and this client is " + state);
            }
            if (identity.isPaired()) {
                throw new IllegalStateException("session " + stores.session() + " is paired already");
            }
            CompletableFuture<String> code = pairing.typeFor(digits);
            current.filter(session -> session.pairing).ifPresent(session -> askForCode(session, digits));
            return code;
        });
    }

    /** Somebody took the history over, or it takes nothing any more. */
    void historyEnded(StoreException failure) {
        thread.post(() -> current.ifPresent(session -> failedHere(failure)));
    }

    // what links say

    void qr(LinkSession session, String text) {
        of(session, () -> {
            thread.callOffAll();
            session.pairing = true;
            board.set(ClientState.PAIRING);
            watchLease();
            if (pairing.number().isPresent()) {
                if (!session.askedForCode) {
                    askForCode(session, pairing.number().get());
                }
            } else if (!pairing.showQr(text)) {
                endLink();
                giveUp(DisconnectReason.PAIRING_EXPIRED, OptionalInt.empty(), "nobody used the codes to pair with");
            }
        });
    }

    /**
     * The link lets through what is sent; the future is done when that is known here. Said by the thread itself, such as by a
     * link while something is asked of it, it is known when that is through: who waited for it would wait for himself.
     */
    CompletableFuture<Void> opened(LinkSession session) {
        CompletableFuture<Void> known = thread.promise(() -> ifCurrent(session, () -> {
            Credentials.Me me = identity.me();
            thread.callOffAll();
            session.opened = true;
            suspected = false;
            pairing.reset();
            board.connected(me, session.link());
            listeners.tell(listeners.connected, me);
            jobs.begin(failure -> failed(session, failure));
            watchLease();
            thread.later(Later.STEADY, policy.steadyAfter(), reconnection::reset);
        }));
        return thread.isOwn() ? CompletableFuture.completedFuture(null) : known;
    }

    void closed(LinkSession session, CloseReason close) {
        of(session, () -> {
            Situation situation =
                    new Situation(session.loggingOut, session.opened, suspected, pairing.left(), session.pairing);
            endLink();
            Verdict verdict = ClosePolicy.on(close, situation);
            LOG.info(
                    "session {}: closed with {} {}: {}",
                    stores.session(),
                    close.code(),
                    verdict.reason(),
                    verdict.action());
            if (verdict.reason() == DisconnectReason.REPLACED) {
                identity.requireOwner();
            }
            goOn(verdict, close);
        });
    }

    /** Something the link needed from a store failed: it is not to go on. */
    void failed(LinkSession session, RuntimeException failure) {
        of(session, () -> failedHere(failure));
    }

    // what is done about it

    private void attempt() {
        ClientState state = board.state();
        boolean wanted = state == ClientState.CONNECTING || state == ClientState.RECONNECTING;
        if (!wanted || current.isPresent()) {
            return;
        }
        thread.callOffAll();
        board.set(ClientState.CONNECTING);
        listeners.tell(listeners.connecting, ClientState.CONNECTING);
        guarded(() -> {
            identity.prepare();
            LinkSession session = sessions.apply(this);
            // what it says before the transport returns counts too
            current = Optional.of(session);
            try {
                session.link(thread.interruptibly(() -> transport.open(session)));
            } catch (InterruptedException e) {
                // whoever did that has put behind this what is wanted instead
                endLink();
                return;
            }
            thread.later(
                    Later.ANSWER,
                    policy.answerWithin(),
                    () -> closed(session, CloseReason.of(408, "no answer in time")));
        });
    }

    private void askForCode(LinkSession session, String digits) {
        session.askedForCode = true;
        if (!pairing.takeTyped()) {
            endLink();
            giveUp(DisconnectReason.PAIRING_EXPIRED, OptionalInt.empty(), "nobody typed the codes to pair with");
            return;
        }
        CompletableFuture<String> unused = session.requireLink()
                .requestPairingCode(digits)
                .whenComplete((code, failure) -> of(session, () -> {
                    if (failure == null) {
                        pairing.gotCode(code);
                    } else {
                        pairing.fail("there is no code to pair with: " + failure.getMessage());
                        listeners.tellError(failure);
                    }
                }));
    }

    private void goOn(Verdict verdict, CloseReason close) {
        switch (verdict.action()) {
            case GIVE_UP -> giveUp(verdict.reason(), close.code(), close.message());
            case CLEAR -> clear(verdict.reason(), close);
            default -> {
                suspected |= verdict.action() == Action.CONFIRM;
                Optional<Duration> pause = reconnection.next(verdict.action());
                if (pause.isEmpty()) {
                    giveUp(verdict.reason(), close.code(), close.message() + "; tried often enough");
                    return;
                }
                Disconnection how = new Disconnection(verdict.reason(), close.code(), close.message(), pause);
                board.disconnected(how, ClientState.RECONNECTING);
                listeners.tell(listeners.disconnected, how);
                if (pause.get().isZero()) {
                    thread.post(this::attempt);
                } else {
                    thread.later(Later.ATTEMPT, pause.get(), this::attempt);
                }
            }
        }
    }

    private void giveUp(DisconnectReason reason, OptionalInt code, String message) {
        Disconnection how = new Disconnection(reason, code, message, Optional.empty());
        pairing.fail("gave up: " + message);
        board.disconnected(how, ClientState.DISCONNECTED);
        listeners.tell(listeners.disconnected, how);
    }

    private void clear(DisconnectReason reason, CloseReason close) {
        guarded(() -> {
            identity.clear().ifPresent(listeners::tellError);
            Disconnection how = new Disconnection(reason, close.code(), close.message(), Optional.empty());
            forgetFailures();
            pairing.fail("logged out");
            board.disconnected(how, ClientState.LOGGED_OUT);
            listeners.tell(listeners.disconnected, how);
            listeners.tell(listeners.loggedOut, how);
        });
    }

    private void failedHere(RuntimeException failure) {
        Verdict verdict = ClosePolicy.on(failure);
        thread.callOffAll();
        if (verdict.reason() == DisconnectReason.STORE_FAILED) {
            // what it told the server that it has is still taken; nothing leaves over it meanwhile
            board.endLink();
            current.ifPresent(LinkSession::finish);
        }
        endLink();
        listeners.tellError(failure);
        goOn(verdict, CloseReason.failed(String.valueOf(failure.getMessage())));
    }

    private void watchLease() {
        thread.later(
                Later.WATCH,
                LeaseTiming.STANDARD.beat(),
                () -> guarded(() -> {
                    try {
                        identity.requireOwner();
                    } catch (UnavailableException e) {
                        LOG.debug(
                                "session {}: cannot tell whether it is still ours: {}",
                                stores.session(),
                                e.getMessage());
                    }
                    watchLease();
                }));
    }

    private void endLink() {
        thread.callOffAll();
        current.ifPresent(session -> {
            current = Optional.empty();
            board.endLink();
            session.link().ifPresent(Link::close);
            session.end();
            jobs.pause();
        });
    }

    private void forgetFailures() {
        reconnection.reset();
        pairing.reset();
        suspected = false;
    }

    // on the thread

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            failedHere(e);
        }
    }

    /** Does something about a link unless it is over. */
    private void of(LinkSession session, Runnable work) {
        thread.post(() -> ifCurrent(session, work));
    }

    private void ifCurrent(LinkSession session, Runnable work) {
        if (current.equals(Optional.of(session))) {
            guarded(work);
        }
    }
}
