package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SamplesTest {

    @TempDir
    Path directory;

    static List<String> names() {
        return Samples.names();
    }

    @Test
    void everyCommittedFileStillHasItsDigest() throws NoSuchAlgorithmException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        assertThat(Samples.digests())
                .hasSize(169)
                .allSatisfy(digest -> assertThat(
                                HexFormat.of().formatHex(sha256.digest(Samples.resource(digest.path()))))
                        .as(digest.path())
                        .isEqualTo(digest.sha256()));
    }

    @Test
    void everyFileOfTheManifestIsThereWithItsDigest() {
        String manifest = Samples.manifest();
        Map<String, String> digests = new TreeMap<>();
        Samples.digests().forEach(digest -> digests.put(digest.path(), digest.sha256()));
        long listed =
                manifest.lines().filter(line -> line.contains("\"sha256\"")).count();
        long present = digests.entrySet().stream()
                .filter(entry -> entry.getKey().indexOf('/') > 0 && manifest.contains('"' + entry.getValue() + '"'))
                .count();
        assertThat(listed).isEqualTo(104);
        assertThat(present).isGreaterThanOrEqualTo(listed);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aCopyHoldsTheSameFilesByteForByte(String name) throws IOException {
        Path copy = Samples.copyTo(directory, name);

        assertThat(copy).isEqualTo(directory.resolve(name));
        try (Stream<Path> files = Files.list(copy)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Samples.files(name));
        }
        for (String file : Samples.files(name)) {
            assertThat(copy.resolve(file)).hasBinaryContent(Samples.bytes(name, file));
        }
    }

    @Test
    void accountsHaveCredentialsAndAreNotDamaged() {
        assertThat(Samples.accounts())
                .hasSize(12)
                .allSatisfy(name -> assertThat(Samples.files(name)).contains("creds.json"))
                .doesNotContainAnyElementsOf(Samples.corrupt());
        assertThat(Samples.corrupt()).hasSize(14);
        assertThat(Samples.names()).containsAll(Samples.accounts()).containsAll(Samples.corrupt());
    }

    @Test
    void hostileNamesHoldWhatFileSystemsDislike() {
        assertThat(Samples.files(Samples.HOSTILE_NAMES))
                .hasSize(8)
                .contains("lid-mapping-line\nbreak.json", "lid-mapping-q?*<>|\".json", "lid-mapping-ünï-日本.json")
                .contains("lid-mapping-AAAA__w==.json", "lid-mapping-aaaa__W==.json");
    }

    @Test
    void aChangedCopyOfTheBytesChangesNothing() {
        byte[] bytes = Samples.bytes("fresh", "creds.json");
        bytes[0] = 'x';
        assertThat(Samples.bytes("fresh", "creds.json")).startsWith('{');
    }

    @Test
    void anExistingDirectoryIsNotWrittenInto() {
        Samples.copyTo(directory, "fresh");
        assertThatThrownBy(() -> Samples.copyTo(directory, "fresh")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatThrownBy(() -> Samples.copyTo(directory, "nope")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Samples.bytes("fresh", "nope")).isInstanceOf(IllegalArgumentException.class);
    }
}
