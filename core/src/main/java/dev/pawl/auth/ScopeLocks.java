package dev.pawl.auth;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** One lock per scope name, served in the order of arrival, forgotten when nobody uses it. */
final class ScopeLocks {

    private final ConcurrentMap<String, Turn> turns = new ConcurrentHashMap<>();

    /** The lock of one name and how many threads hold it or wait for it. */
    private record Turn(ReentrantLock lock, int users) {}

    /** Waits until it is this thread's turn. */
    void enter(String name) {
        Turn turn = turns.compute(
                name,
                (n, known) -> known == null
                        ? new Turn(new ReentrantLock(true), 1)
                        : new Turn(known.lock(), known.users() + 1));
        turn.lock().lock();
    }

    /** Lets the next one in. */
    void leave(String name) {
        turns.computeIfPresent(name, (n, known) -> {
            known.lock().unlock();
            return known.users() == 1 ? null : new Turn(known.lock(), known.users() - 1);
        });
    }

    /** How many threads are in a scope of this name or wait for it. */
    int users(String name) {
        Turn turn = turns.get(name);
        return turn == null ? 0 : turn.users();
    }
}
