package dev.pawl.tck.disk;

import static dev.pawl.tck.disk.DirectoryCrash.DIRECTORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.file.Disk;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A Baileys directory while other programs use it at the worst moment. */
class BaileysBesideOthersTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final Key PRE_KEY = Key.ofKey("pre-key", "1");
    private static final Key USED = Key.ofKey("pre-key", "2");

    private final SimulatedDisk disk = SimulatedDisk.empty();

    @Test
    void aFileThatIsWrittenBeforeTheFirstMoveMakesTheWholeBatchAConflict() throws IOException {
        prepare();
        try (Backend backend = open("journal", "pre-key-1.json")) {
            assertThatThrownBy(() -> backend.commit(SESSION, batch()))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("pre-key");
            assertThat(contents()).containsExactly("1", "\"NODE\"", "1");
            assertThat(names(DIRECTORY.resolve(".pawl/set-aside"))).isEmpty();
            assertThat(DirectoryCrash.leftover(disk)).isEmpty();
            backend.commit(SESSION, batch());
            assertThat(contents()).containsExactly("2", "2", "");
        }
    }

    @Test
    void aFileThatIsWrittenBetweenTwoMovesIsNotReplacedAndTheRestIsSetAside() throws IOException {
        prepare();
        try (Backend backend = open("pre-key-1.json", "creds.json")) {
            assertThatThrownBy(() -> backend.commit(SESSION, batch()))
                    .isInstanceOf(InDoubtException.class)
                    .hasMessageContaining("creds.json");
            assertThat(contents()).containsExactly("\"NODE\"", "2", "1");
            assertThat(names(DIRECTORY.resolve(".pawl/set-aside"))).hasSize(1);
            assertThat(names(DIRECTORY.resolve(".pawl")))
                    .doesNotContain("journal")
                    .noneMatch(name -> name.endsWith(".staged"));
        }
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, disk)) {
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isPresent();
            assertThat(contents()).containsExactly("\"NODE\"", "2", "1");
            backend.commit(SESSION, batch());
            assertThat(contents()).containsExactly("2", "2", "");
        }
    }

    @Test
    void aFileThatIsWrittenBeforeItsRemovalStays() throws IOException {
        prepare();
        try (Backend backend = open("creds.json", "pre-key-2.json")) {
            assertThatThrownBy(() -> backend.commit(SESSION, batch())).isInstanceOf(InDoubtException.class);
            assertThat(contents()).containsExactly("2", "2", "\"NODE\"");
        }
    }

    @Test
    void settingTheClockEndsNoWait() throws IOException {
        prepare();
        int[] looks = new int[1];
        int[] refusals = new int[1];
        Disk watched = WatchedDisk.of(disk, (name, arguments, operation) -> {
            if (name.equals("now")) {
                return disk.now().plus(Duration.ofHours(++looks[0]));
            }
            if (name.equals("tryLock") && refusals[0]++ < 3) {
                return Optional.empty();
            }
            if (name.equals("pause")) {
                disk.writeInPlace(
                        DIRECTORY.resolve("creds.json"), "2".repeat(looks[0]).getBytes(StandardCharsets.UTF_8));
            }
            return operation.answer();
        });
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, watched)) {
            backend.commit(SESSION, Batch.of(row(PRE_KEY, "3")));
            assertThat(refusals[0]).isGreaterThan(3);
            disk.writeInPlace(DIRECTORY.resolve("creds.json"), new byte[0]);
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isPresent();
            assertThat(looks[0]).isPositive();
        }
    }

    @Test
    void onADiskThatFoldsCaseOneReadOfManyRecordsWalksThroughTheNamesOnce() {
        SimulatedDisk folding = SimulatedDisk.foldingCase();
        List<Row> rows = IntStream.range(0, 40)
                .mapToObj(id -> row(Key.ofKey("pre-key", Integer.toString(id)), "1"))
                .toList();
        int[] walks = new int[1];
        Disk watched = WatchedDisk.of(folding, (name, arguments, operation) -> {
            walks[0] += name.equals("list") && arguments.get(0).equals(DIRECTORY) ? 1 : 0;
            return operation.answer();
        });
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, watched)) {
            backend.commit(SESSION, new Batch(List.of(), rows, List.of()));
            walks[0] = 0;
            assertThat(backend.get(SESSION, rows.stream().map(Row::key).toList()))
                    .hasSize(40);
            assertThat(walks[0]).isEqualTo(1);
        }
    }

    private void prepare() {
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, disk)) {
            backend.commit(SESSION, Batch.of(row(Key.CREDENTIALS, "1"), row(PRE_KEY, "1"), row(USED, "1")));
        }
    }

    /** Opens the directory so that another program writes a file, once, right after one has got its name. */
    private Backend open(String renamed, String written) {
        boolean[] done = new boolean[1];
        Disk watched = WatchedDisk.of(disk, (name, arguments, operation) -> {
            Object answer = operation.answer();
            if (name.equals("rename") && ((Path) arguments.get(1)).endsWith(renamed) && !done[0]) {
                done[0] = true;
                disk.writeInPlace(DIRECTORY.resolve(written), "\"NODE\"".getBytes(StandardCharsets.UTF_8));
            }
            return answer;
        });
        return BaileysBackend.open(DIRECTORY, Access.READ_WRITE, watched);
    }

    private static Batch batch() {
        return new Batch(List.of(), List.of(row(Key.CREDENTIALS, "2"), row(PRE_KEY, "2")), List.of(USED));
    }

    private static Row row(Key key, String value) {
        return Row.of(key, Bytes.utf8(value));
    }

    private List<String> contents() throws IOException {
        List<String> contents = new ArrayList<>();
        for (String file : List.of("creds.json", "pre-key-1.json", "pre-key-2.json")) {
            contents.add(disk.read(DIRECTORY.resolve(file))
                    .map(content -> new String(content, StandardCharsets.UTF_8))
                    .orElse(""));
        }
        return contents;
    }

    private List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        disk.list(directory, names::add);
        return names;
    }
}
