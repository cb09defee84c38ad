package dev.pawl.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The callers who want something written at one place where one writes at a time: whoever gets the turn writes what
 * waits, in the order of its coming, and the others find theirs done, so that many share what is dear once, such as a
 * force. There is no thread of its own, and a caller who is alone hands over to nobody.
 *
 * <p><b>Thread-safety.</b> Safe for any number of threads. Waiting ignores interruptions, which stay visible to the
 * caller. <b>Not supported.</b> Submitting from inside the turn; a limit for how long a group is written, which is up to
 * whoever writes it.
 *
 * @param <C> what one caller wants written
 */
public final class GroupQueue<C> {

    private final ReentrantLock turn = new ReentrantLock();
    private final Queue<Request<C>> waiting = new ConcurrentLinkedQueue<>();
    private final int most;
    private final Group<C> group;
    private final Supplier<? extends RuntimeException> unfinished;

    /** The group that is being written. Of whoever has the turn. */
    private List<Request<C>> current = List.of();

    /**
     * One change of a group, which is finished by its first {@link #succeed} or {@link #fail}; more of them do nothing.
     *
     * <p><b>Thread-safety.</b> For whoever has the turn; what it finishes with is visible to the caller.
     */
    public interface Member<C> {

        /** What is wanted. */
        C change();

        /** Has the caller return. */
        void succeed();

        /**
         * Has the caller throw this very object, and so may others of the group.
         *
         * @param cause unchecked, or the caller gets an {@link IllegalStateException} because of it
         */
        void fail(Throwable cause);

        /** Whether the caller was told. */
        boolean finished();
    }

    /** Writes changes, with the turn. */
    public interface Group<C> {

        /**
         * Writes these and finishes each. One that it leaves unfinished fails with what the queue was given for that;
         * an exception that it throws is suppressed in those, or thrown to whoever leads the group when there are
         * none.
         *
         * @param members at least one and at most as many as the queue was told, in the order of their coming
         */
        void write(List<Member<C>> members);
    }

    /** Something else that is done with the turn. */
    public interface Use<T, E extends Exception> {

        /** Does it. */
        T now() throws E;
    }

    /** A change and what came of it. Written by whoever has the turn, until it is done. */
    private static final class Request<C> implements Member<C> {
        private final Thread caller = Thread.currentThread();
        private final C change;
        private final AtomicBoolean claimed = new AtomicBoolean();
        private Optional<Throwable> failure = Optional.empty();
        private volatile boolean done;

        Request(C change) {
            this.change = change;
        }

        /** Decides who has it from now on, a group or its caller who waits no longer: only one gets true. */
        boolean claim() {
            return claimed.compareAndSet(false, true);
        }

        @Override
        public C change() {
            return change;
        }

        @Override
        public void succeed() {
            if (!done) {
                finish();
            }
        }

        @Override
        public void fail(Throwable cause) {
            if (!done) {
                failure = Optional.of(cause);
                finish();
            }
        }

        private void finish() {
            done = true;
            if (caller != Thread.currentThread()) {
                LockSupport.unpark(caller);
            }
        }

        @Override
        public boolean finished() {
            return done;
        }
    }

    /**
     * A queue in which nobody waits.
     *
     * @param most the most changes of one group, so that nobody waits for long
     * @param group how they are written
     * @param unfinished what a change fails with of which nobody knows what became, one for each
     */
    public GroupQueue(int most, Group<C> group, Supplier<? extends RuntimeException> unfinished) {
        if (most < 1) {
            throw new IllegalArgumentException("a group has at least one member, not " + most);
        }
        this.most = most;
        this.group = group;
        this.unfinished = unfinished;
    }

    /**
     * Has a change written, and waits until it is finished. What it failed with is thrown, and may be thrown to
     * others of its group too.
     */
    public void submit(C change) {
        submit(new Request<>(change), OptionalLong.empty());
    }

    /**
     * Likewise, for whoever does not wait for ever until it is begun. Once it is in a group, that is waited for.
     *
     * @param end when to give up, by {@link System#nanoTime}; it is written all the same when nobody is before it
     * @return whether it was written; else it never will be
     */
    public boolean submit(C change, long end) {
        return submit(new Request<>(change), OptionalLong.of(end));
    }

    private boolean submit(Request<C> own, OptionalLong end) {
        Optional<Throwable> broken = Optional.empty();
        boolean interrupted = false;
        // Who comes does not overtake somebody who waits to have the turn for something else: from one who commits
        // again and again he would never get it. He wakes the first of the queue when he is through.
        boolean mayTry = !turn.hasQueuedThreads();
        if (mayTry && waiting.isEmpty() && turn.tryLock()) {
            try {
                if (waiting.isEmpty()) {
                    broken = write(new ArrayList<>(List.of(own)));
                } else {
                    waiting.add(own);
                }
            } finally {
                giveUpTurn();
            }
        } else {
            waiting.add(own);
            mayTry = !turn.hasQueuedThreads();
        }
        boolean withdrawn = false;
        while (!own.done && !withdrawn) {
            if (isOver(end) && own.claim()) {
                withdraw(own);
                withdrawn = true;
            } else if (mayTry && turn.tryLock()) {
                try {
                    if (!own.done) {
                        broken = write(new ArrayList<>());
                    }
                } finally {
                    giveUpTurn();
                }
            } else {
                // Woken when it is done, or when it is first in the queue and nobody writes.
                if (end.isEmpty() || own.claimed.get()) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, end.getAsLong() - System.nanoTime());
                }
                interrupted |= Thread.interrupted();
                mayTry = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        own.failure.ifPresent(GroupQueue::rethrow);
        broken.ifPresent(GroupQueue::rethrow);
        return !withdrawn;
    }

    private static boolean isOver(OptionalLong end) {
        return end.isPresent() && System.nanoTime() - end.getAsLong() >= 0;
    }

    /** Whoever gave up the turn may have woken this one, who does not want it any more, instead of the next. */
    private void withdraw(Request<C> own) {
        waiting.remove(own);
        wakeFirst();
    }

    /** Has the turn for something else, once whoever has it is through. */
    public <T, E extends Exception> T alone(Use<T, E> use) throws E {
        turn.lock();
        try {
            return use.now();
        } finally {
            giveUpTurn();
        }
    }

    /**
     * Has the turn for something else if nobody has it.
     *
     * @return whether it was done
     */
    public boolean tryAlone(Runnable use) {
        if (turn.isHeldByCurrentThread() || !turn.tryLock()) {
            return false;
        }
        try {
            use.run();
            return true;
        } finally {
            giveUpTurn();
        }
    }

    /**
     * While a group is written: takes into it those who came since, which this writing finishes as well. For whatever is dear
     * at the end of a writing only, such as a force, and would else be paid by each of them again.
     *
     * @return those who came, in the order of their coming; none when nobody did or the group is as large as may be
     * @throws IllegalStateException by whoever does not write a group
     */
    public List<Member<C>> takeMore() {
        if (!turn.isHeldByCurrentThread() || current.isEmpty()) {
            throw new IllegalStateException("only who writes a group takes more into it");
        }
        int before = current.size();
        take(current);
        return List.copyOf(current.subList(before, current.size()));
    }

    /**
     * After this anybody who came while the turn was taken is done, or is first, or has somebody before him who is
     * woken.
     */
    private void giveUpTurn() {
        turn.unlock();
        wakeFirst();
    }

    private void wakeFirst() {
        Request<C> first = waiting.peek();
        if (first != null && first.caller != Thread.currentThread()) {
            LockSupport.unpark(first.caller);
        }
    }

    /**
     * Writes these, or when there are none those who wait, and finishes each.
     *
     * @return what went wrong and could be told to none of them
     */
    private Optional<Throwable> write(List<Request<C>> members) {
        Optional<Throwable> broken = Optional.empty();
        try {
            if (members.isEmpty()) {
                take(members);
            }
            current = members;
            group.write(List.copyOf(members));
        } catch (RuntimeException | Error e) {
            broken = Optional.of(e);
        } finally {
            current = List.of();
        }
        boolean told = false;
        for (Request<C> member : members) {
            if (!member.done) {
                told = true;
                member.fail(failure(broken));
            }
        }
        return told ? Optional.empty() : broken;
    }

    /** One is not removed from the queue before it is in the list: in neither of them it would wait for ever. */
    private void take(List<Request<C>> members) {
        for (Request<C> first = waiting.peek(); first != null && members.size() < most; first = waiting.peek()) {
            members.add(first);
            if (!first.claim()) {
                members.remove(members.size() - 1);
            }
            // Not whichever is first by now: its caller may have removed it.
            waiting.remove(first);
        }
    }

    /** Never throws: somebody waits for it. */
    private Throwable failure(Optional<Throwable> broken) {
        try {
            RuntimeException failure = unfinished.get();
            broken.ifPresent(failure::addSuppressed);
            return failure;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        throw new IllegalStateException("a change failed in a way that its caller does not expect", failure);
    }
}
