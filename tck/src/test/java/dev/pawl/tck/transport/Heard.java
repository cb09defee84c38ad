package dev.pawl.tck.transport;

import dev.pawl.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Everything that a client tells its listeners, as one line each, in the order it was told. */
final class Heard {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    static Heard from(Client client) {
        Heard heard = new Heard();
        client.onQr(code -> heard.add("qr " + code));
        client.onPairingCode(code -> heard.add("code " + code));
        client.onConnecting(() -> heard.add("connecting"));
        client.onConnected(me -> heard.add("connected " + me.id()));
        client.onDisconnected(how -> heard.add("disconnected " + how.reason() + " again=" + how.willReconnect()));
        client.onLoggedOut(how -> heard.add("logged out"));
        client.onMessage(message -> heard.add("message " + message.text().orElse("")));
        client.onError(error -> heard.error(error));
        return heard;
    }

    void add(String line) {
        lock.lock();
        try {
            lines.add(line);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void error(Throwable error) {
        lock.lock();
        try {
            errors.add(error);
            lines.add("error " + error.getClass().getSimpleName());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until this was told. */
    Heard await(String line) {
        return await(line, 1);
    }

    /** Waits until this was told so often. */
    Heard await(String line, int times) {
        lock.lock();
        try {
            long end = System.nanoTime() + PATIENCE;
            while (lines.stream().filter(line::equals).count() < times) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(
                            "\"" + line + "\" was not told " + times + " times, but " + lines, firstError());
                }
                changed.awaitNanos(left);
            }
            return this;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    private Throwable firstError() {
        return errors.isEmpty() ? new AssertionError("no error was told") : errors.get(0);
    }

    List<String> lines() {
        lock.lock();
        try {
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    List<Throwable> errors() {
        lock.lock();
        try {
            return List.copyOf(errors);
        } finally {
            lock.unlock();
        }
    }
}
