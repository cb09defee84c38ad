package dev.pawl.tck.log;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.tck.log.Observed.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Has some threads read and commit at random, and records what each of them saw. */
final class Recorder {

    static final int REGISTERS = 3;

    private static final SessionName SESSION = SessionName.of("registers");

    private Recorder() {}

    private static Key key(int register) {
        return Key.ofKey("register", "" + register);
    }

    /** What the registers hold. */
    static List<Integer> state(Backend backend) {
        return seen(backend, List.of(0, 1, 2));
    }

    /**
     * Records what so many threads do at the same time.
     *
     * @param seed different for all that record on the same registers, so that they write different numbers
     */
    static List<Observed> record(Backend backend, int threads, int operations, long seed) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<List<Observed>>> work = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long own = seed * threads + thread;
                work.add(pool.submit(() -> {
                    start.await();
                    return one(backend, new Random(own), Math.toIntExact(own * operations + 1), operations);
                }));
            }
            start.countDown();
            List<Observed> history = new ArrayList<>();
            for (Future<List<Observed>> each : work) {
                history.addAll(each.get());
            }
            return history;
        } finally {
            pool.shutdown();
        }
    }

    private static List<Observed> one(Backend backend, Random random, int firstNumber, int operations) {
        List<Observed> done = new ArrayList<>();
        List<Integer> known = new ArrayList<>(Collections.nCopies(REGISTERS, 0));
        for (int operation = 0; operation < operations; operation++) {
            Observed observed = random.nextInt(3) == 0
                    ? read(backend, random)
                    : commit(backend, random, known, firstNumber + operation);
            for (int register = 0; register < REGISTERS; register++) {
                int number = observed.kind() == Kind.COMMITTED && observed.put().get(register) != Observed.ANY
                        ? observed.put().get(register)
                        : observed.seen().get(register);
                if (observed.kind() != Kind.REFUSED && number != Observed.ANY) {
                    known.set(register, number);
                }
            }
            done.add(observed);
        }
        return done;
    }

    private static Observed read(Backend backend, Random random) {
        List<Integer> registers = some(random);
        long begin = System.nanoTime();
        List<Integer> seen = seen(backend, registers);
        return new Observed(begin, System.nanoTime(), Kind.READ, seen, any());
    }

    private static List<Integer> seen(Backend backend, List<Integer> registers) {
        Map<Key, Row> rows =
                backend.get(SESSION, registers.stream().map(Recorder::key).toList());
        List<Integer> seen = any();
        for (int register : registers) {
            Row row = rows.get(key(register));
            seen.set(register, row == null ? 0 : Integer.parseInt(row.value().utf8()));
        }
        return seen;
    }

    private static Observed commit(Backend backend, Random random, List<Integer> known, int number) {
        List<Integer> expected = any();
        List<Check> checks = new ArrayList<>();
        for (int register : some(random)) {
            int value = known.get(register);
            expected.set(register, value);
            checks.add(value == 0 ? Check.absent(key(register)) : Check.exact(key(register), bytes(value)));
        }
        List<Integer> put = any();
        List<Row> puts = new ArrayList<>();
        List<Key> deletes = new ArrayList<>();
        for (int register : some(random)) {
            if (random.nextInt(5) == 0) {
                put.set(register, 0);
                deletes.add(key(register));
            } else {
                put.set(register, number);
                puts.add(Row.of(key(register), bytes(number)));
            }
        }
        Kind kind = Kind.COMMITTED;
        // Half of them check nothing, or most would be refused.
        boolean checked = random.nextBoolean();
        long begin = System.nanoTime();
        try {
            backend.commit(SESSION, new Batch(checked ? checks : List.of(), puts, deletes));
        } catch (ConflictException e) {
            kind = Kind.REFUSED;
        }
        return new Observed(begin, System.nanoTime(), kind, checked ? expected : any(), put);
    }

    private static Bytes bytes(int number) {
        return Bytes.utf8(Integer.toString(number));
    }

    private static List<Integer> any() {
        return new ArrayList<>(Collections.nCopies(REGISTERS, Observed.ANY));
    }

    /** One of the registers, or two. */
    private static List<Integer> some(Random random) {
        int first = random.nextInt(REGISTERS);
        return random.nextBoolean() ? List.of(first) : List.of(first, (first + 1) % REGISTERS);
    }
}
