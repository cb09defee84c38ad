package dev.pawl;

import dev.pawl.auth.Credentials.Me;
import dev.pawl.transport.Link;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where a client stands, for everybody to see and wait for. Written by the lifecycle alone. */
final class StateBoard {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ClientState state = ClientState.IDLE;
    private Optional<Disconnection> last = Optional.empty();
    private Optional<Me> me = Optional.empty();
    private Optional<Link> link = Optional.empty();

    void set(ClientState next) {
        lock.lock();
        try {
            // nothing comes after the end
            if (state != ClientState.CLOSED) {
                state = next;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void connected(Me who, Optional<Link> over) {
        lock.lock();
        try {
            me = Optional.of(who);
            link = over;
            set(ClientState.CONNECTED);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is sent over the link any more; what comes instead is said by what is set next. */
    void endLink() {
        lock.lock();
        try {
            link = Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** What messages go over. */
    Optional<Link> link() {
        lock.lock();
        try {
            return link;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What messages go over, once there is something.
     *
     * @return empty when there is nothing within this time
     * @throws DisconnectedException when nobody tries to connect
     */
    Optional<Link> awaitLink(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = nanos; link.isEmpty() && left > 0; left = changed.awaitNanos(left)) {
                if (state.isEnd() || state == ClientState.IDLE) {
                    throw new DisconnectedException("not connected: nothing was sent", last);
                }
            }
            return link;
        } finally {
            lock.unlock();
        }
    }

    void disconnected(Disconnection how, ClientState next) {
        lock.lock();
        try {
            last = Optional.of(how);
            set(next);
        } finally {
            lock.unlock();
        }
    }

    ClientState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    Optional<Disconnection> last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    Me awaitConnected(long nanos) throws InterruptedException, TimeoutException {
        lock.lockInterruptibly();
        try {
            for (long left = nanos; state != ClientState.CONNECTED; left = changed.awaitNanos(left)) {
                if (state.isEnd()) {
                    throw new DisconnectedException(
                            "gave up connecting: "
                                    + last.map(Disconnection::message).orElse("the client was closed"),
                            last);
                }
                if (left <= 0) {
                    throw new TimeoutException("not connected yet, and still trying"
                            + last.map(how -> ": " + how.message()).orElse(""));
                }
            }
            return me.orElseThrow();
        } finally {
            lock.unlock();
        }
    }

    boolean awaitEnd(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = nanos; !state.isEnd(); left = changed.awaitNanos(left)) {
                if (left <= 0) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
