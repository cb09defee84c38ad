package dev.pawl.tck.log;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Durability;
import dev.pawl.backend.SessionName;
import dev.pawl.file.log.Hurried;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.tck.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Another process on a directory of native logs: says ready, does what it was started for, and says what it has done. */
final class NativeChild {

    private static final int BURST = 12;

    /** Longer than a session of a hurried store waits until it rests, or not. */
    private static final long LONGEST_PAUSE = 250_000_000;

    private static final int HURRY = 300;

    private final BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private NativeChild() {}

    /** Starts one that counts each counter up, so often in each of so many threads, as soon as it is told to. */
    static ChildProcess counting(Path errors, Path directory, int threads, int times) throws IOException {
        return ChildProcess.start(
                errors, List.of(), NativeChild.class, "count", directory.toString(), "" + threads, "" + times);
    }

    /** Starts one that writes bursts to lanes, with pauses in which their sessions may rest, until it is killed. */
    static ChildProcess bursting(Path errors, Path directory, long seed) throws IOException {
        return ChildProcess.start(errors, List.of(), NativeChild.class, "burst", directory.toString(), "" + seed);
    }

    /** Starts one that records histories, as often as it is told to. */
    static ChildProcess recording(Path errors, Path directory) throws IOException {
        return ChildProcess.start(errors, List.of(), NativeChild.class, "record", directory.toString());
    }

    public static void main(String[] arguments) throws Exception {
        NativeChild child = new NativeChild();
        Path directory = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "count" -> child.count(directory, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            case "burst" -> child.burst(directory, Long.parseLong(arguments[2]));
            case "record" -> child.record(directory);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        say("closed");
    }

    /** In one piece, so that no kill leaves half a line. */
    private static void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    private void count(Path directory, int threads, int times) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads * Counter.SESSIONS.size());
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            say("ready");
            orders.readLine();
            List<Future<?>> work = new ArrayList<>();
            for (SessionName session : Counter.SESSIONS) {
                Counter counter = new Counter(backend, session);
                for (int thread = 0; thread < threads; thread++) {
                    work.add(pool.submit(() -> {
                        for (int time = 0; time < times; time++) {
                            say("counted " + counter.countUp());
                        }
                    }));
                }
            }
            for (Future<?> each : work) {
                each.get();
            }
        } finally {
            pool.shutdown();
        }
    }

    private void burst(Path directory, long seed) throws Exception {
        say("ready");
        orders.readLine();
        ExecutorService pool = Executors.newCachedThreadPool();
        Durability durability = seed % 2 == 0 ? Durability.POWER_LOSS : Durability.PROCESS_CRASH;
        try (Backend backend = Hurried.fastAndSmall(directory, Access.READ_WRITE, durability, HURRY)) {
            List<Future<?>> work = new ArrayList<>();
            for (SessionName session : BurstLane.SESSIONS) {
                CyclicBarrier together = new CyclicBarrier(BurstLane.LANES);
                for (int number = 0; number < BurstLane.LANES; number++) {
                    BurstLane lane = new BurstLane(session, number);
                    Random random = new Random(seed * 31 + number);
                    work.add(pool.submit(() -> burst(backend, lane, together, random)));
                }
            }
            for (Future<?> each : work) {
                each.get();
            }
        }
    }

    private static Object burst(Backend backend, BurstLane lane, CyclicBarrier together, Random random)
            throws Exception {
        long step = lane.reached(backend);
        while (true) {
            for (int commit = 0; commit < BURST; commit++) {
                lane.write(backend, ++step, random);
                say(lane.line(step));
            }
            together.await();
            LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE));
        }
    }

    private void record(Path directory) throws Exception {
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            say("ready");
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                Recorder.record(backend, 2, 5, Long.parseLong(order)).forEach(done -> say(done.line()));
                say("recorded");
            }
        }
    }
}
