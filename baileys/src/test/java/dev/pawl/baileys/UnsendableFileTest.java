package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.event.MessageKey;
import dev.pawl.job.Job;
import dev.pawl.job.JobState;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.transport.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be sent: who is told what, and that nothing of the message is anywhere. */
class UnsendableFileTest {

    private static final String MAIN = "main";

    @TempDir
    Path directory;

    private WhatsAppStandIn standIn;

    @BeforeEach
    void start() {
        standIn = WhatsAppStandIn.start();
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    private BaileysTransport.Builder transport() {
        return standIn.transport(directory.resolve("cache"));
    }

    private Program program(BaileysTransport.Builder transport) {
        return Program.open(transport.build(), MAIN, "sqlite:" + directory.resolve("store.db"));
    }

    /** Sends what cannot be sent, and says how that failed. */
    private static TransportException refusal(Program program, Content content) {
        try {
            program.client.send(ANA.lid(), content, "REFUSED");
        } catch (TransportException e) {
            MessageKey key = MessageKey.of(ANA.lid(), "REFUSED", true);
            assertThat(program.pawl.messages(MAIN).message(key)).isEmpty();
            return e;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new AssertionError("it was sent");
    }

    /** That the connection is the same, and the next message goes. */
    private void goesOn(Program program) throws InterruptedException {
        String id = program.client.send(ANA.lid(), Content.text("next")).key().id();
        assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo("next");
        assertThat(standIn.call("copiesOf", copiesOf("REFUSED"))).isEqualTo(JsonNumber.of(0));
    }

    private static JsonObject.Builder copiesOf(String id) {
        return JsonObject.builder().put("name", ANA.name()).put("id", id);
    }

    private JsonValue taken() {
        return ((JsonObject) standIn.call("uploads", JsonObject.builder()))
                .get("taken")
                .orElseThrow();
    }

    @Test
    void aFileThatCannotBeReadIsNamedAndNothingOfItsMessageIsAnywhere() throws Exception {
        Path missing = directory.resolve("a-name-that-is-as-long-as-a-secret-would-be-0123456789.png");
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (Program program = program(transport())) {
            program.pair(standIn);
            for (Path file : new Path[] {missing, directory, pipe, missing.resolve("below"), unreadable()}) {
                Content content = Content.document(file, "text/plain").caption("see");
                TransportException refusal = refusal(program, content);
                assertThat(refusal).hasMessageContaining("file " + file + ": ");
                assertThat(refusal.isPermanent()).as("%s", refusal.getMessage()).isEqualTo(!isPassing(file));
            }
            assertThat(refusal(program, Content.image(directory))).hasMessageContaining("it is a directory");
            JsonObject unknown = JsonObject.builder().put("something", "else").build();
            assertThat(refusal(program, Content.raw(unknown)).isPermanent()).isTrue();
            goesOn(program);
            assertThat(taken()).isEqualTo(JsonNumber.of(0));

            Job job = program.client.scheduleAt(Instant.EPOCH, ANA.lid(), Content.video(missing));
            assertThat(Jobs.awaitEnd(program.client, job.id()).state()).isEqualTo(JobState.DEAD);
            assertThat(Jobs.awaitEnd(program.client, job.id()).lastError())
                    .hasValueSatisfying(error -> assertThat(error).contains(missing.toString()));
        }
    }

    /** One that nobody may read. The administrator may read them all, but this one of Linux, and that may be over in a moment. */
    private Path unreadable() throws IOException {
        Path file = Files.writeString(directory.resolve("unreadable"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        return Files.isReadable(file) ? Path.of("/proc/self/mem") : file;
    }

    private static boolean isPassing(Path file) {
        return file.startsWith("/proc");
    }

    @Test
    void whatTheHostOfFilesDoesNotTakeIsNotSentAndMayBeTriedAgain() throws Exception {
        Path file = Files.writeString(directory.resolve("menu.txt"), "rice");
        try (Program program = program(transport())) {
            program.pair(standIn);
            standIn.call("uploadsFail", JsonObject.builder().put("status", 507));
            assertThat(refusal(program, Content.document(file, "text/plain")).isPermanent())
                    .isFalse();
            goesOn(program);

            standIn.call("uploadsFail", JsonObject.builder());
            program.client.send(ANA.lid(), Content.document(file, "text/plain"), "TAKEN");
            assertThat(new String(Shown.await(standIn, ANA, "TAKEN").bytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("rice");
        }
    }

    /** Baileys copies files before it sends them, into the directory for temporary files, with streams whose failure nobody hears. */
    @Test
    void whereNoCopyCanBeMadeTheOtherSessionsOfTheChildLiveOn() throws Exception {
        Path node = directory.resolve("node-on-a-small-disk");
        Files.writeString(node, "#!/bin/sh\ntrap '' XFSZ\nulimit -f 64\nexec node \"$@\"\n");
        assertThat(node.toFile().setExecutable(true)).isTrue();
        Path large = Files.write(directory.resolve("large.bin"), new byte[1 << 20]);
        try (Program program = program(transport().node(node))) {
            program.pair(standIn);
            long child = program.transport.processId().orElseThrow();

            for (Content content : List.of(Content.document(large, "application/x"), Content.video(large))) {
                TransportException refusal = refusal(program, content);
                assertThat(refusal).hasMessageContaining("no copy could be made in it (EFBIG)");
                assertThat(refusal.isPermanent()).isFalse();
            }
            goesOn(program);
            assertThat(program.transport.processId()).contains(child);
        }
        // The administrator is not told before the copy is begun that none can be made in the second one.
        for (String place : List.of(directory.resolve("nowhere").toString(), "/proc")) {
            Map<String, String> environment = standIn.environment();
            environment.put("TMPDIR", place);
            try (Program program = program(transport().environment(environment))) {
                program.connect();
                long child = program.transport.processId().orElseThrow();
                assertThat(refusal(program, Content.document(large, "application/x")))
                        .hasMessageContaining("file " + place + ": no copy c");
                goesOn(program);
                assertThat(program.transport.processId()).contains(child);
            }
        }
    }
}
