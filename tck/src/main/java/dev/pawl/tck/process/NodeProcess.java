package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A node of an application in another JVM, with everything it said so far: the steps it wrote, in the order in which it
 * said so, and remarks such as {@code took main}, {@code refused main STORE_IN_USE …}, {@code ended main 0 STORE_FENCED}
 * and {@code left main}. A thread listens all the time, so that what it says never holds a node up.
 */
final class NodeProcess implements AutoCloseable {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(120);

    private final ChildProcess child;
    private final Thread listener = new Thread(this::listen, "node-listener");
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();

    // all below under the lock
    private final Map<Lane, List<Step>> steps = new HashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private boolean silent;

    /**
     * A step that was acknowledged.
     *
     * @param number of the step
     * @param heard when this process heard of it, in nanoseconds of its clock
     */
    record Step(long number, long heard) {}

    private NodeProcess(ChildProcess child) {
        this.child = child;
        listener.setDaemon(true);
        listener.start();
    }

    /**
     * Starts one, without waiting until it is ready.
     *
     * @param errors the directory where its complaints are kept
     * @param warmUp the locator of a store of its own
     */
    static NodeProcess start(Path errors, String warmUp) throws IOException {
        return new NodeProcess(ChildProcess.start(errors, List.of(), NodeChild.class, warmUp));
    }

    private void listen() {
        try {
            for (Optional<String> line = child.line(); line.isPresent(); line = child.line()) {
                add(line.get());
            }
        } catch (IOException e) {
            add("failed " + e);
        }
        lock.lock();
        try {
            silent = true;
            heard.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(String line) {
        long now = System.nanoTime();
        Optional<Acknowledgements.Entry> entry = Acknowledgements.Entry.parse(line);
        lock.lock();
        try {
            entry.ifPresentOrElse(
                    step -> steps.computeIfAbsent(step.lane(), lane -> new ArrayList<>())
                            .add(new Step(step.step(), now)),
                    () -> remarks.add(line));
            heard.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The number of its process. */
    long pid() {
        return child.pid();
    }

    /** Has it open these sessions, each by itself, and write in so many lanes of each. */
    void open(NodeChild.Way way, String locator, List<String> sessions, int lanes) throws IOException {
        child.tell(NodeChild.order(way, locator, sessions, lanes));
    }

    /** Has it close a store, and waits until all it wrote there has ended. */
    void release(String locator) throws IOException, InterruptedException {
        child.tell(NodeChild.close(locator));
        awaitRemark("closed", 1);
        for (Lane lane : lanes()) {
            awaitRemark("left " + lane.session(), 1);
        }
    }

    private List<Lane> lanes() {
        lock.lock();
        try {
            return List.copyOf(steps.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it has made so many remarks that begin so, and returns the last of them. */
    String awaitRemark(String beginning, int count) throws InterruptedException {
        await(count + " remarks " + beginning, () -> remarks(beginning).size() >= count);
        return remarks(beginning).get(count - 1);
    }

    /** Waits until it has written so many more steps of a lane. */
    void awaitSteps(Lane lane, int more) throws InterruptedException {
        int before = steps(lane).size();
        await(more + " more steps of " + lane, () -> steps(lane).size() >= before + more);
    }

    /** Waits until there is nothing more to hear of it, because it has ended. */
    void awaitEnd() throws InterruptedException {
        await("an end", () -> silent);
    }

    /** Waits until something is so. */
    void await(String what, BooleanSupplier reached) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE;
        lock.lock();
        try {
            while (!reached.getAsBoolean()) {
                boolean over = silent || System.nanoTime() - end > 0;
                assertThat(over)
                        .as(() -> "node " + pid() + " never reached " + what + " after " + remarks + ": "
                                + child.errors())
                        .isFalse();
                heard.await(1, TimeUnit.SECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What it said that begins with these words, whole ones: session-1 is not session-10. */
    List<String> remarks(String beginning) {
        lock.lock();
        try {
            return remarks.stream()
                    .filter(remark -> (remark + " ").startsWith(beginning + " "))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The steps of a lane that it acknowledged. */
    List<Step> steps(Lane lane) {
        lock.lock();
        try {
            return List.copyOf(steps.getOrDefault(lane, Collections.emptyList()));
        } finally {
            lock.unlock();
        }
    }

    /** The last step of a lane that it acknowledged, 0 when there is none. */
    long last(Lane lane) {
        List<Step> known = steps(lane);
        return known.isEmpty() ? 0 : known.get(known.size() - 1).number();
    }

    /** Forgets everything, before its next task. */
    void forget() {
        lock.lock();
        try {
            steps.clear();
            remarks.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it as {@code kill -9} does. What it said before is heard. */
    void kill() throws InterruptedException {
        child.kill();
        awaitEnd();
    }

    /** Tells it to end, as {@code kill} does. */
    void terminate() {
        child.terminate();
    }

    /** Has it stand still. */
    void stop() throws IOException, InterruptedException {
        child.stop();
    }

    /** Has it go on. */
    void goOn() throws IOException, InterruptedException {
        child.goOn();
    }

    @Override
    public void close() {
        child.close();
    }

    @Override
    public String toString() {
        return "node " + pid();
    }
}
