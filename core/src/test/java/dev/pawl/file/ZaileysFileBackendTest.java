package dev.pawl.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection.Remark;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is different in a zaileys directory; the rest is the same code as for Baileys. */
class ZaileysFileBackendTest {

    private static final SessionName SESSION = SessionName.DEFAULT;

    @TempDir
    private Path temporary;

    private static Row row(String type, String id, String value) {
        return Row.of(Key.ofKey(type, id), Bytes.utf8(value));
    }

    private static Row credentials(String value) {
        return Row.of(Key.CREDENTIALS, Bytes.utf8(value));
    }

    private static List<Key> keys(Backend backend, int limit) {
        List<Key> keys = new ArrayList<>();
        Optional<Scan> next = Optional.of(Scan.of(Family.KEY).limit(limit));
        while (next.isPresent()) {
            Page<Row, Position> page = backend.scan(SESSION, next.get());
            page.items().forEach(row -> keys.add(row.key()));
            next = page.next().map(next.get()::after);
        }
        return keys;
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whatIsMadeIsForItsOwnerOnly() throws IOException {
        Path path = temporary.resolve("a/b");
        try (Backend backend = ZaileysFileBackend.open(path, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(row("pre-key", "1", "{}"), credentials("{\"n\":1}")));
            backend.commit(SESSION, Batch.of(row("session", "1.0", "{}")));
            backend.commit(SESSION, Batch.of(Row.of(Key.of(Family.LEASE, "auth"), Bytes.utf8("{}"))));
        }
        assertThat(path.resolve("creds.json")).hasContent("{\"n\":1}");
        for (String directory : List.of("", ".pawl", "signal", "signal/pre-key", "signal/session")) {
            assertThat(mode(path.resolve(directory))).as(directory).isEqualTo("rwx------");
        }
        for (String file : List.of("creds.json", "signal/pre-key/1.json", "signal/session/1.0.json")) {
            assertThat(mode(path.resolve(file))).as(file).isEqualTo("rw-------");
        }
    }

    @Test
    void idsThatItsEscapingWouldMergeAreRefused() {
        List<Key> written = List.of(
                Key.ofKey("lid-mapping", "a@b"),
                Key.ofKey("lid-mapping", "c_3ad"),
                Key.ofKey("tctoken", "\u00e9"),
                Key.ofKey("new-thing", "x_40y"));
        List<Key> others = List.of(
                Key.ofKey("lid-mapping", "a_40b"),
                Key.ofKey("lid-mapping", "c:d"),
                Key.ofKey("tctoken", "_e9"),
                Key.ofKey("new-thing", "x@y"));
        try (Backend backend = ZaileysFileBackend.open(temporary, Access.READ_WRITE)) {
            for (Key key : written) {
                backend.commit(SESSION, Batch.of(Row.of(key, Bytes.utf8("{}"))));
            }
            assertThat(keys(backend, 2)).containsExactlyInAnyOrderElementsOf(written);
            for (Key other : others) {
                assertThatThrownBy(() -> backend.get(SESSION, other))
                        .as(other.toString())
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining(other.id());
                assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(Row.of(other, Bytes.utf8("[]")))))
                        .isInstanceOf(UnsupportedException.class);
            }
            assertThatThrownBy(() ->
                            backend.commit(SESSION, Batch.of(row("session", "z@", "1"), row("session", "z_40", "2"))))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("a zaileys directory has one file");
            assertThat(backend.get(SESSION, Key.ofKey("session", "z@"))).isEmpty();
        }
    }

    @Test
    void aTypeThatIsNoNameOfADirectoryIsRefusedAndNothingIsWrittenOutside() {
        Path path = temporary.resolve("in/auth");
        try (Backend backend = ZaileysFileBackend.open(path, Access.READ_WRITE)) {
            for (String type : List.of("", ".", "..", "../../..", "a/b", "a\0b", "x".repeat(300))) {
                assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(type, "1", "{}"))))
                        .isInstanceOf(UnsupportedException.class);
                assertThat(backend.get(SESSION, Key.ofKey(type, "1"))).isEmpty();
            }
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void whatAnotherProgramAddsIsListedAlsoInANewDirectoryAndBesideALongListing() throws IOException {
        Path types = temporary.resolve("signal");
        try (Backend backend = ZaileysFileBackend.open(temporary, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(row("pre-key", "1", "1"), row("pre-key", "2", "2")));
            // At rest for long enough that the order of the keys may be kept for the next page.
            for (Path place : List.of(temporary, types, types.resolve("pre-key"))) {
                Files.setLastModifiedTime(place, FileTime.from(Instant.now().minusSeconds(60)));
            }
            assertThat(keys(backend, 1)).hasSize(2);
            Files.writeString(types.resolve("pre-key/3.json"), "3");
            assertThat(keys(backend, 1)).hasSize(3);
            Files.writeString(Files.createDirectory(types.resolve("session")).resolve("628_1.17.json"), "{}");
            assertThat(keys(backend, 1)).endsWith(Key.ofKey("session", "628_1.17"));
            assertThat(backend.partitions(SESSION, Family.KEY, Optional.empty(), 9)
                            .items())
                    .extracting(partition -> partition.name() + partition.rows().orElseThrow())
                    .containsExactly("pre-key3", "session1");
        }
    }

    @Test
    void erasingLeavesNoKeyBytesAndOnlyWhatIsNotOurs() throws IOException {
        try (Backend backend = ZaileysFileBackend.open(temporary, Access.READ_WRITE)) {
            backend.commit(
                    SESSION,
                    Batch.of(
                            credentials("\"SECRET\""),
                            row("session", "1.0", "\"SECRET\""),
                            row("new-thing", "x:y", "\"SECRET\"")));
            Files.writeString(temporary.resolve("tmp-0123456789abcdef"), "SECRET");
            Files.writeString(temporary.resolve("signal/session/tmp-0123456789abcdef"), "SECRET");
            Files.writeString(temporary.resolve("notes.txt"), "mine");
            assertThat(backend.inspect(SESSION).format()).isEqualTo("zaileys files");
            assertThat(backend.inspect(SESSION).remarks())
                    .extracting(Remark::place)
                    .containsExactly(
                            temporary
                                    .resolve("signal/session/tmp-0123456789abcdef")
                                    .toString(),
                            temporary.resolve("tmp-0123456789abcdef").toString(),
                            temporary.resolve("notes.txt").toString());
            backend.erase(SESSION, Set.of(Family.KEY, Family.CREDENTIALS), List.of());
            assertThat(keys(backend, 9)).isEmpty();
        }
        assertThat(temporary.resolve("notes.txt")).exists();
        try (Stream<Path> left = Files.walk(temporary)) {
            for (Path path : left.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(path, StandardCharsets.ISO_8859_1)).doesNotContain("SECRET");
            }
        }
    }

    @Test
    void erasingTakesWhatMerelyLooksLikeAKeyOnlyFromAnAuthDirectory() throws IOException {
        Path theirs = Files.createDirectories(temporary.resolve("signal/src")).resolve("package.json");
        Files.writeString(theirs, "{}");
        try (Backend backend = ZaileysFileBackend.open(temporary, Access.READ_WRITE)) {
            backend.erase(SESSION, Set.of(Family.KEY, Family.CREDENTIALS), List.of());
            assertThat(theirs).exists();
            Files.writeString(temporary.resolve("creds.json"), "{}");
            backend.erase(SESSION, Set.of(Family.KEY, Family.CREDENTIALS), List.of());
            assertThat(theirs).doesNotExist();
        }
    }

    @Test
    void aFileInTheWayOfADirectoryRefusesTheBatchAndNothingIsLeftToDo() throws IOException {
        Path inTheWay = temporary.resolve("signal");
        try (Backend backend = ZaileysFileBackend.open(temporary, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(credentials("1")));
            Files.writeString(inTheWay, "");
            for (Batch batch : List.of(
                    Batch.of(row("session", "1.0", "1")),
                    Batch.of(row("session", "1.0", "1"), row("pre-key", "1", "1"), credentials("2")))) {
                assertThatThrownBy(() -> backend.commit(SESSION, batch))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageMatching("(?is).*signal.*not a directory.*");
            }
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).contains(credentials("1"));
            Files.delete(inTheWay);
            backend.commit(SESSION, Batch.of(row("session", "1.0", "1"), credentials("2")));
            assertThat(keys(backend, 9)).containsExactly(Key.ofKey("session", "1.0"));
        }
    }

    @Test
    void theWrongOneOfTheTwoLayoutsIsNamedTheRightOneToo() throws IOException {
        Path baileys = Files.createDirectory(temporary.resolve("b"));
        Files.writeString(baileys.resolve("creds.json"), "{}");
        // Credentials alone are the same in both.
        ZaileysFileBackend.open(baileys, Access.READ_ONLY).close();
        BaileysBackend.open(baileys, Access.READ_ONLY).close();
        Files.writeString(baileys.resolve("pre-key-1.json"), "{}");
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> ZaileysFileBackend.open(baileys, access))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("open it as baileys:" + baileys);
        }
        Files.createDirectories(baileys.resolve("signal/pre-key"));
        assertThatThrownBy(() -> ZaileysFileBackend.open(baileys, Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class);
        Files.writeString(baileys.resolve("signal/pre-key/1.json"), "{}");
        ZaileysFileBackend.open(baileys, Access.READ_ONLY).close();
        Files.delete(baileys.resolve("pre-key-1.json"));
        assertThatThrownBy(() -> BaileysBackend.open(baileys, Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("open it as zaileys:" + baileys);
    }

    @Test
    void oneDirectoryIsNotOpenAsBothAtOnce() {
        try (Backend backend = ZaileysFileBackend.open(temporary, Access.READ_WRITE)) {
            assertThatThrownBy(() -> BaileysBackend.open(temporary, Access.READ_ONLY))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("open as zaileys:");
            backend.commit(SESSION, Batch.of(credentials("1")));
        }
        BaileysBackend.open(temporary, Access.READ_ONLY).close();
    }

    @Test
    void afterZaileysHasClearedTheDirectoryItIsAsNew() throws IOException {
        try (Backend backend = ZaileysFileBackend.open(temporary.resolve("d"), Access.READ_WRITE)) {
            Key lease = Key.of(Family.LEASE, "auth");
            backend.commit(SESSION, Batch.of(credentials("1"), row("session", "1.0", "1")));
            backend.commit(SESSION, Batch.of(Row.of(lease, Bytes.utf8("{}"))));
            try (Stream<Path> all = Files.walk(temporary.resolve("d"))) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
            Files.createDirectory(temporary.resolve("d"));
            assertThat(backend.get(SESSION, List.of(lease, Key.CREDENTIALS))).isEmpty();
            backend.commit(SESSION, Batch.of(credentials("2"), row("session", "1.0", "2")));
            assertThat(temporary.resolve("d/signal/session/1.0.json")).hasContent("2");
        }
    }
}
