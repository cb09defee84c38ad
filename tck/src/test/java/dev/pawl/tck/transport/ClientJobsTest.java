package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Client;
import dev.pawl.ClientBuilder;
import dev.pawl.ClientState;
import dev.pawl.Content;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.Job;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scheduled messages go out while the client is connected, each with its own id, over restarts. */
@Timeout(120)
class ClientJobsTest {

    private static ClientBuilder fast(ClientBuilder builder) {
        return builder.rate(RateLimit.NONE);
    }

    @Test
    void aJobThatWasDueIsSentOnceConnected() {
        try (Bot bot = Bot.on(Bot.pairedBackend(), ClientJobsTest::fast)) {
            Job job = bot.client.scheduleAt(Instant.now(), Bot.PEER, Content.text("good morning"));
            ScriptedLink link = bot.connected();

            OutgoingMessage sent = link.sent(1).get(0);
            assertThat(sent.messageId()).isEqualTo(job.messageId().orElseThrow());
            assertThat(sent.jid()).isEqualTo(Bot.PEER);
            assertThat(sent.content().toText()).isEqualTo("{\"text\":\"good morning\"}");
            until(() -> state(bot, job) == JobState.DONE);
        }
    }

    @Test
    void jobsOutliveTheClientThatMadeThem() {
        MemoryBackend backend = Bot.pairedBackend();
        Job job;
        try (Bot bot = Bot.on(backend, ClientJobsTest::fast)) {
            job = bot.client.scheduleAt(Instant.now(), Bot.PEER, Content.text("after the restart"));
        }
        try (Bot bot = Bot.on(backend, ClientJobsTest::fast)) {
            assertThat(bot.connected().sent(1).get(0).messageId())
                    .isEqualTo(job.messageId().orElseThrow());
        }
    }

    @Test
    void nothingIsSentWithoutAConnection() {
        try (Bot bot = Bot.on(Bot.pairedBackend(), ClientJobsTest::fast)) {
            ScriptedLink link = bot.connected();
            bot.client.disconnect();
            Job job = bot.client.scheduleAt(Instant.now(), Bot.PEER, Content.text("later"));
            assertThat(link.sent(0)).isEmpty();
            assertThat(state(bot, job)).isEqualTo(JobState.WAITING);
            assertThat(bot.client.jobs().find(job.id()).orElseThrow().attempts())
                    .isZero();

            bot.client.connect();
            assertThat(bot.transport.link(2).sent(1)).hasSize(1);
        }
    }

    @Test
    void nothingIsSentWithoutTheLease() {
        try (Bot bot = Bot.on(Bot.pairedBackend(), ClientJobsTest::fast)) {
            ScriptedLink link = bot.connected();
            try (AuthStore other = AuthStore.opening(bot.backend, SessionName.DEFAULT)
                    .takeOver()
                    .open()) {
                bot.timers.pass(Duration.ofSeconds(5));
                bot.heard.await("disconnected LEASE_LOST again=false");
                Job job = bot.client.scheduleAt(Instant.now(), Bot.PEER, Content.text("not by us"));
                assertThat(link.sent(0)).isEmpty();
                assertThat(state(bot, job)).isEqualTo(JobState.WAITING);
                assertThat(other.isOwner()).isTrue();
            }
        }
    }

    /** In one process, on one backend: whoever it was taken from has not noticed yet when the other is connected. */
    @Test
    void whoTookTheSessionOverSendsItsJobs() throws Exception {
        ScriptedTransport second = new ScriptedTransport();
        try (Bot first = Bot.on(Bot.pairedBackend(), ClientJobsTest::fast)) {
            ScriptedLink before = first.connected();
            first.client.scheduleAt(Instant.now(), Bot.PEER, Content.text("by the first"));
            before.sent(1);
            try (AuthStore auth = AuthStore.opening(first.backend, SessionName.DEFAULT)
                            .takeOver()
                            .open();
                    JobStore jobs = JobStore.open(first.backend, SessionName.DEFAULT);
                    Client client = Client.builder()
                            .auth(auth)
                            .jobs(jobs)
                            .rate(RateLimit.NONE)
                            .transport(second)
                            .open()) {
                client.connect(Duration.ofSeconds(20));
                Job job = client.scheduleAt(Instant.now(), Bot.PEER, Content.text("by the second"));
                OutgoingMessage sent = second.link(1).sent(1).get(0);
                assertThat(sent.messageId()).isEqualTo(job.messageId().orElseThrow());
                assertThat(client.state()).isEqualTo(ClientState.CONNECTED);

                first.client.disconnect();
                client.scheduleAt(Instant.now(), Bot.PEER, Content.text("still by the second"));
                assertThat(second.link(1).sent(2)).hasSize(2);
                assertThat(before.sent(1)).hasSize(1);
            }
        }
    }

    @Test
    void aLinkThatEndsWithoutAnAnswerHoldsNothingUp() {
        try (Bot bot = Bot.on(Bot.pairedBackend(), ClientJobsTest::fast)) {
            bot.transport.next(link -> {
                link.forgetAnswers();
                link.open();
            });
            ScriptedLink link = bot.connected();
            Job job = bot.client.scheduleAt(Instant.now(), Bot.PEER, Content.text("in flight"));
            link.sent(1);
            link.close(428, "Connection Terminated");

            bot.heard.await("disconnected CONNECTION_CLOSED again=true");
            until(() -> state(bot, job) == JobState.WAITING);
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME, 2);
        }
    }

    @Test
    void aSendOverALinkThatEndsWithoutAnAnswerFailsAtOnce() throws Exception {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            link.forgetAnswers();
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            new Thread(() -> {
                        try {
                            bot.client.send(Bot.PEER, Content.text("hello"));
                        } catch (Exception e) {
                            failure.complete(e);
                        }
                    })
                    .start();
            link.sent(1);
            link.close(428, "Connection Terminated");
            assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(TransportException.class);
        }
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void closingDoesNotWaitForAStoreOfJobsThatIsDown() throws Exception {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend, ClientJobsTest::fast)) {
            ScriptedLink link = bot.connected();
            link.holdAnswers();
            bot.client.scheduleAt(Instant.now(), Bot.PEER, Content.text("sent, but not noted"));
            link.sent(1);
            CountDownLatch noting = new CountDownLatch(1);
            backend.beforeWriting(Family.JOB, () -> {
                noting.countDown();
                throw UnavailableException.writeFailed("the server is gone", new java.io.IOException("gone"));
            });
            bot.client.disconnect();
            assertThat(noting.await(20, TimeUnit.SECONDS)).isTrue();
            bot.client.close();
            backend.lookAway();
        }
    }

    @Test
    void closingAClientLeavesAloneTheJobsOfTheOneAfterIt() throws Exception {
        MemoryBackend backend = Bot.pairedBackend();
        try (JobStore jobs = JobStore.open(backend, SessionName.DEFAULT);
                Bot before = Bot.on(backend, builder -> fast(builder).jobs(jobs))) {
            before.connected();
            before.client.disconnect();
            ScriptedTransport transport = new ScriptedTransport();
            ClientBuilder stores = Client.builder().auth(before.auth).jobs(jobs);
            try (Client next = fast(stores).transport(transport).open()) {
                next.connect(Duration.ofSeconds(20));
                next.scheduleAt(Instant.now(), Bot.PEER, Content.text("one"));
                assertThat(transport.link(1).sent(1)).hasSize(1);
                before.client.close();
                next.scheduleAt(Instant.now(), Bot.PEER, Content.text("two"));
                assertThat(transport.link(1).sent(2)).hasSize(2);
            }
        }
    }

    @Test
    void aBroadcastReachesEverybody() {
        try (Bot bot = Bot.on(Bot.pairedBackend(), ClientJobsTest::fast)) {
            ScriptedLink link = bot.connected();
            Broadcast broadcast = bot.client.broadcast(
                    List.of("1@s.whatsapp.net", "2@s.whatsapp.net", "3@s.whatsapp.net"),
                    Content.text("to all"),
                    BroadcastOptions.STANDARD.pacing(Duration.ZERO));
            assertThat(link.sent(3))
                    .extracting(OutgoingMessage::jid)
                    .containsExactly("1@s.whatsapp.net", "2@s.whatsapp.net", "3@s.whatsapp.net");
            until(() -> broadcast.progress().state() == BroadcastProgress.State.FINISHED);
        }
    }

    @Test
    void whatCanNeverBeSentIsGivenUp() {
        try (Bot bot = Bot.on(Bot.pairedBackend(), ClientJobsTest::fast)) {
            bot.transport.next(link -> {
                link.failSends(TransportException.permanent("no such content"));
                link.open();
            });
            bot.connected();
            Job job = bot.client.scheduleAt(Instant.now(), Bot.PEER, Content.raw(JsonObject.EMPTY));
            Job noMessage = bot.client.jobs().schedule(Instant.now(), Bot.PEER, new JsonString("no object"));
            until(() -> state(bot, job) == JobState.DEAD);
            until(() -> state(bot, noMessage) == JobState.DEAD);
        }
    }

    @Test
    void withoutAStoreForThemJobsAreRefused() {
        ForwardingBackend withoutJobs = new ForwardingBackend(Bot.pairedBackend()) {
            @Override
            public Traits traits() {
                Traits all = super.traits();
                EnumSet<Family> families = EnumSet.copyOf(all.families());
                families.remove(Family.JOB);
                return new Traits(families, all.durability(), all.limits(), all.manySessions(), families);
            }
        };
        try (Bot bot = Bot.on(withoutJobs)) {
            bot.connected();
            assertThatThrownBy(() -> bot.client.scheduleAt(Instant.now(), Bot.PEER, Content.text("never")))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("job store");
        }
    }

    private static JobState state(Bot bot, Job job) {
        return bot.client.jobs().find(job.id()).orElseThrow().state();
    }

    private static void until(BooleanSupplier reached) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not reached within 20 seconds");
            }
            Thread.onSpinWait();
        }
    }
}
