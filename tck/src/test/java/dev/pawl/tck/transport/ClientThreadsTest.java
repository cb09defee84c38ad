package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Client;
import dev.pawl.Pawl;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.job.JobStore;
import dev.pawl.transport.Link;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client's threads wait for, and how many of them many clients need. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientThreadsTest {

    private static final int MANY = 30;

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aStoreOfJobsThatHangsHoldsUpNothingElse() throws Exception {
        Watched hanging = new Watched(new MemoryBackend());
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (JobStore jobs = JobStore.open(hanging, SessionName.DEFAULT);
                Bot bot = Bot.on(Bot.pairedBackend(), builder -> builder.jobs(jobs))) {
            hanging.beforeWriting(batch -> {
                asked.countDown();
                awaitIgnoringAll(answered);
            });
            ScriptedLink link = bot.connected();
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

            link.receive(Bot.PEER, "hello");
            bot.heard.await("message hello");
            bot.client.disconnect();
            bot.heard.await("disconnected REQUESTED again=false");
            bot.client.connect();
            bot.heard.await("connected " + Bot.ME, 2);
            answered.countDown();
            hanging.lookAway();
        } finally {
            answered.countDown();
        }
    }

    private static void awaitIgnoringAll(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Such a transport waits for a call of its own that another thread makes while it opens. */
    @Test
    void aLinkMayOpenOnAnotherThreadBeforeItsTransportReturnsIt() throws Exception {
        ScriptedTransport scripted = new ScriptedTransport().onOpen(link -> {});
        AtomicBoolean wasThrough = new AtomicBoolean();
        Transport transport = new Transport() {
            @Override
            public Link open(LinkHost host) throws InterruptedException {
                Link link = scripted.open(host);
                Thread other = new Thread(host::opened, "says that it opened");
                other.start();
                other.join(Duration.ofSeconds(3).toMillis());
                wasThrough.set(!other.isAlive());
                return link;
            }

            @Override
            public void close() {
                scripted.close();
            }
        };
        try (Bot bot = Bot.on(Bot.pairedBackend(), builder -> builder.transport(transport))) {
            bot.client.connect(Duration.ofSeconds(20));
            assertThat(wasThrough).isTrue();
        }
    }

    @Test
    void manyClientsThatHaveNothingToDoNeedFewThreads() throws Exception {
        MemoryBackend backend = new MemoryBackend();
        for (int i = 0; i < MANY; i++) {
            Bot.pair(backend, SessionName.of("many-" + i));
        }
        // those of other tests may be about to end
        Set<Thread> before = threads("pawl-jobs");
        try (Pawl pawl = Pawl.of(backend)) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                ScriptedTransport transport = new ScriptedTransport();
                clients.add(pawl.client("many-" + i, builder -> builder.transport(transport)));
            }
            for (Client client : clients) {
                client.connect(Duration.ofSeconds(20));
            }
            until(() -> looking(before) == 1);
            until(() -> threads("pawl-client-many-").isEmpty()
                    && threads("pawl-listeners-many-").isEmpty());
            for (Client client : clients) {
                client.disconnect();
                client.connect(Duration.ofSeconds(20));
            }
        }
        until(() -> looking(before) == 0);
    }

    /** How many threads look for jobs that did not before. */
    private static long looking(Set<Thread> before) {
        return threads("pawl-jobs").stream()
                .filter(thread -> !before.contains(thread))
                .count();
    }

    /** The threads that have this name, or when it ends with a dash one that begins with it. */
    private static Set<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> name.endsWith("-")
                        ? thread.getName().startsWith(name)
                        : thread.getName().equals(name))
                .collect(Collectors.toSet());
    }

    private static void until(BooleanSupplier reached) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not reached within 20 seconds").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
