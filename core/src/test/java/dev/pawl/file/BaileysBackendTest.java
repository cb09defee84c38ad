package dev.pawl.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection.Remark;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class BaileysBackendTest {

    private static final SessionName SESSION = SessionName.DEFAULT;

    @TempDir
    private Path temporary;

    @Test
    void theDirectoryIsMadeWithTheFirstRowAndForItsOwnerOnly() throws IOException {
        Path path = temporary.resolve("a/b");
        try (Backend backend = BaileysBackend.open(path, Access.READ_WRITE)) {
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isEmpty();
            backend.commit(SESSION, Batch.of().with(Check.absent(Key.CREDENTIALS)));
            backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(Key.ofKey("session", "1.0"))));
            assertThat(path).doesNotExist();
            backend.commit(SESSION, Batch.of(row("pre-key", "1", "{}"), credentials("{\"n\":1}")));
            backend.commit(SESSION, Batch.of(Row.of(Key.of(Family.LEASE, "auth"), Bytes.utf8("{}"))));
        }
        assertThat(path.resolve("creds.json")).hasContent("{\"n\":1}");
        assertThat(mode(path)).isEqualTo("rwx------");
        assertThat(mode(path.resolve(".pawl"))).isEqualTo("rwx------");
        for (String file : List.of("creds.json", "pre-key-1.json", ".pawl/lease-auth.json", ".pawl/sequence")) {
            assertThat(mode(path.resolve(file))).as(file).isEqualTo("rw-------");
        }
        assertThat(files(path.resolve(".pawl"))).doesNotContain("journal").noneMatch(Journal::isStaged);
    }

    @Test
    void theModeOfAnExistingFileIsKept() throws IOException {
        Path file = Files.writeString(temporary.resolve("creds.json"), "{}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(credentials("{\"a\":1}")));
            backend.commit(SESSION, Batch.of(credentials("{\"a\":2}"), row("pre-key", "1", "1")));
        }
        assertThat(file).hasContent("{\"a\":2}");
        assertThat(mode(file)).isEqualTo("rw-rw-r--");
    }

    @Test
    void whatIsWrittenBelongsToWhomTheDirectoryOrTheFormerFileBelongsTo() throws IOException {
        Path path = Files.createDirectory(temporary.resolve("theirs"));
        Path theirs = Files.writeString(path.resolve("creds.json"), "{}");
        int me = (int) Files.getAttribute(path, "unix:uid");
        Disk.Owner owner = me == 0 ? new Disk.Owner(1000, 1001) : owner(path);
        Disk.Owner former = me == 0 ? new Disk.Owner(1002, 1003) : owner;
        give(path, owner);
        give(theirs, former);
        try (BaileysBackend backend = BaileysBackend.open(path, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(credentials("{\"a\":1}")));
            assertThat(owner(theirs)).isEqualTo(former);
            backend.commit(SESSION, Batch.of(row("pre-key", "1", "1")));
            backend.commit(
                    SESSION, Batch.of(credentials("{\"a\":2}"), row("pre-key", "2", "1"), row("odd", "a:b", "1")));
            backend.commit(SESSION, Batch.of(Row.of(Key.of(Family.LEASE, "auth"), Bytes.utf8("{}"))));
            backend.tryLock(SESSION, "auth").orElseThrow().close();
        }
        assertThat(theirs).hasContent("{\"a\":2}");
        assertThat(owner(theirs)).isEqualTo(former);
        assertThat(files(path)).contains(".pawl", "pre-key-1.json", "pre-key-2.json", "odd-a-b.json");
        assertThat(files(path.resolve(".pawl"))).contains("lock", "names", "sequence", "lease-auth.json");
        try (Stream<Path> all = Files.walk(path)) {
            assertThat(all.filter(file -> !file.equals(theirs)))
                    .allSatisfy(file -> assertThat(owner(file)).isEqualTo(owner));
        }
    }

    @Test
    void readingOnlyCreatesAndWritesNothing() throws IOException {
        assertThatThrownBy(() -> BaileysBackend.open(temporary.resolve("none"), Access.READ_ONLY))
                .isInstanceOf(UnavailableException.class)
                .extracting(e -> ((StoreException) e).code())
                .isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED);
        Files.writeString(temporary.resolve("pre-key-1.json"), "{}");
        try (BaileysBackend backend = BaileysBackend.open(temporary, Access.READ_ONLY)) {
            assertThat(backend.get(SESSION, Key.ofKey("pre-key", "1"))).isPresent();
            assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(credentials("{}"))))
                    .isInstanceOf(UnsupportedException.class);
            assertThatThrownBy(() -> backend.erase(SESSION, Set.of(Family.KEY), List.of()))
                    .isInstanceOf(UnsupportedException.class);
            assertThatThrownBy(() -> backend.tryLock(SESSION, "auth")).isInstanceOf(UnsupportedException.class);
            backend.inspect(SESSION);
            backend.sessions(Set.of(Family.KEY), Optional.empty(), 10);
        }
        assertThat(files(temporary)).containsExactly("pre-key-1.json");
    }

    @Test
    void whatIsNoDirectoryCannotBeOpened() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "{}");
        for (Path path : List.of(file, file.resolve("below"))) {
            for (Access access : Access.values()) {
                assertThatThrownBy(() -> BaileysBackend.open(path, access))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining(file.toString());
            }
        }
    }

    @Test
    void otherLayoutsAreNamed() throws IOException {
        refused("creds.json", "{\"noise_key\":null}", "baileys_ex");
        refused("creds.json", "{\"__type__\":\"struct\"}", "baileys_ex");
        refused("creds.etf", "x", "baileys_ex");
        refused(".baileys_ex_file_persistence.json", "{}", "baileys_ex");
        Path zaileys = temporary.resolve("zaileys");
        Files.createDirectories(zaileys.resolve("signal/pre-key"));
        Files.writeString(zaileys.resolve("creds.json"), "{}");
        assertThatThrownBy(() -> BaileysBackend.open(zaileys, Access.READ_ONLY))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("zaileys:");
        Files.writeString(zaileys.resolve("pre-key-1.json"), "{}");
        BaileysBackend.open(zaileys, Access.READ_ONLY).close();
    }

    @Test
    void aDirectoryIsOneSession() {
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            assertThatThrownBy(() -> backend.get(SessionName.of("other"), Key.CREDENTIALS))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("default");
            Key beat = Key.of(Family.LEASE, "node:7f/A");
            backend.commit(SessionName.PAWL, Batch.of(Row.of(beat, Bytes.utf8("{\"n\":1}"))));
            backend.commit(SESSION, Batch.of(Row.of(Key.of(Family.LEASE, "auth"), Bytes.utf8("{}"))));
            assertThat(backend.get(SessionName.PAWL, beat)).isPresent();
            assertThat(keys(backend, SessionName.PAWL, Scan.of(Family.LEASE))).containsExactly(beat);
            assertThat(keys(backend, SESSION, Scan.of(Family.LEASE))).containsExactly(Key.of(Family.LEASE, "auth"));
            assertThat(backend.sessions(Set.of(Family.KEY, Family.CREDENTIALS), Optional.empty(), 9)
                            .items())
                    .isEmpty();
        }
    }

    @Test
    void aBatchIsAppliedOnlyIfItsChecksHold() {
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(credentials("1"), row("pre-key", "1", "{}")));
            Batch batch = Batch.of(row("pre-key", "2", "{}"), row("pre-key", "3", "{}"));
            assertThatThrownBy(() -> backend.commit(SESSION, batch.with(Check.absent(Key.CREDENTIALS))))
                    .isInstanceOf(ConflictException.class);
            assertThatThrownBy(
                            () -> backend.commit(SESSION, batch.with(Check.exact(Key.CREDENTIALS, Bytes.utf8("1 ")))))
                    .isInstanceOf(ConflictException.class);
            assertThat(keys(backend, SESSION, Scan.of(Family.KEY))).containsExactly(Key.ofKey("pre-key", "1"));
            backend.commit(SESSION, batch.with(Check.exact(Key.CREDENTIALS, Bytes.utf8("1"))));
            assertThat(keys(backend, SESSION, Scan.of(Family.KEY))).hasSize(3);
        }
    }

    @Test
    void idsThatTheNameDoesNotTellAreListedAsTheyWereWritten() {
        List<Key> written = List.of(
                Key.ofKey("lid-mapping", "a:b"),
                Key.ofKey("lid-mapping", "c/d"),
                Key.ofKey("sender-key", "memory-G"),
                Key.ofKey("my", "own-type-a"),
                Key.ofKey("tctoken", "x__y"));
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            for (Key key : written) {
                backend.commit(SESSION, Batch.of(Row.of(key, Bytes.utf8("{}"))));
            }
            assertThat(keys(backend, SESSION, Scan.of(Family.KEY))).containsExactlyInAnyOrderElementsOf(written);
            assertThat(backend.get(SESSION, written)).hasSize(written.size());
            for (Key other : List.of(
                    Key.ofKey("lid-mapping", "a-b"),
                    Key.ofKey("lid-mapping", "c__d"),
                    Key.ofKey("sender-key-memory", "G"),
                    Key.ofKey("my-own", "type-a"))) {
                assertThatThrownBy(() -> backend.get(SESSION, other))
                        .as(other.toString())
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining(other.id());
                assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(Row.of(other, Bytes.utf8("[]")))))
                        .isInstanceOf(UnsupportedException.class);
            }
            backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(written.get(0))));
            backend.commit(SESSION, Batch.of(row("lid-mapping", "a-b", "{}")));
            assertThat(backend.get(SESSION, Key.ofKey("lid-mapping", "a-b"))).isPresent();
            backend.commit(SESSION, new Batch(List.of(), List.of(), written.subList(1, written.size())));
            assertThat(temporary.resolve(".pawl/names")).doesNotExist();
        }
    }

    @Test
    void twoRecordsOfOneFileInOneBatchAreRefused() {
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            assertThatThrownBy(() -> backend.commit(
                            SESSION, Batch.of(row("lid-mapping", "a:b", "1"), row("lid-mapping", "a-b", "2"))))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("a:b")
                    .hasMessageContaining("a-b");
            assertThat(keys(backend, SESSION, Scan.of(Family.KEY))).isEmpty();
        }
    }

    @Test
    void aFileOfAnUnknownTypeIsFoundWhateverItsSplit() throws IOException {
        Files.writeString(temporary.resolve("my-own-type-a.json"), "[7]");
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_ONLY)) {
            for (Key key : List.of(Key.ofKey("my-own-type", "a"), Key.ofKey("my", "own-type-a"))) {
                assertThat(backend.get(SESSION, key)).map(Row::value).contains(Bytes.utf8("[7]"));
            }
        }
    }

    @Test
    void namesThatNoFileCanHaveAreRefusedBeforeAnythingIsWritten() {
        Path path = temporary.resolve("new");
        try (Backend backend = BaileysBackend.open(path, Access.READ_WRITE)) {
            for (String id : List.of("x".repeat(300), "é".repeat(130), "a\0b")) {
                assertThatThrownBy(() -> backend.commit(
                                SESSION, Batch.of(row("session", "1.0", "{}"), row("lid-mapping", id, "{}"))))
                        .isInstanceOf(UnsupportedException.class);
                assertThat(backend.get(SESSION, Key.ofKey("lid-mapping", id))).isEmpty();
            }
            assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row("session", "1.0", "{"))))
                    .isInstanceOf(UnsupportedException.class);
            assertThat(path).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"a\":", "\uFEFF{}", "{}\0\0", "{} x", "\0\0\0\0"})
    void damageIsNamedWithItsPlaceAndNothingOfItsContent(String content) throws IOException {
        Path file = Files.writeString(temporary.resolve("creds.json"), content);
        old(file);
        Files.writeString(temporary.resolve("pre-key-1.json"), "{}");
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            assertThatThrownBy(() -> backend.get(SESSION, Key.CREDENTIALS))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageStartingWith(file + ": ")
                    .extracting(e -> ((CorruptDataException) e).key())
                    .isEqualTo(Optional.of(Key.CREDENTIALS));
            assertThat(backend.get(SESSION, Key.ofKey("pre-key", "1"))).isPresent();
        }
        assertThat(file).hasContent(content);
    }

    @Test
    void missingDamagedAndUnreadableAreThreeAnswers() throws IOException {
        Files.createDirectory(temporary.resolve("session-1.0.json"));
        old(Files.writeString(temporary.resolve("session-2.0.json"), "{"));
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_ONLY)) {
            assertThatThrownBy(() -> backend.get(SESSION, Key.ofKey("session", "1.0")))
                    .isInstanceOf(UnavailableException.class)
                    .extracting(e -> ((StoreException) e).code())
                    .isEqualTo(StoreException.Code.STORE_READ_FAILED);
            assertThatThrownBy(() -> backend.get(SESSION, Key.ofKey("session", "2.0")))
                    .isInstanceOf(CorruptDataException.class);
            assertThat(backend.get(SESSION, Key.ofKey("session", "3.0"))).isEmpty();
        }
    }

    @Test
    void pagesAreInOrderAndCompleteFromBothEnds() {
        List<Key> all = new ArrayList<>();
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                rows.add(row(i % 2 == 0 ? "session" : "pre-key", "é" + i, "{}"));
            }
            backend.commit(SESSION, new Batch(List.of(), rows, List.of()));
            rows.stream()
                    .map(Row::position)
                    .sorted()
                    .forEach(position -> all.add(Key.ofKey(position.partition(), position.id())));
            for (int limit : List.of(1, 2, 7, 25, 100)) {
                assertThat(keys(backend, SESSION, Scan.of(Family.KEY).limit(limit)))
                        .containsExactlyElementsOf(all);
                assertThat(keys(
                                backend,
                                SESSION,
                                Scan.of(Family.KEY).limit(limit).withoutValues().descending()))
                        .containsExactlyElementsOf(reversed(all));
            }
            Page<Partition, String> types = backend.partitions(SESSION, Family.KEY, Optional.empty(), 1);
            assertThat(types.items()).extracting(Partition::name).containsExactly("pre-key");
            assertThat(backend.partitions(SESSION, Family.KEY, types.next(), 1).items())
                    .extracting(Partition::name)
                    .containsExactly("session");
        }
    }

    @Test
    void erasingLeavesNoKeyBytesAndOnlyWhatIsNotOurs() throws IOException {
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(credentials("\"SECRET\""), row("my-own-type", "x:y", "\"SECRET\"")));
            Key lease = Key.of(Family.LEASE, "auth");
            backend.commit(SESSION, Batch.of(Row.of(lease, Bytes.utf8("{}"))));
            Path aside = Files.createDirectories(temporary.resolve(".pawl/set-aside/0123456789abcdef"));
            Files.writeString(aside.resolve("0123456789abcdef-0.staged"), "SECRET");
            Files.writeString(temporary.resolve("creds.json.bak"), "SECRET");
            Files.writeString(temporary.resolve("notes.txt"), "mine");
            assertThatThrownBy(() -> backend.erase(
                            SESSION, Set.of(Family.KEY, Family.CREDENTIALS), List.of(Check.absent(lease))))
                    .isInstanceOf(ConflictException.class);
            assertThat(temporary.resolve("creds.json")).exists();
            backend.erase(
                    SESSION, Set.of(Family.KEY, Family.CREDENTIALS), List.of(Check.exact(lease, Bytes.utf8("{}"))));
            assertThat(backend.get(SESSION, lease)).isPresent();
            assertThat(backend.inspect(SESSION).remarks())
                    .extracting(Remark::place)
                    .containsExactly(temporary.resolve("notes.txt").toString());
        }
        assertThat(files(temporary)).containsExactlyInAnyOrder(".pawl", "notes.txt");
        try (Stream<Path> left = Files.walk(temporary)) {
            for (Path path : left.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(path, StandardCharsets.ISO_8859_1)).doesNotContain("SECRET");
            }
        }
    }

    @Test
    void erasingRemovesWhatAnotherProcessStagedAndWasKilledOver() throws IOException {
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(credentials("1")));
            Path staged = Files.writeString(temporary.resolve(".pawl/0123456789abcdef-0.staged"), "SECRET");
            backend.erase(SESSION, Set.of(Family.KEY, Family.CREDENTIALS), List.of());
            assertThat(staged).doesNotExist();
        }
    }

    @Test
    void aBatchThatIsSetAsideIsReportedWithItsPlaceAndNothingOfItsContent() throws IOException {
        Path own = Files.createDirectory(temporary.resolve(".pawl"));
        Files.writeString(own.resolve("journal"), "SECRET");
        Files.writeString(own.resolve("0123456789abcdef-0.staged"), "SECRET");
        Logger logger = (Logger) LoggerFactory.getLogger(Recovery.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isEmpty();
        } finally {
            logger.detachAppender(log);
        }
        Path place =
                own.resolve("set-aside").resolve(files(own.resolve("set-aside")).get(0));
        assertThat(files(place)).containsExactly("0123456789abcdef-0.staged", "journal");
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .contains(place.toRealPath().toString())
                    .doesNotContain("SECRET");
        });
    }

    @Test
    void erasingTakesFilesThatMerelyLookLikeKeysOnlyFromAnAuthDirectory() throws IOException {
        Files.writeString(temporary.resolve("package-lock.json"), "{}");
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(Row.of(Key.of(Family.LEASE, "auth"), Bytes.utf8("{}"))));
            backend.erase(SESSION, Set.of(Family.KEY, Family.CREDENTIALS), List.of());
            assertThat(files(temporary)).containsExactly(".pawl", "package-lock.json");
            for (String certain : List.of("creds.json", "pre-key-1.json")) {
                Files.writeString(temporary.resolve("new-thing-1.json"), "{}");
                Files.writeString(temporary.resolve(certain), "{}");
                backend.erase(SESSION, Set.of(Family.KEY, Family.CREDENTIALS), List.of());
                assertThat(files(temporary)).containsExactly(".pawl");
            }
            Files.writeString(temporary.resolve("package-lock.json"), "{}");
            backend.commit(SESSION, Batch.of(row("new-thing", "1", "{}")));
            backend.erase(SESSION, Set.of(Family.KEY), List.of());
            assertThat(files(temporary)).containsExactly(".pawl");
        }
    }

    @Test
    void filesOfOursWithImpossibleNamesAreNotListed() throws IOException {
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            Key lease = Key.of(Family.LEASE, "a b");
            backend.commit(SESSION, Batch.of(Row.of(lease, Bytes.utf8("{}"))));
            for (String name : List.of("lease-%zz.json", "lease-%.json", "lease-%61.json", "node-%zz.json")) {
                Files.writeString(temporary.resolve(".pawl").resolve(name), "{}");
            }
            assertThat(keys(backend, SESSION, Scan.of(Family.LEASE))).containsExactly(lease);
            assertThat(keys(backend, SessionName.PAWL, Scan.of(Family.LEASE))).isEmpty();
        }
    }

    @Test
    void aLockIsHeldByOneUntilItIsClosed() {
        try (BaileysBackend first = BaileysBackend.open(temporary, Access.READ_WRITE);
                BaileysBackend second = BaileysBackend.open(temporary.resolve("."), Access.READ_WRITE)) {
            var lock = first.tryLock(SESSION, "auth");
            assertThat(lock).isPresent();
            assertThat(second.tryLock(SESSION, "auth")).isEmpty();
            second.tryLock(SESSION, "messages").orElseThrow().close();
            lock.get().close();
            assertThat(second.tryLock(SESSION, "auth")).isPresent();
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        BaileysBackend backend = BaileysBackend.open(temporary, Access.READ_WRITE);
        backend.close();
        backend.close();
        assertThatThrownBy(() -> backend.get(SESSION, Key.CREDENTIALS)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> backend.commit(SESSION, Batch.EMPTY)).isInstanceOf(ClosedException.class);
    }

    @Test
    void anInterruptedCallerStillCommitsAndReads() {
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_WRITE)) {
            Thread.currentThread().interrupt();
            backend.commit(SESSION, Batch.of(credentials("1"), row("pre-key", "1", "{}")));
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isPresent();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private void refused(String file, String content, String message) throws IOException {
        Path path = Files.createTempDirectory(temporary, "layout");
        Files.writeString(path.resolve(file), content);
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> BaileysBackend.open(path, access))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining(message);
        }
        assertThat(files(path)).containsExactly(file);
    }

    private static List<Key> keys(Backend backend, SessionName session, Scan scan) {
        List<Key> keys = new ArrayList<>();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Scan current = next.get();
            Page<Row, Position> page = backend.scan(session, current);
            page.items().forEach(row -> keys.add(row.key()));
            next = page.next().map(current::after);
        }
        return keys;
    }

    private static List<Key> reversed(List<Key> keys) {
        List<Key> reversed = new ArrayList<>(keys);
        java.util.Collections.reverse(reversed);
        return reversed;
    }

    private static Row row(String type, String id, String value) {
        return Row.of(Key.ofKey(type, id), Bytes.utf8(value));
    }

    private static Row credentials(String value) {
        return Row.of(Key.CREDENTIALS, Bytes.utf8(value));
    }

    private static void old(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    }

    private static Disk.Owner owner(Path path) throws IOException {
        return new Disk.Owner((int) Files.getAttribute(path, "unix:uid"), (int) Files.getAttribute(path, "unix:gid"));
    }

    private static void give(Path path, Disk.Owner owner) throws IOException {
        Files.setAttribute(path, "unix:gid", owner.group());
        Files.setAttribute(path, "unix:uid", owner.user());
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
