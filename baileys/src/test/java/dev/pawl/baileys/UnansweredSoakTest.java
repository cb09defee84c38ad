package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.transport.TransportException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The questions of {@link UnansweredTest} with all times as they are: each has a server and a session of its own. */
class UnansweredSoakTest {

    private static final List<String> QUESTIONS = List.of(
            "encrypt/get/count",
            "encrypt/set/registration",
            "passive/set/active",
            "encrypt/get/digest",
            "abt/get/props",
            "blocklist/get/",
            "privacy/get/privacy",
            "usync/get/usync",
            "encrypt/get/key",
            "w:sync:app:state/set/sync",
            "privacy/set/tokens");

    /** Baileys waits a minute for an answer, the login a minute and a half, and then another connection is made. */
    private static final Duration LONGEST = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void eachIsSurvived(StoreKind kind) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<String>> all = new ArrayList<>();
            for (String question : QUESTIONS) {
                Callable<String> one = () -> withoutAnAnswerTo(question, kind);
                all.add(threads.submit(one));
            }
            for (Future<String> one : all) {
                System.out.println(kind + " " + one.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private String withoutAnAnswerTo(String question, StoreKind kind) throws Exception {
        Path own = directory.resolve(question.replaceAll("\\W", "_"));
        Files.createDirectories(own);
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        standIn.transport(directory.resolve("cache")).build(), "main", kind.locators(own))) {
            Wire wire = new Wire(standIn);
            wire.loses(Wire.Part.QUESTION, question, 1);
            long begin = System.nanoTime();
            program.client.connect();
            Device device = standIn.scan(program.qr(LONGEST));
            program.client.connect(LONGEST);
            long connected = System.nanoTime();
            standIn.send(ANA, device, "hello");
            program.message("hello", LONGEST);
            boolean isSentAtOnce = isSent(program);
            if (!isSentAtOnce) {
                assertThat(isSent(program)).as(question + ", the second time").isTrue();
            }
            // Some are asked behind the back of a message that has left.
            Eventually.holds(() ->
                    assertThat(wire.leftToLose()).as(question + " was lost").isZero());
            Duration all = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(all).as(question).isLessThan(LONGEST);
            return "%s: connected after %d s, heard and sent after %d s%s"
                    .formatted(
                            question,
                            Duration.ofNanos(connected - begin).toSeconds(),
                            all.toSeconds(),
                            isSentAtOnce ? "" : ", the first send failed");
        }
    }

    private static boolean isSent(Program program) throws InterruptedException {
        try {
            program.client.send(ANA.lid(), Content.text("hello too"));
            return true;
        } catch (TransportException e) {
            return false;
        }
    }
}
