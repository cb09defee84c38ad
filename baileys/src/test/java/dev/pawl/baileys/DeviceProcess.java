package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.tck.process.ChildProcess;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A {@link DeviceChild} and all that it has said. */
final class DeviceProcess implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChildProcess child;
    private final CommitLog commits;
    private final Consumer<Said> listener;
    private final Thread reader;
    private final List<Said> all = new ArrayList<>();
    private boolean over;

    /**
     * A line.
     *
     * @param at when it was heard, in milliseconds of the clock
     */
    record Said(long at, List<String> words) {

        boolean is(String what, String session) {
            return words.get(0).equals(what) && words.size() > 1 && words.get(1).equals(session);
        }
    }

    private DeviceProcess(ChildProcess child, CommitLog commits, Consumer<Said> listener) {
        this.child = child;
        this.commits = commits;
        this.listener = listener;
        this.reader = new Thread(this::read, "hears-" + child.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one.
     *
     * @param options of its JVM
     * @param commits is told what it stores
     * @param listener is told all the rest
     */
    static DeviceProcess start(
            Path directory,
            List<String> options,
            DeviceChild.Setting setting,
            CommitLog commits,
            Consumer<Said> listener)
            throws IOException {
        ChildProcess child = ChildProcess.start(directory, options, DeviceChild.class, setting.arguments());
        return new DeviceProcess(child, commits, listener);
    }

    private void read() {
        try {
            for (Optional<String> line = child.line(); line.isPresent(); line = child.line()) {
                if (line.get().endsWith(" .")) {
                    hear(Arrays.stream(line.get().split(" "))
                            .limit(line.get().split(" ").length - 1L)
                            .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
                            .toList());
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
        commits.died(child.pid());
        synchronized (all) {
            over = true;
            all.notifyAll();
        }
    }

    private void hear(List<String> words) {
        switch (words.get(0)) {
            case "begin" -> commits.begun(child.pid(), words.get(1), words.subList(2, words.size()));
            case "done" -> commits.done(child.pid(), words.get(1));
            case "failed" -> commits.failed(child.pid(), words.get(1));
            default -> {
                Said said = new Said(System.currentTimeMillis(), words);
                synchronized (all) {
                    all.add(said);
                    all.notifyAll();
                }
                listener.accept(said);
            }
        }
    }

    /** Tells it something; of a process that has ended nobody hears that. */
    void tell(Object... words) {
        try {
            child.tell(
                    String.join(" ", Arrays.stream(words).map(String::valueOf).toList()));
        } catch (IOException e) {
            // It was killed.
        }
    }

    void open(DeviceChild.Way way, String session) {
        tell("open", way, session);
    }

    /** Waits until it has said so much of this that there is one more than {@code before}; empty when it has ended instead. */
    Optional<Said> next(Predicate<Said> wanted, int before, Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        synchronized (all) {
            while (true) {
                List<Said> found = all.stream().filter(wanted).toList();
                if (found.size() > before) {
                    return Optional.of(found.get(before));
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (over || left <= 0) {
                    return Optional.empty();
                }
                all.wait(left);
            }
        }
    }

    /** Waits until it has said this of a session. */
    Said await(String what, String session) throws InterruptedException {
        return await(what, session, 0);
    }

    /** Waits until it has said this of a session more often than that. */
    Said await(String what, String session, int before) throws InterruptedException {
        return next(said -> said.is(what, session), before, PATIENCE)
                .orElseThrow(() -> new AssertionError("no " + what + " " + session + ": " + this));
    }

    /** Waits until a session is connected. */
    void awaitConnected(String session) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        synchronized (all) {
            while (!isConnected(session)) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                assertThat(left > 0 && !over)
                        .as(() -> session + " is connected: " + this)
                        .isTrue();
                all.wait(left);
            }
        }
    }

    private boolean isConnected(String session) {
        return all.stream()
                .filter(said -> said.is("connected", session) || said.is("ended", session))
                .reduce((before, after) -> after)
                .filter(last -> last.is("connected", session))
                .isPresent();
    }

    /** Forgets what it has said until now. */
    void forget() {
        synchronized (all) {
            all.clear();
        }
    }

    /** All that it has said of this. */
    List<Said> said(String what) {
        synchronized (all) {
            return all.stream().filter(said -> said.words().get(0).equals(what)).toList();
        }
    }

    long pid() {
        return child.pid();
    }

    /** The process of Node, while there is one. */
    Optional<ProcessHandle> node() {
        return nodes().stream().findFirst();
    }

    /** Its processes of Node. */
    List<ProcessHandle> nodes() {
        return ProcessHandle.of(child.pid()).stream()
                .flatMap(ProcessHandle::children)
                .filter(each -> each.info().command().orElse("").endsWith("node"))
                .toList();
    }

    /** Tells it something, and gives the numbers that it says then, after a word that is the same. */
    List<Long> ask(Object... words) throws InterruptedException {
        String what = String.valueOf(words[0]);
        int before = said(what).size();
        tell(words);
        return next(said -> said.words().get(0).equals(what), before, PATIENCE)
                .orElseThrow(() -> new AssertionError("no answer to " + what + ": " + this))
                .words()
                .stream()
                .skip(1)
                .map(Long::valueOf)
                .toList();
    }

    /** Kills it and hears all that it has said. */
    void kill() throws InterruptedException {
        child.kill();
        reader.join();
    }

    /** Tells it to end as {@code kill} does. */
    void terminate() {
        child.terminate();
    }

    /** Waits until it has ended and was heard to its end. */
    void awaitEnd() throws InterruptedException {
        reader.join(PATIENCE.toMillis());
        assertThat(reader.isAlive()).as("it ends: %s", this).isFalse();
    }

    /** Has it close all that it has, and end. */
    void leave() throws InterruptedException {
        tell("close");
        awaitEnd();
        assertThat(said("closed")).as(this::toString).hasSize(1);
    }

    @Override
    public void close() {
        child.close();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last that it said. */
    @Override
    public String toString() {
        synchronized (all) {
            return all.subList(Math.max(0, all.size() - 30), all.size()) + " " + child.errors();
        }
    }
}
