package dev.pawl;

import dev.pawl.backend.SessionName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What is open of one kind, at most one for each session; waiting for one session holds no other up.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
final class Places<S> {

    private final ConcurrentMap<SessionName, Place<S>> bySession = new ConcurrentHashMap<>();
    private final Predicate<S> isClosed;
    private final Consumer<S> closing;

    private static final class Place<S> {
        private final Lock lock = new ReentrantLock();
        private Optional<S> kept = Optional.empty();
    }

    Places(Predicate<S> isClosed, Consumer<S> closing) {
        this.isClosed = isClosed;
        this.closing = closing;
    }

    /**
     * What is open of a session, or else what is opened now.
     *
     * @param allowed throws when nothing is to be opened any more
     */
    S get(SessionName session, Runnable allowed, Supplier<S> opening) {
        allowed.run();
        Place<S> place = bySession.computeIfAbsent(session, name -> new Place<>());
        place.lock.lock();
        try {
            allowed.run();
            S one = place.kept.filter(isClosed.negate()).orElseGet(opening);
            place.kept = Optional.of(one);
            return one;
        } finally {
            place.lock.unlock();
        }
    }

    /** Everything that was opened, after any opening that is under way. */
    Stream<S> all() {
        return bySession.values().stream().flatMap(place -> {
            place.lock.lock();
            try {
                return place.kept.stream();
            } finally {
                place.lock.unlock();
            }
        });
    }

    /** How all of it is closed, one by one. */
    List<Runnable> closings() {
        return bySession.values().stream()
                .<Runnable>map(place -> () -> close(place))
                .toList();
    }

    private void close(Place<S> place) {
        place.lock.lock();
        try {
            place.kept.ifPresent(closing);
        } finally {
            place.lock.unlock();
        }
    }
}
