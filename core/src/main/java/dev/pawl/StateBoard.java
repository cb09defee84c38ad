package dev.pawl;

import dev.pawl.auth.Credentials.Me;
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

    void connected(Me who) {
        lock.lock();
        try {
            me = Optional.of(who);
            set(ClientState.CONNECTED);
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
