package dev.pawl.tck.transport;

import dev.pawl.transport.Link;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.Transport;
import dev.pawl.transport.TransportException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A transport without a server: each link does what a script says.
 *
 * <pre>{@code
 * ScriptedTransport transport = new ScriptedTransport();
 * try (Client client = Client.builder().auth(store).transport(transport).open()) {
 *     client.onMessage(message -> client.send(message.chat(), Content.text("pong")));
 *     client.connect();
 *     transport.link(1).pair("6281111111111");
 *     transport.link(2).receive("6282222222222@s.whatsapp.net", "ping");
 *     assertThat(transport.link(2).sent(1).get(0).content()).hasToString("…");
 * }
 * }</pre>
 *
 * <p>Unless said otherwise a link of a paired device opens at once, and one of an unpaired device shows a QR code and
 * waits for {@link ScriptedLink#pair}.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
public final class ScriptedTransport implements Transport {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<ScriptedLink> links = new ArrayList<>();
    private final Deque<Consumer<ScriptedLink>> next = new ArrayDeque<>();
    private final Deque<TransportException> failures = new ArrayDeque<>();
    private Consumer<ScriptedLink> script = ScriptedLink::begin;
    private boolean hanging;
    private boolean hung;
    private boolean closed;

    /** One whose links begin as the class comment says. */
    public ScriptedTransport() {}

    /** What each link does when it is made. */
    public ScriptedTransport onOpen(Consumer<ScriptedLink> does) {
        lock.lock();
        try {
            script = does;
            return this;
        } finally {
            lock.unlock();
        }
    }

    /** What the next link does instead; those after it in turn what further calls say. */
    public ScriptedTransport next(Consumer<ScriptedLink> does) {
        lock.lock();
        try {
            next.add(does);
            return this;
        } finally {
            lock.unlock();
        }
    }

    /** Has the next attempt to open a link fail. */
    public ScriptedTransport nextFails(TransportException how) {
        lock.lock();
        try {
            failures.add(how);
            return this;
        } finally {
            lock.unlock();
        }
    }

    /** Has the next attempt to open a link take for ever, until it is interrupted. */
    public ScriptedTransport nextHangs() {
        lock.lock();
        try {
            hanging = true;
            return this;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until an attempt hangs. */
    public void awaitHanging() {
        await(() -> "no attempt hangs", () -> hung);
    }

    @Override
    public Link open(LinkHost host) throws InterruptedException {
        ScriptedLink link;
        Consumer<ScriptedLink> does;
        lock.lock();
        try {
            if (closed) {
                throw TransportException.permanent("this transport was closed");
            }
            if (hanging) {
                hanging = false;
                hung = true;
                changed.signalAll();
                while (!closed) {
                    changed.await();
                }
                throw TransportException.failed("this transport was closed");
            }
            if (!failures.isEmpty()) {
                throw failures.remove();
            }
            link = new ScriptedLink(host);
            links.add(link);
            does = next.isEmpty() ? script : next.remove();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        link.start(does);
        return link;
    }

    /**
     * One of the links that were made.
     *
     * @param number from 1; waited for
     * @throws AssertionError when it is not made within 20 seconds
     */
    public ScriptedLink link(int number) {
        await(() -> "there is no link " + number + ", only " + links.size(), () -> links.size() >= number);
        lock.lock();
        try {
            return links.get(number - 1);
        } finally {
            lock.unlock();
        }
    }

    private void await(Supplier<String> failure, BooleanSupplier reached) {
        lock.lock();
        try {
            long end = System.nanoTime() + PATIENCE;
            while (!reached.getAsBoolean()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(failure.get());
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** How many links were made so far. */
    public int links() {
        lock.lock();
        try {
            return links.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<ScriptedLink> all;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            all = List.copyOf(links);
        } finally {
            lock.unlock();
        }
        all.forEach(ScriptedLink::close);
    }
}
