package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After an erasure no byte of a key is left in the directory, wherever it had got to. */
final class NativeErasureTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final SessionName OTHER = SessionName.of("other");
    private static final Set<Family> ALL = Set.of(Family.CREDENTIALS, Family.KEY, Family.JOB);

    @TempDir
    private Path directory;

    private final Random random = new Random(5);
    private final List<byte[]> secrets = new ArrayList<>();

    private Path log() {
        return directory.resolve("default.log");
    }

    private byte[] secret() {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        secrets.add(secret);
        return secret;
    }

    /** Holds the secret as it is and in base64. */
    private static Bytes value(byte[] secret, int filler) {
        byte[] text = ("{\"private\":\"" + Base64.getEncoder().encodeToString(secret) + "\"}" + " ".repeat(filler))
                .getBytes(StandardCharsets.UTF_8);
        byte[] value = new byte[secret.length + text.length];
        System.arraycopy(secret, 0, value, 0, secret.length);
        System.arraycopy(text, 0, value, secret.length, text.length);
        return Bytes.wrap(value);
    }

    private void put(Backend backend, Key key, int filler) {
        backend.commit(SESSION, Batch.of(Row.of(key, value(secret(), filler))));
    }

    private List<String> filesWithSecrets() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            // The lock file is opened once and never read, or its locks would be lost.
            for (Path file : files.filter(each -> !each.endsWith("lock")).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (byte[] secret : secrets) {
                    if (content.contains(new String(secret, StandardCharsets.ISO_8859_1))
                            || content.contains(Base64.getEncoder().encodeToString(secret))) {
                        found.add(file.getFileName().toString());
                    }
                }
            }
        }
        return found.stream().distinct().sorted().toList();
    }

    private void requireOnlyOwner() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    /** Fills a directory with every file that may hold a key. */
    private void spread() throws IOException {
        byte[] torn;
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            for (int generation = 0; generation < 3; generation++) {
                put(backend, Key.CREDENTIALS, 10);
                put(backend, Key.ofKey("session", "superseded"), 100);
            }
            for (int row = 0; row < 50; row++) {
                put(backend, Key.ofKey("session", "" + row), 60_000);
            }
            put(backend, Key.ofKey("pre-key", "deleted"), 10);
            backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(Key.ofKey("pre-key", "deleted"))));
            backend.commit(OTHER, Batch.of(Row.of(Key.CREDENTIALS, Bytes.utf8("{\"of\":\"another\"}"))));
        }
        assertThat(directory.resolve("default.checkpoint")).exists();
        // As a crash leaves it: not closed, and with the beginning of a frame behind the last whole one.
        long end;
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            put(backend, Key.ofKey("session", "last"), 10);
            torn = Files.readAllBytes(log());
            end = torn.length;
            while (torn[(int) end - 1] == 0) {
                end--;
            }
        }
        Files.write(log(), torn);
        byte[] beginning = value(secret(), 0).toArray();
        try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "rw")) {
            file.seek(end + 50);
            file.write(beginning);
        }
        // Nobody has come so far as to put these in their place.
        for (String leftover : List.of("default.log.new", "default.checkpoint.new")) {
            Files.write(directory.resolve(leftover), value(secret(), 10).toArray());
            Files.setPosixFilePermissions(directory.resolve(leftover), PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void nothingIsLeftOfAnyKeyInAnyFile() throws Exception {
        spread();
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            put(backend, Key.ofKey("session", "mended"), 10);
            assertThat(filesWithSecrets())
                    .contains("default.log", "default.checkpoint.new")
                    .doesNotContain("default.log.new")
                    .anyMatch(name -> name.startsWith("default.cut-"));
            requireOnlyOwner();
            backend.erase(SESSION, ALL, List.of());
            assertThat(filesWithSecrets()).isEmpty();
            requireOnlyOwner();
            assertThat(backend.get(OTHER, Key.CREDENTIALS)).isPresent();
        }
        assertThat(filesWithSecrets()).isEmpty();
        requireOnlyOwner();
    }

    @Test
    void neitherWhereTheErasureIsTheFirstThatIsDone() throws Exception {
        spread();
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            backend.erase(SESSION, ALL, List.of());
            assertThat(filesWithSecrets()).isEmpty();
        }
        assertThat(filesWithSecrets()).isEmpty();
    }

    @Test
    void whatIsErasedTwiceIsGoneToo() throws Exception {
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            put(backend, Key.CREDENTIALS, 10);
            backend.erase(SESSION, ALL, List.of());
            // Somebody who made the log new was killed, and nothing is stored any more.
            Files.write(
                    directory.resolve("default.log.new"), value(secret(), 10).toArray());
            backend.erase(SESSION, ALL, List.of());
            assertThat(filesWithSecrets()).isEmpty();
        }
    }
}
