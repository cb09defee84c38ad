package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseTiming;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Owning a session among real processes, on a directory with real locks. */
@Timeout(120)
final class LeaseProcessesTest {

    @TempDir
    Path directory;

    private final List<Child> children = new ArrayList<>();
    private final ManualTicker ticker = new ManualTicker();

    private static final class Child {
        private final Process process;
        private final BufferedReader output;

        Child(Process process) {
            this.process = process;
            this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        String line() {
            try {
                return Optional.ofNullable(output.readLine()).orElse("(ended)");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void go() {
            try {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void requireProc() {
        assumeTrue(Files.exists(Path.of("/proc/self/ns/pid")), "this system has no /proc, so that beats decide");
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (Child child : children) {
            child.process.destroyForcibly().waitFor();
        }
    }

    private Path store() {
        return directory.resolve("store");
    }

    private Child start(int number) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LeaseHolder.class.getName(),
                store().toString(),
                Integer.toString(number));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Child child = new Child(builder.start());
        children.add(child);
        assertThat(child.line()).isEqualTo("ready");
        return child;
    }

    private Lease acquire(Backend backend) {
        return Lease.on(backend, SessionName.DEFAULT, "auth")
                .timing(LeaseTiming.STANDARD.with(ticker))
                .acquire();
    }

    @Test
    @DisplayName("L05 a process that was killed is dead at once, and one that lives is live at once")
    void killedProcess() throws Exception {
        Child child = start(1);
        child.go();
        assertThat(child.line()).isEqualTo("taken");
        try (Backend backend = BaileysBackend.open(store(), Access.READ_WRITE)) {
            assertThatThrownBy(() -> acquire(backend))
                    .isInstanceOf(InUseException.class)
                    .hasMessageContaining("process " + child.process.pid());
            child.process.destroyForcibly().waitFor();
            try (Lease lease = acquire(backend)) {
                assertThat(lease.record().owner().orElseThrow().locked()).isTrue();
                assertThat(backend.get(SessionName.DEFAULT, Key.CREDENTIALS)
                                .orElseThrow()
                                .value())
                        .isEqualTo(Bytes.utf8("{\"by\":1}"));
            }
            assertThat(ticker.elapsed()).isZero();
        }
    }

    @Test
    @DisplayName("L12 of two processes that fight for one session exactly one wins")
    void twoProcesses() throws Exception {
        Child one = start(1);
        Child two = start(2);
        one.go();
        two.go();
        String first = one.line();
        String second = two.line();
        Child loser = first.equals("taken") ? two : one;
        assertThat(List.of(first, second)).containsOnlyOnce("taken");
        assertThat(first.equals("taken") ? second : first)
                .startsWith("refused")
                .contains("process " + (loser == two ? one : two).process.pid());
        try (Backend backend = BaileysBackend.open(store(), Access.READ_ONLY)) {
            assertThat(backend.get(SessionName.DEFAULT, Key.CREDENTIALS)
                            .orElseThrow()
                            .value())
                    .isEqualTo(Bytes.utf8("{\"by\":" + (loser == two ? 1 : 2) + "}"));
        }
    }

    @Test
    @DisplayName("L18 a copy of a directory that is in use opens after the time of death, and the original goes on")
    void copiedDirectory() throws Exception {
        Child child = start(1);
        child.go();
        assertThat(child.line()).isEqualTo("taken");
        Path copy = directory.resolve("copy");
        try (Stream<Path> files = Files.walk(store())) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(store().relativize(file).toString()));
            }
        }
        try (Backend backend = BaileysBackend.open(copy, Access.READ_WRITE);
                Lease lease = acquire(backend)) {
            assertThat(lease.record().owner()).isPresent();
        }
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(LeaseTiming.STANDARD.dead());
        try (Backend backend = BaileysBackend.open(store(), Access.READ_WRITE)) {
            assertThatThrownBy(() -> acquire(backend)).isInstanceOf(InUseException.class);
        }
    }

    @Test
    @DisplayName("L18 a copy of a directory that this very process uses opens after the time of death")
    void copyOfOurOwn() throws Exception {
        Path copy = directory.resolve("copy");
        try (Backend backend = BaileysBackend.open(store(), Access.READ_WRITE);
                Lease lease = acquire(backend)) {
            try (Stream<Path> files = Files.walk(store())) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(store().relativize(file).toString()));
                }
            }
            try (Backend other = BaileysBackend.open(copy, Access.READ_WRITE);
                    Lease second = acquire(other)) {
                assertThat(second.record()).isNotEqualTo(lease.record());
            }
            assertThat(ticker.elapsed()).isBetween(LeaseTiming.STANDARD.dead(), Duration.ofSeconds(30));
            lease.renew();
            try (Backend third = BaileysBackend.open(store(), Access.READ_WRITE)) {
                assertThatThrownBy(() -> acquire(third)).isInstanceOf(InUseException.class);
            }
        }
    }
}
