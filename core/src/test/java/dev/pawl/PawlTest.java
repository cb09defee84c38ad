package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.backend.Access;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.file.BaileysBackend;
import dev.pawl.job.JobCounts;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobSender;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.json.JsonString;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.message.MessageStore;
import dev.pawl.message.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The front door: what it opens, hands out and closes. */
class PawlTest {

    private static final LeaseTiming LOOKING_OFTEN =
            new LeaseTiming(Duration.ofMillis(50), LeaseTiming.STANDARD.dead(), LeaseTiming.STANDARD.ticker());

    @TempDir
    private Path temp = Path.of("");

    private String directory() {
        return "baileys:" + temp.resolve("auth");
    }

    @Test
    void theHistoryIsInTheFirstStoreThatHoldsMessagesAndEndsWithTheFrontDoor() {
        MessageStore history;
        MemoryBackend memory = new MemoryBackend();
        try (BaileysBackend baileys = BaileysBackend.open(temp.resolve("auth"), Access.READ_WRITE);
                Pawl pawl = Pawl.of(baileys, memory)) {
            history = pawl.messages();
            assertThat(pawl.messages("default")).isSameAs(history);
            assertThat(pawl.messages("other")).isNotSameAs(history);
            assertThat(history.apply(List.of(new Event.ChatsUpsert(List.of())))).isZero();
            assertThatThrownBy(() -> MessageStore.open(memory, SessionName.DEFAULT))
                    .isInstanceOf(InUseException.class);
            assertThatThrownBy(() -> pawl.messagesReadOnly("default").prune(Retention.EVERYTHING))
                    .isInstanceOf(UnsupportedException.class);

            history.close();
            assertThat(pawl.messages()).isNotSameAs(history);
            history = pawl.messages();
        }
        assertThat(history.isClosed()).isTrue();
        MessageStore.open(memory, SessionName.DEFAULT).close();
    }

    @Test
    void whatIsStoredIsThereWhenItIsOpenedAgain() {
        Credentials made;
        try (Pawl pawl = Pawl.open(directory())) {
            assertThat(pawl.auth("default").credentials()).isEmpty();
            made = pawl.auth("default").createCredentials();
            assertThat(pawl.sessions()).containsExactly(SessionName.DEFAULT);
        }
        try (Pawl pawl = Pawl.openReadOnly(directory())) {
            assertThat(pawl.auth().credentials()).contains(made);
            assertThatThrownBy(() -> pawl.auth().createCredentials()).isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    void openingCreatesNothing() {
        Pawl.open(directory()).close();
        assertThat(temp).isEmptyDirectory();

        assertThatThrownBy(() -> Pawl.openReadOnly(directory())).isInstanceOf(UnavailableException.class);
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void laterLocatorsAddTheFamiliesThatEarlierOnesLack() {
        try (Pawl pawl = Pawl.open(directory(), "memory:")) {
            assertThat(pawl.backend(Family.CREDENTIALS)).isInstanceOf(BaileysBackend.class);
            assertThat(pawl.backend(Family.KEY)).isInstanceOf(BaileysBackend.class);
            assertThat(pawl.backend(Family.MESSAGE)).isInstanceOf(MemoryBackend.class);
        }
        try (Pawl pawl = Pawl.open(directory())) {
            assertThatThrownBy(() -> pawl.backend(Family.MESSAGE)).isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    void oneStoreIsHandedOutPerSessionUntilItIsClosed() {
        try (Pawl pawl = Pawl.open("memory:#main")) {
            AuthStore store = pawl.auth("main");
            assertThat(pawl.auth("main")).isSameAs(store);
            assertThat(pawl.auth()).isSameAs(store);
            assertThat(pawl.auth("other")).isNotSameAs(store);

            store.close();
            assertThat(pawl.auth("main")).isNotSameAs(store);
            pawl.auth("main").createCredentials();
        }
    }

    @Test
    void closingGivesTheSessionsBackAndClosesOnlyWhatItOpened() {
        MemoryBackend backend = new MemoryBackend();
        Pawl pawl = Pawl.of(backend);
        AuthStore store = pawl.auth("main");
        store.createCredentials();
        pawl.close();
        pawl.close();

        assertThatThrownBy(store::credentials).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> pawl.auth("main")).isInstanceOf(ClosedException.class);
        try (AuthStore next = AuthStore.open(backend, SessionName.of("main"))) {
            assertThat(next.credentials()).isPresent();
        }
    }

    @Test
    void aLiveHolderIsRefusedAndCanBeTakenOver() {
        MemoryBackend backend = new MemoryBackend();
        try (Pawl one = Pawl.of(backend);
                Pawl other = Pawl.of(backend)) {
            AuthStore holder = one.auth("main");
            assertThatThrownBy(() -> other.auth("main")).isInstanceOf(InUseException.class);
            assertThat(other.authReadOnly("main").credentials()).isEmpty();

            AuthStore next = other.auth("main", AuthStore.Opening::takeOver);

            assertThatThrownBy(holder::createCredentials).isInstanceOf(FencedException.class);
            next.createCredentials();
        }
    }

    @Test
    @Timeout(60)
    void waitingForOneSessionHoldsNoOtherUp() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (MemoryBackend backend = new MemoryBackend();
                Pawl pawl = Pawl.of(backend)) {
            AuthStore holder = AuthStore.open(backend, SessionName.of("one"));
            CountDownLatch begun = new CountDownLatch(1);
            Future<AuthStore> waiting = executor.submit(() -> pawl.auth("one", opening -> {
                begun.countDown();
                return opening.timing(LOOKING_OFTEN).waitForRelease(Duration.ofSeconds(50));
            }));
            begun.await();

            AuthStore other = pawl.auth("two");
            other.createCredentials();

            assertThat(waiting.isDone()).isFalse();
            holder.close();
            assertThat(waiting.get(50, TimeUnit.SECONDS).credentials()).isEmpty();
        } finally {
            executor.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite:x,dev.pawl:pawl-jdbc",
        "postgresql://h/d,dev.pawl:pawl-jdbc",
        "redis://h/0,dev.pawl:pawl-redis",
        "rediss://h/0,dev.pawl:pawl-redis",
        "convex:https://h,dev.pawl:pawl-convex",
        "gopher:x,memory"
    })
    void anUnknownSchemeSaysWhatWouldOpenIt(String locator, String remedy) {
        assertThatThrownBy(() -> Pawl.open("memory:", locator))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.code()).isEqualTo(StoreException.Code.STORE_NOT_AVAILABLE))
                .hasMessageContaining(remedy);
    }

    @Test
    void sessionsOfAllStoresAreListedOnceInOrder() {
        MemoryBackend one = new MemoryBackend();
        MemoryBackend other = new MemoryBackend();
        for (String name : List.of("b", "a")) {
            try (AuthStore store = AuthStore.open(one, SessionName.of(name))) {
                store.createCredentials();
            }
        }
        try (AuthStore store = AuthStore.open(other, SessionName.of("b"))) {
            store.createCredentials();
        }
        try (Pawl pawl = Pawl.of(one, other)) {
            assertThat(pawl.sessions()).extracting(SessionName::name).containsExactly("a", "b");
        }
    }

    /** Starts a program of this class and returns when it has said this. */
    private static Process start(Class<?> main, Path place, String ready) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        place.toString())
                .redirectErrorStream(true)
                .start();
        var output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.equals(ready)) {
            line = output.readLine();
        }
        assertThat(line).as("what the program says").isEqualTo(ready);
        return process;
    }

    @Test
    @Timeout(60)
    void aProcessThatIsToldToEndGivesItsSessionsBack() throws Exception {
        Path auth = temp.resolve("auth");
        Process process = start(Owner.class, auth, "owned");
        try {
            assertThat(auth.resolve(".pawl/lease-auth.json")).exists();
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(auth.resolve(".pawl/lease-auth.json")).doesNotExist();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A program that owns a session until it is ended. */
    static final class Owner {
        /** Opens the session of the given directory and waits. */
        public static void main(String... arguments) throws InterruptedException {
            Pawl pawl = Pawl.open("baileys:" + arguments[0]);
            pawl.auth().createCredentials();
            System.out.println("owned");
            new CountDownLatch(1).await();
        }
    }

    @Test
    @Timeout(60)
    void aProcessThatIsToldToEndNotesTheJobThatItIsSending() throws Exception {
        Path place = temp.resolve("jobs");
        Process process = start(Sender.class, place, "sending");
        try {
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        try (Pawl pawl = Pawl.openReadOnly("native:" + place)) {
            assertThat(pawl.jobs().counts()).isEqualTo(new JobCounts(0, 1, 0, 1, 0, 0, 0));
        }
    }

    /** A program that sends one job at a time, in two sessions, each until after it is told to end. */
    static final class Sender {
        private static final long LONGER = TimeUnit.MILLISECONDS.toNanos(300);

        /** Sends what it schedules itself. */
        public static void main(String... arguments) throws InterruptedException {
            JobRunner runner = JobRunner.builder().rate(RateLimit.NONE).start();
            CountDownLatch both = new CountDownLatch(2);
            Pawl pawl = Pawl.open("native:" + arguments[0]);
            Pawl beside = Pawl.of(new MemoryBackend());
            pawl.jobs().schedule(Instant.EPOCH, "a@lid", new JsonString("x"));
            beside.jobs().schedule(Instant.EPOCH, "a@lid", new JsonString("x"));
            JobSender sender = job -> {
                both.countDown();
                while (!isWaitedFor()) {
                    LockSupport.parkNanos(1_000_000);
                }
                LockSupport.parkNanos(LONGER);
            };
            runner.add(beside.jobs(), sender);
            runner.add(pawl.jobs(), sender);
            both.await();
            pawl.jobs().schedule(Instant.EPOCH, "b@lid", new JsonString("x"));
            System.out.println("sending");
            new CountDownLatch(1).await();
        }

        /** Whether the end of this process is so far that no other job is taken, and waits for those in flight. */
        private static boolean isWaitedFor() {
            return Thread.getAllStackTraces().entrySet().stream()
                    .filter(thread -> thread.getKey().getName().equals("pawl-release"))
                    .flatMap(thread -> Arrays.stream(thread.getValue()))
                    .anyMatch(frame -> frame.getMethodName().equals("awaitEnd"));
        }
    }

    @Test
    void jobsAreInTheFirstStoreThatHoldsThemAndEndWithTheFrontDoor() {
        JobStore jobs;
        MemoryBackend memory = new MemoryBackend();
        try (BaileysBackend baileys = BaileysBackend.open(temp.resolve("auth"), Access.READ_WRITE);
                Pawl pawl = Pawl.of(baileys, memory)) {
            jobs = pawl.jobs();
            assertThat(pawl.jobs("default")).isSameAs(jobs);
            assertThat(pawl.jobs("other")).isNotSameAs(jobs);
            String id =
                    jobs.schedule(Instant.EPOCH, "a@lid", new JsonString("x")).id();
            try (JobStore beside = JobStore.open(memory, SessionName.DEFAULT);
                    JobStore reading = pawl.jobsReadOnly("default")) {
                assertThat(beside.find(id)).isPresent();
                assertThat(reading.find(id)).isPresent();
                assertThatThrownBy(() -> reading.cancel(id)).isInstanceOf(UnsupportedException.class);
            }
            jobs.close();
            assertThat(pawl.jobs()).isNotSameAs(jobs);
            jobs = pawl.jobs();
        }
        assertThat(jobs.isClosed()).isTrue();
        try (Pawl without = Pawl.open(directory())) {
            assertThatThrownBy(without::jobs).isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    void twoLocatorsOfDifferentSessionsAreRefused() {
        assertThatThrownBy(() -> Pawl.open("memory:#one", "memory:#two")).isInstanceOf(IllegalArgumentException.class);
    }
}
