package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.event.MessageKey;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.Job;
import dev.pawl.job.JobState;
import dev.pawl.json.JsonObject;
import dev.pawl.message.WaMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scheduled messages over real connections: they come when they are due, whoever is running then, and are with the server when they are done. */
class ScheduledMessageTest {

    @TempDir
    Path directory;

    private WhatsAppStandIn standIn;

    @BeforeEach
    void start() {
        standIn = WhatsAppStandIn.start();
        standIn.add("peer", BUDI);
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    static List<StoreKind> stores() {
        return Boolean.getBoolean("pawl.soak") ? Arrays.asList(StoreKind.values()) : List.of(StoreKind.SQLITE);
    }

    private Program program(String... locators) {
        return Program.open(standIn.transport(directory.resolve("cache")).build(), "main", locators);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void whatWasScheduledBeforeARestartIsSentAfterIt(StoreKind kind) throws Exception {
        String[] locators = kind.locators(directory);
        Job greeting;
        Job reply;
        try (Program program = program(locators)) {
            WhatsAppStandIn.Device device = program.pair(standIn);
            standIn.send(ANA, device, "tell me later");
            WaMessage question = program.message("tell me later");
            // Nobody is connected when they are due.
            program.client.disconnect();
            greeting = program.client.scheduleAt(Instant.now().plusMillis(1), ANA.lid(), Content.text("good morning"));
            reply = program.client.scheduleAt(
                    Instant.now().plusMillis(2), ANA.lid(), Content.text("now").replyTo(question));
            program.client.broadcast(
                    List.of(ANA.lid(), BUDI.lid()),
                    Content.text("news"),
                    BroadcastOptions.STANDARD.id("news").pacing(Duration.ofMillis(10)));
        }
        try (Program program = program(locators)) {
            assertThat(program.client.jobs().find(greeting.id()).orElseThrow().state())
                    .isEqualTo(JobState.WAITING);
            program.connect();
            assertThat(program.sawQr()).isFalse();

            for (Job job : List.of(greeting, reply)) {
                String id = job.messageId().orElseThrow();
                assertThat(Jobs.awaitEnd(program.client, job.id()).state()).isEqualTo(JobState.DONE);
                assertThat(Jobs.copies(standIn, ANA, id)).isEqualTo(1);
                assertThat(program.pawl.messages("main").message(MessageKey.of(ANA.lid(), id, true)))
                        .isPresent();
            }
            Shown shown = Shown.await(standIn, ANA, reply.messageId().orElseThrow());
            assertThat(shown.text("extendedTextMessage", "contextInfo", "quotedMessage", "conversation"))
                    .isEqualTo("tell me later");
            BroadcastProgress progress = Jobs.awaitFinished(program.client, "news");
            assertThat(progress.sent()).isEqualTo(2);
            for (Job job : Jobs.of(program.client, "news")) {
                Person at = job.recipient().equals(ANA.lid()) ? ANA : BUDI;
                assertThat(Jobs.copies(standIn, at, job.messageId().orElseThrow()))
                        .isEqualTo(1);
            }
            assertThat(program.errors).isEmpty();
        }
    }

    @Test
    void aConnectionThatBreaksBeforeTheServerHasTheMessageDoesNotLoseIt() throws Exception {
        try (Program program = program(StoreKind.SQLITE.locators(directory))) {
            WhatsAppStandIn.Device device = program.pair(standIn);
            standIn.call("loseNextMessage", JsonObject.builder());
            Job job = program.client.scheduleAt(Instant.EPOCH, ANA.lid(), Content.text("not to be lost"));
            standIn.call("awaitLost", JsonObject.builder());
            standIn.send(ANA, device, "the connection is there");
            program.message("the connection is there");
            assertThat(program.client.jobs().find(job.id()).orElseThrow().state())
                    .isEqualTo(JobState.CLAIMED);
            standIn.close(device, "reset");

            Job failed = Jobs.await(
                    program.client, job.id(), each -> each.state() != JobState.CLAIMED && each.attempts() > 0);
            assertThat(failed.state()).isEqualTo(JobState.WAITING);
            assertThat(failed.due()).isAfter(Instant.now());
            program.connect();
            standIn.awaitLive(device);
            assertThat(program.client.jobs().reschedule(job.id(), Instant.now()))
                    .isPresent();

            assertThat(Jobs.awaitEnd(program.client, job.id()).state()).isEqualTo(JobState.DONE);
            String id = job.messageId().orElseThrow();
            assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo("not to be lost");
            assertThat(Jobs.copies(standIn, ANA, id)).isEqualTo(1);
        }
    }

    @Test
    void whatTheServerRefusesIsGivenUpAndNotSentAgain() throws Exception {
        try (Program program = program(StoreKind.SQLITE.locators(directory))) {
            program.pair(standIn);
            standIn.call("refuseNextMessage", JsonObject.builder().put("error", 463));
            Job job = program.client.scheduleAt(Instant.EPOCH, ANA.lid(), Content.text("nobody wants it"));

            Job given = Jobs.awaitEnd(program.client, job.id());
            assertThat(given.state()).isEqualTo(JobState.DEAD);
            assertThat(given.attempts()).isEqualTo(1);
            assertThat(given.lastError().orElseThrow()).contains("refused the message: 463");

            standIn.call("refuseNextMessage", JsonObject.builder().put("error", 503));
            Job later = program.client.scheduleAt(Instant.EPOCH, ANA.lid(), Content.text("too many at once"));
            Job failed = Jobs.await(
                    program.client, later.id(), each -> each.lastError().isPresent());
            assertThat(failed.state()).isEqualTo(JobState.WAITING);
            assertThat(failed.due()).isAfter(Instant.now());
        }
    }
}
