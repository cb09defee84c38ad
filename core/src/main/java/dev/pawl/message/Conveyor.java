package dev.pawl.message;

import dev.pawl.backend.ClosedException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import dev.pawl.message.BindingOptions.Problem;
import dev.pawl.message.Intake.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the events of one source to the store, on a thread of its own.
 *
 * <p>What fails because of the storage is tried again after growing pauses, and everything behind it waits, so that
 * order is kept. What fails because of an event is tried in smaller and smaller parts until the event that it is stands
 * alone, which is put aside; the others are stored.
 */
final class Conveyor implements Binding {

    private static final Logger LOG = LoggerFactory.getLogger(Conveyor.class);

    /** Why the backend refused an event, or the rules could make nothing of it. */
    private static final String REFUSED = "refused";

    /**
     * After a commit what comes waits this long for others, unless somebody waits for it: a stream of events is stored a few at a
     * time and not one by one, which would keep others from the same storage. What comes after a rest is stored at once.
     */
    private static final Duration APART = Duration.ofMillis(5);

    private final Intake intake;
    private final BindingOptions options;
    private final EventQueue queue;
    private final Pauses pauses;
    private final Thread thread = new Thread(this::run, "pawl-binding");
    private final AtomicReference<Optional<AutoCloseable>> subscription = new AtomicReference<>(Optional.empty());

    /** To be stored next, the first {@link #trial} of them at once. Of the thread until it has ended. */
    private List<RawEvent> left = List.of();

    private int trial;
    /** Whether it is not known if the first {@link #trial} are stored already. */
    private boolean doubt;

    private volatile boolean stopped;
    private volatile Optional<StoreException> end = Optional.empty();
    private final AtomicLong setAside = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();

    /**
     * What a binding had not stored when another took its place.
     *
     * @param begun what it was about to store, the first {@code trial} of it at once
     * @param doubt whether it is not known if those are stored
     * @param waiting what came after that
     */
    record Remains(Intake intake, List<RawEvent> begun, int trial, boolean doubt, List<RawEvent> waiting) {}

    Conveyor(Intake intake, BindingOptions options) {
        this(intake, options, EventQueue.HEAVIEST);
    }

    Conveyor(Intake intake, BindingOptions options, long heaviest) {
        this.intake = intake;
        this.options = options;
        this.queue = new EventQueue(options.queued(), heaviest);
        this.pauses = new Pauses(options.firstPause(), options.longestPause());
        thread.setDaemon(true);
    }

    /** One that goes on where another left off. */
    Conveyor(Remains remains, BindingOptions options) {
        this(remains.intake(), options);
        queue.putAll(remains.begun());
        left = remains.begun().isEmpty()
                ? List.of()
                : queue.next(remains.begun().size(), 0);
        trial = remains.trial();
        doubt = remains.doubt();
        queue.putAll(remains.waiting());
    }

    /** Begins to store; once. */
    Conveyor start() {
        thread.start();
        return this;
    }

    /** Begins to take in what the source says; once. */
    void listenTo(EventSource source) {
        try {
            subscription.set(Optional.of(source.listen(event -> queue.put(event, this::refusal))));
        } catch (RuntimeException | Error e) {
            stop();
            throw e;
        }
        if (queue.isClosed()) {
            letGo();
        }
    }

    private RuntimeException refusal() {
        StoreException why = end.orElseGet(() -> new ClosedException("the binding was closed"));
        return why instanceof FencedException
                ? new FencedException("the binding has ended: " + why.getMessage(), why)
                : new ClosedException("the binding has ended: " + why.getMessage(), why);
    }

    private void run() {
        try {
            if (!left.isEmpty()) {
                store();
            }
            long notBefore = System.nanoTime();
            while (!stopped) {
                left = queue.next(options.batch(), Pauses.nanos(options.longestWait()), notBefore);
                trial = left.size();
                if (left.isEmpty()) {
                    return;
                }
                store();
                notBefore = System.nanoTime() + APART.toNanos();
            }
        } finally {
            queue.end();
            letGo();
        }
    }

    /** Stores what is {@link #left}, unless the binding is stopped meanwhile. */
    private void store() {
        int held = left.size();
        while (!left.isEmpty() && !stopped) {
            tryFirst();
            // Of an event that was split its parts are left; it is done when they are.
            int still = Math.min(held, left.size());
            queue.done(held - still);
            held = still;
        }
    }

    private void tryFirst() {
        try {
            step();
            pauses.reset();
        } catch (FencedException | ClosedException | InUseException e) {
            endBecauseOf(e);
        } catch (StoreException e) {
            waitAfter(e);
        }
    }

    private void step() {
        Taken taken;
        try {
            taken = take(List.copyOf(left.subList(0, trial)));
        } catch (UnsupportedException | CorruptDataException e) {
            divide(e.code() + ": " + e.getMessage());
            return;
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            // What it says may be content.
            LOG.debug("an event could not be applied", e);
            divide(e.getClass().getName());
            return;
        }
        goOnWith(taken.rest(), trial);
        taken.aside().forEach(this::putAside);
        taken.dropped().events().forEach(event -> refused(event.event(), event.problem()));
        if (taken.dropped().waiting() > 0) {
            dropped.addAndGet(taken.dropped().waiting());
            report(new Problem.Dropped(taken.dropped().waiting()));
        }
    }

    private Taken take(List<RawEvent> events) {
        if (doubt) {
            Optional<Taken> settled = intake.settle();
            doubt = false;
            if (settled.isPresent()) {
                return settled.get();
            }
        }
        try {
            return intake.take(events);
        } catch (InDoubtException e) {
            doubt = true;
            throw e;
        }
    }

    /** The first {@code gone} of what is left are replaced by these. */
    private void goOnWith(List<RawEvent> instead, int gone) {
        List<RawEvent> now = new ArrayList<>(instead);
        now.addAll(left.subList(gone, left.size()));
        left = now;
        trial = now.size();
    }

    /** Tries fewer of them, then the items of one event, then puts the item aside that it is. */
    private void divide(String problem) {
        doubt = false;
        if (trial > 1) {
            trial /= 2;
            return;
        }
        RawEvent event = left.get(0);
        List<RawEvent> items = event.split();
        if (items.size() > 1) {
            goOnWith(items, 1);
            trial = items.size() / 2;
            return;
        }
        Optional<SetAside> aside = keep(event, problem);
        goOnWith(List.of(), 1);
        aside.ifPresentOrElse(this::putAside, () -> refused(event, problem));
    }

    /** Puts an event aside, unless the storage does not take even that, or holds as many as may be. */
    private Optional<SetAside> keep(RawEvent event, String problem) {
        try {
            return intake.putAside(event, REFUSED, problem);
        } catch (UnsupportedException | CorruptDataException e) {
            return Optional.empty();
        }
    }

    private void putAside(SetAside event) {
        setAside.incrementAndGet();
        report(new Problem.PutAside(event));
    }

    private void refused(RawEvent event, String problem) {
        dropped.incrementAndGet();
        report(new Problem.Refused(event, problem));
    }

    private void waitAfter(StoreException failure) {
        if (queue.isClosed()) {
            endBecauseOf(failure);
            return;
        }
        report(new Problem.Failed(failure, false));
        queue.pause(pauses.next());
        retries.incrementAndGet();
    }

    private void endBecauseOf(StoreException failure) {
        end = Optional.of(failure);
        stop();
        report(new Problem.Failed(failure, true));
    }

    private void report(Problem problem) {
        try {
            options.onError().accept(problem);
        } catch (RuntimeException e) {
            LOG.warn("whoever is told of problems of a binding failed", e);
        }
    }

    private void stop() {
        stopped = true;
        queue.close();
    }

    private void letGo() {
        subscription.getAndSet(Optional.empty()).ifPresent(held -> {
            try {
                held.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LOG.warn("a source of events failed when it was let go", e);
            }
        });
    }

    /** Ends this binding without storing what waits, and gives that to the one that takes its place. */
    Remains handOver() {
        requireAnotherThread();
        stop();
        letGo();
        boolean interrupted = false;
        for (boolean ended = false; !ended; ) {
            try {
                queue.awaitEnd();
                ended = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new Remains(intake, left, trial, doubt, queue.left());
    }

    /** Whether nothing will be stored any more. */
    boolean hasEnded() {
        return !thread.isAlive();
    }

    @Override
    public boolean flush(Duration longest) throws InterruptedException {
        requireAnotherThread();
        long begun = System.nanoTime();
        long nanos = Pauses.nanos(longest);
        return queue.awaitDone(nanos) && intake.awaitFound(nanos - (System.nanoTime() - begun));
    }

    private void requireAnotherThread() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("whoever is told of a problem cannot wait for the binding that tells it");
        }
    }

    @Override
    public Progress progress() {
        return new Progress(queue.held(), queue.doneEvents(), setAside.get(), dropped.get(), retries.get());
    }

    @Override
    public void close() {
        queue.close();
        letGo();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            queue.awaitEnd();
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
        }
    }

    /** Tells how far it is. */
    @Override
    public String toString() {
        return "Binding[" + progress() + "]";
    }
}
