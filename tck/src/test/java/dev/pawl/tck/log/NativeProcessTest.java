package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.Disk;
import dev.pawl.file.log.Hurried;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.json.Bytes;
import dev.pawl.tck.disk.WatchedDisk;
import dev.pawl.tck.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one directory of native logs. */
@Timeout(3_600)
final class NativeProcessTest {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");

    @TempDir
    private Path directory;

    private final List<ChildProcess> children = new ArrayList<>();

    @AfterEach
    void end() {
        children.forEach(ChildProcess::close);
    }

    private Path store() {
        return directory.resolve("store");
    }

    private ChildProcess ready(ChildProcess child) throws IOException {
        children.add(child);
        assertThat(child.line()).as(child::errors).contains("ready");
        return child;
    }

    private ChildProcess counting(int threads, int times) throws IOException {
        return ready(NativeChild.counting(directory, store(), threads, times));
    }

    private static List<String> restOf(ChildProcess child) throws Exception {
        List<String> said = child.until("closed");
        child.requireSuccess();
        return said;
    }

    @Test
    void processesThatHandOverTheRightToWriteLoseNothingAndReadersNeverGoBack() throws Exception {
        int times = SOAK ? 5_000 : 60;
        int threads = 2;
        List<ChildProcess> writers = List.of(counting(threads, times), counting(threads, times));
        ExecutorService listeners = Executors.newFixedThreadPool(2);
        try (Backend backend = openWhenThere()) {
            for (ChildProcess writer : writers) {
                writer.tell("go");
            }
            List<Future<List<String>>> said = new ArrayList<>();
            writers.forEach(writer -> said.add(listeners.submit(() -> restOf(writer))));
            Map<SessionName, Long> seen = new HashMap<>();
            Set<String> moments = new HashSet<>();
            while (!said.stream().allMatch(Future::isDone)) {
                for (SessionName session : Counter.SESSIONS) {
                    long number = new Counter(backend, session).number();
                    assertThat(number).isGreaterThanOrEqualTo(seen.getOrDefault(session, 0L));
                    seen.put(session, number);
                    moments.add(session + " " + number);
                }
            }
            for (Future<List<String>> lines : said) {
                assertThat(lines.get()).hasSize(threads * times * Counter.SESSIONS.size());
            }
            assertThat(moments).hasSizeGreaterThan(10);
            for (SessionName session : Counter.SESSIONS) {
                assertThat(new Counter(backend, session).number()).isEqualTo(2L * threads * times);
            }
        } finally {
            listeners.shutdown();
        }
    }

    private Backend openWhenThere() throws IOException {
        Files.createDirectories(store());
        return NativeBackend.open(store(), Access.READ_ONLY);
    }

    /** A disk on which waiting takes no time: what takes 30 s takes less than one. */
    private static Disk withoutPatience(int times) {
        return WatchedDisk.of(Disk.system(), (name, arguments, operation) -> {
            Object answer = operation.answer();
            return name.equals("uptime") ? ((Duration) answer).multipliedBy(times) : answer;
        });
    }

    @Test
    void aProcessThatStandsStillHoldsOthersUpForThirtySecondsAndLosesNothingWhenItGoesOn() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "this system has no signals to stop a process with");
        int times = 400;
        ChildProcess child = counting(1, times);
        // In the soak run it is the time that it is.
        Disk disk = SOAK ? Disk.system() : withoutPatience(100);
        Counter own;
        long counted = 0;
        try (Backend backend = NativeBackend.builder(store()).disk(disk).open()) {
            own = new Counter(backend, Counter.SESSIONS.get(0));
            // what takes time the first time, in which the child would count to its end
            assertThat(own.number()).isZero();
            child.tell("go");
            UnavailableException refused = null;
            while (refused == null) {
                assertThat(child.line())
                        .hasValueSatisfying(line -> assertThat(line).startsWith("counted"));
                child.stop();
                try {
                    own.countUp();
                    // It had given up the right just then.
                    counted++;
                } catch (UnavailableException e) {
                    refused = e;
                }
                if (refused == null) {
                    child.goOn();
                }
            }
            assertThat(refused.code()).isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED);
            assertThat(refused)
                    .hasMessageContaining("another process has been writing")
                    .hasMessageContaining("30 s");
            // Who only reads waits for nobody.
            own.number();
        } finally {
            child.goOn();
        }
        restOf(child);
        try (Backend backend = NativeBackend.open(store(), Access.READ_WRITE)) {
            own = new Counter(backend, Counter.SESSIONS.get(0));
            assertThat(own.countUp()).isEqualTo(times + counted);
        }
    }

    @Test
    void aKilledWriterOfBurstsLosesNothingWhileItsSessionsRestAndItsLogsAreMadeNew() throws Exception {
        Random random = new Random(11);
        int kills = SOAK ? 300 : 4;
        Map<BurstLane, Long> before = new HashMap<>();
        ChildProcess next = NativeChild.bursting(directory, store(), 0);
        for (int kill = 1; kill <= kills; kill++) {
            Map<String, Long> acknowledged = new HashMap<>();
            try (ChildProcess child = ready(next)) {
                next = NativeChild.bursting(directory, store(), kill);
                children.add(next);
                child.tell("go");
                int lines = 1 + random.nextInt(300);
                for (int line = 0; line < lines; line++) {
                    note(acknowledged, child.line().orElseGet(child::errors));
                }
                LockSupport.parkNanos(random.nextLong(20_000_000));
                child.kill();
                child.rest().forEach(line -> note(acknowledged, line));
                children.remove(child);
            }
            Access access = kill % 2 == 0 ? Access.READ_WRITE : Access.READ_ONLY;
            try (Backend backend = Hurried.fastAndSmall(store(), access, Durability.POWER_LOSS, 1)) {
                for (BurstLane lane : BurstLane.all()) {
                    long least = acknowledged.getOrDefault(
                            lane.session() + " " + lane.number(), before.getOrDefault(lane, 0L));
                    long reached = lane.reached(backend);
                    // One more may have been committed when it was killed before it could say so.
                    assertThat(reached).as("%s after kill %d", lane, kill).isBetween(least, least + 1);
                    before.put(lane, reached);
                    if (access == Access.READ_WRITE) {
                        lane.write(backend, reached + 1, random);
                        before.put(lane, reached + 1);
                    }
                }
            }
        }
    }

    private static void note(Map<String, Long> acknowledged, String line) {
        int last = line.lastIndexOf(' ');
        acknowledged.put(line.substring(0, last), Long.parseLong(line.substring(last + 1)));
    }

    @Test
    void twoThatMakeTheSameLogAtOnceBothKeepWhatTheyWrote() throws Exception {
        for (int round = 0; round < (SOAK ? 500 : 20); round++) {
            Path place = directory.resolve("both-" + round);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try (Backend one = NativeBackend.open(place, Access.READ_WRITE);
                    Backend other = NativeBackend.builder(place)
                            .disk(withoutPatience(1))
                            .open()) {
                // Another disk is another instance with its own locks, as in another process.
                Future<?> first = threads.submit(() -> one.commit(SessionName.DEFAULT, batch("one")));
                Future<?> second = threads.submit(() -> other.commit(SessionName.DEFAULT, batch("other")));
                first.get();
                second.get();
                for (Backend backend : List.of(one, other)) {
                    assertThat(backend.get(SessionName.DEFAULT, List.of(key("one"), key("other"))))
                            .hasSize(2);
                }
            } finally {
                threads.shutdown();
            }
        }
    }

    private static Key key(String id) {
        return Key.ofKey("row", id);
    }

    private static Batch batch(String id) {
        return Batch.of(Row.of(key(id), Bytes.utf8("1")));
    }

    @Test
    void whoMayOnlyReadIsToldSo() throws Exception {
        try (Backend backend = openWhenThere()) {
            assertThatThrownBy(() -> backend.commit(SessionName.DEFAULT, batch("one")))
                    .isInstanceOf(StoreException.class);
        }
    }
}
