package dev.pawl.tck.disk;

import static java.util.Objects.requireNonNull;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.file.log.SteppedKeeper;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A piece of work on a directory of native logs, the same for the same seed, what of it was acknowledged when the power went,
 * and whether what is on the disk afterwards is in keeping with that.
 */
final class NativeCrash implements AutoCloseable {

    static final Path DIRECTORY = Path.of("/data/store");

    static final SessionName SYNCED = SessionName.of("synced");
    static final SessionName ERASED = SessionName.of("Erased");
    static final SessionName RELAXED = SessionName.of("relaxed");

    private static final Key BIG = Key.ofKey("history", "big");
    private static final int BIG_LENGTH = 24_000;
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration LONG_IDLE = Duration.ofSeconds(40);

    final SimulatedDisk disk;
    private final Map<SessionName, History> histories;
    private final Random random;
    private SteppedKeeper keeper = new SteppedKeeper();
    private Optional<Backend> synced = Optional.empty();
    private Optional<Backend> relaxed = Optional.empty();

    /** Rises with every batch, in every run on the same disk. */
    private long count;

    /** What no file may hold any more. */
    private final List<String> erased = new ArrayList<>();

    private final Map<SessionName, Integer> erasures = new HashMap<>();

    NativeCrash(SimulatedDisk disk, long seed) {
        this(disk, new TreeMap<>(), 0, seed);
        List.of(SYNCED, ERASED, RELAXED).forEach(session -> histories.put(session, new History()));
    }

    private NativeCrash(SimulatedDisk disk, Map<SessionName, History> histories, long count, long seed) {
        this.disk = disk;
        this.histories = histories;
        this.count = count;
        this.random = Faults.random(seed);
    }

    /** Does all the work, or as much of it as the power lasts. */
    void work() {
        untilThePowerGoes(() -> {
            first();
            again();
            compact();
            erase();
            end();
        });
    }

    /** Commits a few times to one session, and stops there. */
    void workBriefly() {
        untilThePowerGoes(() -> {
            begin(disk);
            for (int i = 0; i < 3; i++) {
                step(SYNCED, true);
            }
        });
    }

    /** Goes on with a commit, and erases all that was ever there. */
    void eraseAll() {
        begin(disk);
        step(SYNCED, true);
        erase(SYNCED, Set.copyOf(List.of(Family.CREDENTIALS, Family.KEY, Family.JOB)));
    }

    private void untilThePowerGoes(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            if (!disk.faults().isOff()) {
                throw e;
            }
        }
    }

    private void first() {
        begin(disk);
        for (int i = 0; i < 3; i++) {
            step(SYNCED, true);
        }
        step(ERASED, true);
        refused();
        commit(SYNCED, true, Map.of(), List.of(key(1), key(2)));
        relax(3);
        keeper.pass(Duration.ofMillis(10));
        step(RELAXED, false);
        pass(Duration.ofMillis(30));
        relax(2);
        // What is synced forces what was not.
        step(RELAXED, true);
        step(SYNCED, true);
        pass(IDLE);
        step(SYNCED, true);
        relax(2);
        end();
    }

    private void again() {
        begin(disk);
        NativeContents.of(synced.orElseThrow(), SYNCED);
        keeper.pass(LONG_IDLE);
        step(SYNCED, true);
        relax(2);
        put(SYNCED, BIG, BIG_LENGTH);
        keeper.pass(LONG_IDLE);
        forced();
        step(SYNCED, true);
        end();
    }

    /** Beside those who commit, then at rest, with a checkpoint. */
    private void compact() {
        int[] commits = {3};
        begin(watched(purpose -> {
            if (purpose.equals("the rows of a new log") && commits[0]-- > 0) {
                step(SYNCED, true);
            }
        }));
        for (int i = 0; i < 5; i++) {
            put(SYNCED, BIG, BIG_LENGTH - i);
        }
        commit(SYNCED, true, Map.of(), List.of(BIG));
        pass(Duration.ZERO);
        step(SYNCED, true);
        for (int i = 0; i < 3; i++) {
            put(SYNCED, BIG, BIG_LENGTH + i);
        }
        put(SYNCED, BIG, 100);
        end();
        begin(disk);
        put(SYNCED, BIG, BIG_LENGTH);
        put(SYNCED, Key.ofKey("history", "other"), BIG_LENGTH);
        end();
        begin(disk);
        step(SYNCED, true);
    }

    private void erase() {
        step(ERASED, true);
        // More than there is room for.
        put(ERASED, BIG, 3 * BIG_LENGTH);
        erase(ERASED, Set.of(Family.CREDENTIALS, Family.KEY, Family.JOB));
        step(ERASED, true);
        erase(RELAXED, Set.of(Family.CREDENTIALS, Family.KEY, Family.JOB));
        relax(1);
        step(ERASED, true);
    }

    private void begin(Disk seen) {
        keeper = new SteppedKeeper();
        synced = Optional.of(keeper.open(DIRECTORY, Access.READ_WRITE, Durability.POWER_LOSS, seen));
        relaxed = Optional.of(keeper.open(DIRECTORY, Access.READ_WRITE, Durability.PROCESS_CRASH, seen));
    }

    private void end() {
        keeper.pass(Duration.ZERO);
        synced.ifPresent(Backend::close);
        relaxed.ifPresent(Backend::close);
        forced();
    }

    @Override
    public void close() {
        // Who closes waits for a new log in the making, which nobody but this thread makes.
        untilThePowerIsGone(() -> keeper.pass(Duration.ZERO));
        synced.ifPresent(backend -> untilThePowerIsGone(backend::close));
        relaxed.ifPresent(backend -> untilThePowerIsGone(backend::close));
    }

    /** Everything ends so that is left of a process without power. */
    private static void untilThePowerIsGone(Runnable end) {
        try {
            end.run();
        } catch (PowerCut e) {
            return;
        }
    }

    private Disk watched(Consumer<String> forcing) {
        return WatchedDisk.of(disk, (name, arguments, operation) -> {
            Object answer = operation.answer();
            return name.equals("open")
                    ? ((Optional<?>) answer)
                            .map(file -> new WatchedFile((Disk.OpenFile) file, new WatchedFile.Watcher() {
                                @Override
                                public void forcing(String purpose) {
                                    forcing.accept(purpose);
                                }
                            }))
                    : answer;
        });
    }

    /** Time passes, in which relaxed commits are forced. */
    private void pass(Duration duration) {
        keeper.pass(duration);
        if (duration.compareTo(IDLE) >= 0) {
            forced();
        }
    }

    private void forced() {
        histories.values().forEach(History::force);
    }

    private void relax(int steps) {
        for (int i = 0; i < steps; i++) {
            step(RELAXED, false);
        }
    }

    private Key key(long number) {
        return Key.ofKey("pre-key", Long.toString(number));
    }

    /** What happens when a message is decrypted: credentials and ratchets move on, a one-time key comes and one goes. */
    private void step(SessionName session, boolean sync) {
        Map<Key, Integer> puts = new HashMap<>();
        puts.put(Key.ofKey("session", "628.0"), 1 + random.nextInt(600));
        puts.put(Key.ofKey("session", random.nextInt(3) + ".0"), random.nextInt(100));
        puts.put(key(count + 1), 30);
        puts.put(Key.of(Family.JOB, "next"), 10);
        commit(session, sync, puts, List.of(key(count), key(count - 1)));
    }

    private void put(SessionName session, Key key, int length) {
        commit(session, true, Map.of(key, length), List.of());
    }

    private void commit(SessionName session, boolean sync, Map<Key, Integer> puts, List<Key> deletes) {
        count++;
        History history = history(session);
        Map<Key, String> next = new HashMap<>(history.last());
        List<Row> rows = new ArrayList<>();
        Map<Key, Integer> all = new HashMap<>(puts);
        all.put(Key.CREDENTIALS, 20);
        all.forEach((key, length) -> {
            String value = mark(session) + count + "#" + "x".repeat(length);
            rows.add(Row.of(key, Bytes.utf8(value)));
            next.put(key, value);
        });
        deletes.forEach(next::remove);
        Optional<String> before = Optional.ofNullable(history.last().get(Key.CREDENTIALS));
        Check check = new Check(Key.CREDENTIALS, before.map(Bytes::utf8));
        history.begin(next);
        (sync ? synced : relaxed).orElseThrow().commit(session, new Batch(List.of(check), rows, deletes));
        history.acknowledge(sync);
    }

    private void refused() {
        Check check = Check.exact(Key.CREDENTIALS, Bytes.utf8("something else"));
        try {
            synced.orElseThrow()
                    .commit(
                            SYNCED,
                            Batch.of(Row.of(key(0), Bytes.utf8("refused"))).with(check));
        } catch (ConflictException e) {
            return;
        }
        throw new AssertionError("a commit went through its check");
    }

    private void erase(SessionName session, Set<Family> families) {
        History history = history(session);
        Map<Key, String> left = new HashMap<>(history.last());
        for (Family family : NativeContents.FAMILIES) {
            // In this order, each in one step as long as there are few.
            if (families.contains(family) && left.keySet().removeIf(key -> key.family() == family)) {
                history.begin(left);
            }
        }
        String mark = mark(session);
        erasures.merge(session, 1, Integer::sum);
        keeper.pass(Duration.ZERO);
        synced.orElseThrow().erase(session, families, List.of());
        history.acknowledge(true);
        erased.add(mark);
    }

    private String mark(SessionName session) {
        return session + "@" + erasures.getOrDefault(session, 0) + "#";
    }

    private History history(SessionName session) {
        return requireNonNull(histories.get(session));
    }

    /**
     * Reads what is left by a new process.
     *
     * @param machine whether the machine has ended and not only the process
     * @return what goes on from there
     * @throws Violation when something is not as it must be
     */
    NativeCrash after(SimulatedDisk left, boolean machine) throws IOException, Violation {
        Map<SessionName, History> found = new TreeMap<>();
        Map<SessionName, Map<Key, String>> contents = NativeContents.of(left, histories.keySet());
        for (Map.Entry<SessionName, History> entry : histories.entrySet()) {
            Map<Key, String> content = contents.getOrDefault(entry.getKey(), Map.of());
            found.put(
                    entry.getKey(),
                    entry.getValue()
                            .from(content, machine)
                            .orElseThrow(
                                    () -> new Violation(entry.getKey() + ": " + entry.getValue() + ", but found is "
                                            + content.get(Key.CREDENTIALS) + " of " + content.size() + " rows")));
        }
        for (String mark : erased) {
            if (NativeContents.anyFileHolds(left, mark)) {
                throw new Violation("something erased is back: " + mark);
            }
        }
        NativeCrash next = new NativeCrash(left, found, count + 1000, count);
        next.erased.addAll(erased);
        next.erasures.putAll(erasures);
        return next;
    }

    /** Whether even what was not acknowledged is there. */
    boolean isAllThere(SimulatedDisk left) throws IOException {
        Map<SessionName, Map<Key, String>> contents = NativeContents.of(left, histories.keySet());
        return histories.entrySet().stream()
                .allMatch(entry -> entry.getValue().last().equals(contents.get(entry.getKey())));
    }

    /** Goes on with a commit to every session, unless the power goes. */
    void goOn() {
        untilThePowerGoes(() -> {
            goOnAndStop();
            end();
        });
    }

    /** Like {@link #goOn}, without an end. */
    void goOnAndStop() {
        begin(disk);
        histories.keySet().forEach(session -> step(session, true));
    }

    /** Something that must not be. */
    static final class Violation extends Exception {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }
}
