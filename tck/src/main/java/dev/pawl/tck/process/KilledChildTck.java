package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the suites have in common that kill processes which use a store: where it is, and how one after the other is started. */
abstract class KilledChildTck {

    @TempDir
    private Path directory;

    /** Started ahead, while the last one is still at work, or looked at. */
    private Optional<ChildProcess> next = Optional.empty();

    /**
     * Where a store is.
     *
     * @param place a directory that is its own
     */
    protected abstract String locator(Path place);

    /**
     * Starts a process that runs a main class.
     *
     * @param errors where its complaints are kept
     */
    protected abstract ChildProcess start(Path errors, Class<?> main) throws IOException;

    /** Opens the store in this process, once nothing of a killed one is under way any more. */
    protected abstract Backend open(Path place);

    /** The main class of the processes. */
    abstract Class<?> main();

    @BeforeEach
    void requireProc() {
        assumeTrue(Files.exists(Path.of("/proc/self/ns/pid")), "this system has no /proc, so that beats decide");
    }

    @AfterEach
    void endNext() {
        next.ifPresent(ChildProcess::close);
    }

    /** A directory of its own for each test. */
    final Path directory() {
        return directory;
    }

    /**
     * A child that is ready.
     *
     * @param more whether the one after it is to be on its way
     */
    final ChildProcess child(boolean more) throws IOException {
        Path errors = Files.createDirectories(directory.resolve("errors"));
        ChildProcess child = next.isPresent() ? next.get() : start(errors, main());
        next = more ? Optional.of(start(errors, main())) : Optional.empty();
        assertThat(child.line()).as(child::errors).contains("ready");
        return child;
    }
}
