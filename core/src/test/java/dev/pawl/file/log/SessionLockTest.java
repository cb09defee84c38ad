package dev.pawl.file.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two who use one session in one process; the clock of the one moves only when he waits, or is told to. */
@Timeout(60)
class SessionLockTest {

    private static final SessionName SESSION = SessionName.DEFAULT;

    @TempDir
    Path directory;

    private final AtomicReference<Duration> clock = new AtomicReference<>(Duration.ZERO);
    private Locks ours;
    private Locks theirs;
    private SessionLock one;
    private SessionLock other;

    @BeforeEach
    void open() {
        ours = new Locks(Disk.system(), directory);
        theirs = new Locks(Disk.system(), directory);
        one = new SessionLock(withClock(), ours, SESSION);
        other = new SessionLock(Disk.system(), theirs, SESSION);
    }

    @AfterEach
    void close() {
        one.release();
        other.release();
        ours.close();
        theirs.close();
    }

    private Disk withClock() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "uptime":
                            return clock.get();
                        case "pause":
                            return clock.updateAndGet(now -> now.plus((Duration) Objects.requireNonNull(arguments)[0]));
                        default:
                            try {
                                return method.invoke(Disk.system(), arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                    }
                });
    }

    private static <T> FutureTask<T> start(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future);
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    private void awaitWanted(SessionLock held) throws IOException {
        while (!held.wanted()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void takingSaysWhetherOthersMayHaveWritten() throws IOException {
        assertThat(one.held()).isFalse();
        assertThat(one.take()).isTrue();
        assertThat(one.held()).isTrue();
        assertThat(one.take()).isFalse();
        one.release();
        one.release();
        assertThat(one.held()).isFalse();
        assertThat(one.take()).isTrue();
    }

    @Test
    void oneHasIt() throws IOException {
        assertThat(one.tryTake()).isTrue();
        assertThat(one.tryTake()).as("held already").isTrue();
        assertThat(other.tryTake()).isFalse();
        assertThat(other.held()).isFalse();
        one.release();
        assertThat(other.tryTake()).isTrue();
        assertThat(one.tryTake()).isFalse();
    }

    @Test
    void sessionsAreIndependent() throws IOException {
        SessionLock another = new SessionLock(Disk.system(), theirs, SessionName.of("Default"));
        one.take();
        assertThat(another.tryTake()).isTrue();
        another.release();
    }

    @Test
    void itIsWantedWhileSomebodyWaitsAndNotAfterwards() throws Exception {
        one.take();
        assertThat(one.wanted()).isFalse();
        FutureTask<Boolean> waiting = start(other::take);
        awaitWanted(one);
        assertThat(waiting).isNotDone();
        one.giveWay();
        assertThat(one.wanted()).as("not held").isFalse();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(other.held()).isTrue();
        assertThat(other.wanted()).isFalse();
    }

    @Test
    void whoYieldedIsNotFirstBeforeTheOtherHadItsChance() throws IOException {
        one.take();
        Disk.FileLock contender = theirs.tryContender(SESSION).orElseThrow();
        one.giveWay();
        assertThat(one.tryTake()).isFalse();
        clock.set(Duration.ofMillis(49));
        assertThat(one.tryTake()).isFalse();
        clock.set(Duration.ofMillis(50));
        assertThat(one.tryTake()).as("the other may have died").isTrue();
        contender.close();
    }

    @Test
    void whoYieldedIsFreeToTryOnceTheOtherWantsNothingMore() throws IOException {
        one.take();
        Disk.FileLock contender = theirs.tryContender(SESSION).orElseThrow();
        one.giveWay();
        contender.close();
        assertThat(one.take()).isTrue();
        assertThat(clock).hasValue(Duration.ZERO);
        theirs.tryContender(SESSION).orElseThrow().close();
    }

    @Test
    void takingAfterYieldingWaitsForTheOther() throws IOException {
        one.take();
        Disk.FileLock contender = theirs.tryContender(SESSION).orElseThrow();
        one.giveWay();
        assertThat(one.take()).isTrue();
        assertThat(clock.get()).isBetween(Duration.ofMillis(50), Duration.ofMillis(53));
        contender.close();
    }

    @Test
    void whoGivesUpWithoutBeingAskedOwesNobodyAnything() throws IOException {
        one.take();
        Disk.FileLock contender = theirs.tryContender(SESSION).orElseThrow();
        one.release();
        assertThat(one.tryTake()).isTrue();
        contender.close();
    }

    @Test
    void whoWaitsTooLongIsToldWhatToDo() throws IOException {
        other.take();
        assertThatThrownBy(() -> one.take())
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.code()).isEqualTo(UnavailableException.Code.STORE_CONNECTION_FAILED))
                .hasMessageContaining("default")
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("for 30 s");
        assertThat(clock.get()).isBetween(Duration.ofSeconds(30), Duration.ofMillis(30_006));
        assertThat(other.wanted()).as("he waits no more").isFalse();
        assertThat(one.held()).isFalse();
    }

    @Test
    void whoWaitsWithoutTheSignGetsItWhenItIsFree() throws Exception {
        SessionLock third = new SessionLock(Disk.system(), theirs, SESSION);
        one.take();
        FutureTask<Boolean> waiting = start(other::take);
        FutureTask<Boolean> behind = start(third::take);
        awaitWanted(one);
        one.giveWay();
        // Whoever of them is first gives it up for the other.
        while (!waiting.isDone() || !behind.isDone()) {
            for (SessionLock lock : new SessionLock[] {other, third}) {
                if (lock.held()) {
                    lock.release();
                }
            }
        }
        assertThat(waiting.get()).isTrue();
        assertThat(behind.get()).isTrue();
        third.release();
    }

    @Test
    void interruptionsAreKeptAndDisturbNothing() throws Exception {
        one.take();
        AtomicReference<Thread> thread = new AtomicReference<>();
        FutureTask<Boolean> waiting = start(() -> {
            thread.set(Thread.currentThread());
            other.take();
            return Thread.interrupted();
        });
        awaitWanted(one);
        Objects.requireNonNull(thread.get()).interrupt();
        one.giveWay();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(other.held()).isTrue();
    }

    @Test
    void itIsWantedWhenItsFileIsGone() throws IOException {
        one.take();
        Files.delete(directory.resolve("lock"));
        assertThat(one.wanted()).isTrue();
        one.giveWay();
        assertThat(other.tryTake()).isTrue();
        assertThat(one.tryTake()).isFalse();
    }
}
