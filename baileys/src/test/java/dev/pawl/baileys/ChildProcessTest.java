package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pawl.Client;
import dev.pawl.DisconnectReason;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.transport.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The life of Node beside this process. */
class ChildProcessTest {

    @TempDir
    Path directory;

    @Test
    void aDeadChildIsNoticedAndAnotherGoesOn() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        standIn.transport(directory.resolve("cache")).build(),
                        "main",
                        "native:" + directory.resolve("native"))) {
            Device device = program.pair(standIn);
            program.forgetEnds();
            long first = program.transport.processId().orElseThrow();

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            assertThat(program.end().reason()).isEqualTo(DisconnectReason.TRANSPORT_FAILED);
            program.connect();
            assertThat(program.transport.processId()).isPresent().isNotEqualTo(Optional.of(first));
            standIn.awaitLive(device);
            standIn.send(ANA, device, "still there?");
            program.message("still there?");
        }
    }

    @Test
    void oneChildServesManySessions() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        standIn.transport(directory.resolve("cache")).build(),
                        "main",
                        "native:" + directory.resolve("native"))) {
            program.pair(standIn);
            long child = program.transport.processId().orElseThrow();

            try (Client second = program.pawl.client(
                    "second", builder -> builder.transport(program.transport).reconnect(Program.HASTY))) {
                second.onQr(standIn::scan);
                assertThat(second.connect(Program.PATIENCE)).isNotNull();
                assertThat(program.transport.processId()).contains(child);
            }
        }
    }

    @Test
    void theChildHasNoMoreThreadsThanTheMachineHasRoomFor() {
        assertThat(Stream.of(1, 2, 3, 5, 64).map(BaileysTransport::backgroundThreads))
                .containsExactly(
                        "--v8-pool-size=1",
                        "--v8-pool-size=1",
                        "--v8-pool-size=2",
                        "--v8-pool-size=4",
                        "--v8-pool-size=4");
    }

    /** Run in a JVM of its own: starts a child, says its number and waits to be killed. */
    public static final class Parent {

        private Parent() {}

        /** Runs until it is killed. */
        public static void main(String[] arguments) throws Exception {
            try (BaileysTransport transport = BaileysTransport.builder()
                    .cache(Path.of(arguments[0]))
                    .packages(Path.of(arguments[1]))
                    .build()) {
                transport.start();
                System.out.println(transport.processId().orElseThrow());
                System.in.read();
            }
        }
    }

    @Test
    void theChildDiesWithThisProcess() throws Exception {
        String cache = directory.resolve("cache").toString();
        String packages = WhatsAppStandIn.packages().toString();
        try (ChildProcess jvm = ChildProcess.start(directory, List.of(), Parent.class, cache, packages)) {
            String said = jvm.line().orElseThrow(() -> new AssertionError(jvm.errors()));
            ProcessHandle child = ProcessHandle.of(Long.parseLong(said)).orElseThrow();

            jvm.kill();

            assertThat(child.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
        }
    }

    @Test
    void baileysIsInstalledOnceIntoTheCache() throws Exception {
        WhatsAppStandIn.packages(); // Skips this where there is no npm.
        Path cache = directory.resolve("cache");
        try (BaileysTransport first = BaileysTransport.builder().cache(cache).build()) {
            first.start();
            assertThat(first.processId()).isPresent();
        }
        Path installed;
        try (Stream<Path> all = Files.list(cache)) {
            installed = all.filter(path -> path.getFileName().toString().startsWith("baileys-"))
                    .findFirst()
                    .orElseThrow();
        }
        FileTime then = Files.getLastModifiedTime(installed);
        try (BaileysTransport second = BaileysTransport.builder().cache(cache).build()) {
            second.start();
            assertThat(second.processId()).isPresent();
        }
        assertThat(Files.getLastModifiedTime(installed)).isEqualTo(then);
        try (Stream<Path> all = Files.list(cache)) {
            assertThat(all).as("nothing half-made is left").hasSize(3);
        }
    }

    @Test
    void anotherVersionThanThePinnedOneIsRefused() throws Exception {
        Path packages = directory.resolve("packages");
        Path baileys = Files.createDirectories(packages.resolve("node_modules").resolve("baileys"));
        Files.writeString(baileys.resolve("package.json"), "{\"version\":\"6.7.0\"}");
        try (BaileysTransport transport = BaileysTransport.builder()
                .cache(directory.resolve("cache"))
                .packages(packages)
                .build()) {
            assertThatThrownBy(() -> transport.start()).isInstanceOfSatisfying(TransportException.class, e -> {
                assertThat(e.isPermanent()).isTrue();
                assertThat(e).hasMessageContaining("6.7.0").hasMessageContaining("7.0.0-rc14");
            });
        }
    }

    private static Path program(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private BaileysTransport withNodeThatRuns(String command) throws IOException {
        return BaileysTransport.builder()
                .cache(directory.resolve("cache"))
                .node(program(directory.resolve("node"), command))
                .build();
    }

    @Test
    void anOldNodeIsRefused() throws Exception {
        try (BaileysTransport transport = withNodeThatRuns("echo v18.20.1")) {
            assertThatThrownBy(() -> transport.start())
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("v18.20.1");
        }
    }

    /** The next attempt may go well. */
    @Test
    void aNodeThatIsKilledWhenItIsAskedForItsVersionIsNotAnOldOne() throws Exception {
        try (BaileysTransport transport = withNodeThatRuns("kill -9 $$")) {
            assertThatThrownBy(() -> transport.start())
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.isPermanent()).isFalse())
                    .hasMessageContaining("killed");
        }
    }

    @Test
    void bothLockFilesPinTheSameBaileys() throws Exception {
        String here = Files.readString(WhatsAppStandIn.packages().resolve("package-lock.json"));
        String there;
        try (var in = BaileysTransport.class.getResourceAsStream("node/package-lock.json")) {
            there = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        assertThat(withoutHead(there)).isEqualTo(withoutHead(here));
    }

    private static String withoutHead(String lock) {
        return lock.substring(lock.indexOf("\"node_modules/"));
    }

    /** Run in a JVM of its own, which has another npm on its path. */
    public static final class Installing {

        private Installing() {}

        /** Installs Baileys in a directory, or fails to. */
        public static void main(String[] arguments) throws Exception {
            try (BaileysTransport transport =
                    BaileysTransport.builder().cache(Path.of(arguments[0])).build()) {
                transport.start();
            }
        }
    }

    /** What packages would run while they are installed is nothing that anybody asked for. */
    @Test
    void nothingOfThePackagesRunsWhileTheyAreInstalled() throws Exception {
        WhatsAppStandIn.packages(); // Skips this where there is no Node.
        Path said = directory.resolve("said");
        program(Files.createDirectory(directory.resolve("bin")).resolve("npm"), "echo \"$@\" >" + said + "; exit 1");
        ProcessBuilder jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Installing.class.getName(),
                        directory.resolve("cache").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        jvm.environment().merge("PATH", directory.resolve("bin").toString(), (path, ours) -> ours + ":" + path);

        assertThat(jvm.start().waitFor()).isNotZero();

        assertThat(Files.readString(directory.resolve("output"))).contains("npm could not install Baileys");
        assertThat(Files.readString(said).strip().split(" ")).startsWith("ci").contains("--ignore-scripts");
    }

    /** Whatever Node prints for its end, too: of a process that falls over that may be what it was just working on. */
    @Test
    void whatTheChildComplainsOfIsLoggedWithoutSecrets() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(NodeProcess.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        String complaint = "fatal bad key yPP3/mVTWxeZ8qq0BcjtZyh8Rh+sqj7thXk1oyC3IUg= of <Buffer 05 12> here";
        Path node = program(
                directory.resolve("node"),
                "[ \"$1\" = --version ] && echo v22.0.0 || { echo '" + complaint + "' >&2; exit 1; }");
        try (BaileysTransport transport = BaileysTransport.builder()
                .cache(directory.resolve("cache"))
                .packages(WhatsAppStandIn.packages())
                .node(node)
                .build()) {
            assertThatThrownBy(() -> transport.start()).isInstanceOf(TransportException.class);
            Eventually.holds(() -> assertThat(List.copyOf(log.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .contains("Baileys: fatal bad key … of … here"));
            assertThat(List.copyOf(log.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .noneMatch(line -> line.contains("yPP3") || line.contains("05 12"));
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void secretsAreTakenOutOfWhatIsLogged() {
        assertThat(Scrub.line("warn bad key yPP3/mVTWxeZ8qq0BcjtZyh8Rh+sqj7thXk1oyC3IUg= of <Buffer 05 12> here"))
                .isEqualTo("warn bad key … of … here");
    }
}
