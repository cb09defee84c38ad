package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Access;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where Baileys makes a new identity without a word, the store says what is damaged and leaves it as it is. */
final class DamagedCredentialsTest {

    private static final Set<String> OTHERS =
            Set.of("corrupt/whitespace-creds", "corrupt/missing-creds", "corrupt/keys");

    /** JSON, but no credentials: there is no byte to name. */
    private static final Set<String> WELL_FORMED = Set.of(
            "corrupt/array-creds",
            "corrupt/empty-object-creds",
            "corrupt/false-creds",
            "corrupt/null-creds",
            "corrupt/string-creds",
            "corrupt/zero-creds",
            "corrupt/empty-creds");

    @TempDir
    Path directory;

    static Stream<String> damaged() {
        return Samples.corrupt().stream().filter(name -> !OTHERS.contains(name));
    }

    @Test
    void thereAreElevenOfThem() {
        assertThat(damaged()).hasSize(11);
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void anOwnerMakesNoNewIdentityAndChangesNothing(String name) {
        Path account = Samples.copyTo(directory, name);
        Map<String, String> before = files(account);
        try (BaileysBackend backend = BaileysBackend.open(account, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            assertThatThrownBy(store::credentials).isInstanceOfSatisfying(CorruptDataException.class, damage -> {
                assertThat(damage.place()).endsWith("/creds.json");
                assertThat(damage).hasMessageContaining("creds.json: ");
                assertThat(damage.getMessage().contains(" at byte ")).isEqualTo(!WELL_FORMED.contains(name));
            });
            assertThatThrownBy(() -> AuthState.load(store)).isInstanceOf(CorruptDataException.class);
            assertThatThrownBy(() -> AuthState.loadOrCreate(store)).isInstanceOf(CorruptDataException.class);
            assertThatThrownBy(store::createCredentials)
                    .isInstanceOfAny(CorruptDataException.class, ConflictException.class);
        }
        assertThat(files(account)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void aReaderLeavesNoTrace(String name) {
        Path account = Samples.copyTo(directory, name);
        Map<String, String> before = files(account);
        try (BaileysBackend backend = BaileysBackend.open(account, Access.READ_ONLY);
                AuthStore store = AuthStore.openReadOnly(backend, SessionName.DEFAULT)) {
            assertThatThrownBy(store::credentials).isInstanceOf(CorruptDataException.class);
        }
        assertThat(files(account)).isEqualTo(before);
        assertThat(account.resolve(".pawl")).doesNotExist();
    }

    private static Map<String, String> files(Path account) {
        try (Stream<Path> files = Files.list(account)) {
            Map<String, String> found = new TreeMap<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> found.put(file.getFileName().toString(), content(file)));
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
