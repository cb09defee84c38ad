package dev.pawl.job;

import dev.pawl.backend.Backend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sessions a runner sends for, and those it sends no more of as long as the last job of them is in flight.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
final class Members {

    private final Optional<Dispatcher> dispatcher;
    private final ReentrantLock lock = new ReentrantLock();

    /** The threads that are at work right now. */
    private final Set<Thread> workers = ConcurrentHashMap.newKeySet();

    // all below under the lock
    private final Map<JobStore, Member> members = new LinkedHashMap<>();
    private final List<Place> leaving = new ArrayList<>();
    private boolean closed;

    /** A session this sends for. */
    private final class Member implements StoreUser {
        private final Place place;

        Member(Place place) {
            this.place = place;
        }

        @Override
        public void wake() {
            dispatcher.ifPresent(running -> running.wake(place));
        }

        @Override
        public void leave() {
            lock.lock();
            try {
                if (members.remove(place.store(), this)) {
                    leaving.removeIf(other -> !other.isTaken());
                    leaving.add(place);
                }
            } finally {
                lock.unlock();
            }
            place.store().forget(this);
            dispatcher.ifPresent(running -> running.remove(place));
            place.remove();
        }

        @Override
        public boolean awaitEnd(long nanos) throws InterruptedException {
            return !isWorker() && place.awaitEnd(nanos);
        }
    }

    /**
     * None yet.
     *
     * @param dispatcher is told who comes and goes, when the runner runs by itself
     */
    Members(Optional<Dispatcher> dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** As {@link JobRunner#add(JobStore, JobSender)}. */
    void add(JobStore store, JobSender sender, RunnerOptions how) {
        requireAddable(store);
        // not under the lock: a store that hangs holds up nobody who leaves
        Place place = new Place(store, sender, how, workers);
        boolean added = false;
        lock.lock();
        try {
            requireAddable(store);
            Member member = new Member(place);
            members.put(store, member);
            store.use(member);
            dispatcher.ifPresent(running -> running.add(place));
            added = true;
        } finally {
            lock.unlock();
            if (!added) {
                place.remove();
            }
        }
    }

    private void requireAddable(JobStore store) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this runner was stopped");
            }
            Backend backend = store.writing().rows().backend();
            boolean there = members.keySet().stream()
                    .anyMatch(other -> other.session().equals(store.session()) && other.backend() == backend);
            if (there) {
                throw new IllegalArgumentException(
                        "this runner sends the jobs of session " + store.session() + " already");
            }
        } finally {
            lock.unlock();
        }
    }

    /** That of a store. */
    Optional<StoreUser> of(JobStore store) {
        lock.lock();
        try {
            return Optional.ofNullable(members.get(store));
        } finally {
            lock.unlock();
        }
    }

    /** In the order of their coming. */
    List<Place> places() {
        lock.lock();
        try {
            return members.values().stream().map(member -> member.place).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the calling thread is at work for one of them. */
    boolean isWorker() {
        return workers.contains(Thread.currentThread());
    }

    /** Takes no more of them, for good. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Sends for none of them any more. Does not wait. */
    void leave() {
        List<Member> all;
        lock.lock();
        try {
            all = List.copyOf(members.values());
        } finally {
            lock.unlock();
        }
        all.forEach(Member::leave);
    }

    /**
     * Waits for the last jobs of those that left, which are interrupted when they take longer.
     *
     * @return whether they are through
     * @throws InterruptedException when the waiting thread is interrupted; so are they
     */
    boolean awaitEnd(long nanos) throws InterruptedException {
        List<Place> last;
        lock.lock();
        try {
            last = List.copyOf(leaving);
        } finally {
            lock.unlock();
        }
        long began = System.nanoTime();
        boolean through = true;
        boolean interrupted = false;
        for (Place place : last) {
            try {
                through &= place.awaitEnd(interrupted ? 0 : nanos - (System.nanoTime() - began));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            throw new InterruptedException("while jobs were being sent");
        }
        return through;
    }
}
