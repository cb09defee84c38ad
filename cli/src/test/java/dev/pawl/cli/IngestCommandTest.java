package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Backends;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.backend.Searching;
import dev.pawl.json.Bytes;
import dev.pawl.message.MessageStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events that come through a pipe. */
@Timeout(60)
class IngestCommandTest {

    private static final String CHAT = "6281111111111@s.whatsapp.net";

    @TempDir
    private Path temp = Path.of("");

    private String store = "";

    @BeforeEach
    void name() {
        store = "sqlite:" + temp.resolve("history.db");
    }

    private static String event(int number) {
        return "{\"event\":\"messages.upsert\",\"data\":{\"messages\":[" + message(number)
                + "],\"type\":\"notify\"}}\n";
    }

    private static String message(int number) {
        return "{\"key\":{\"remoteJid\":\"" + CHAT + "\",\"fromMe\":false,\"id\":\"M" + number
                + "\"},\"messageTimestamp\":" + (1_760_000_000 + number) + ",\"message\":{\"conversation\":\"hello "
                + number + "\"}}";
    }

    private static String events(int from, int to) {
        StringBuilder lines = new StringBuilder();
        for (int i = from; i < to; i++) {
            lines.append(event(i));
        }
        return lines.toString();
    }

    private Run ingest(String lines, String... options) {
        String[] arguments = new String[options.length + 2];
        arguments[0] = "ingest";
        arguments[1] = store;
        System.arraycopy(options, 0, arguments, 2, options.length);
        return Run.with(lines.getBytes(UTF_8), arguments);
    }

    @Test
    void eventsBecomeAHistoryAndTheSameAgainChangesNothing() {
        Run run = ingest(events(0, 2500));

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out()).matches("\\{\"events\":2500,\"rows\":25\\d\\d,\"seconds\":\\d+\\.\\d{3}}\n");
        assertThat(Run.pawl("message", "--json", store, CHAT, "M1234").out()).isEqualTo(message(1234) + "\n");
        assertThat(Run.pawl("messages", "--json", "--limit", "5000", store, CHAT)
                        .lines())
                .hasSize(2500);
        assertThat(Run.pawl("chats", store).lines()).hasSize(1);

        assertThat(ingest(events(1000, 2500)).out()).startsWith("{\"events\":1500,\"rows\":0,");
    }

    @Test
    void aLineThatIsNoEventStopsItAndWhatCameBeforeIsStored() {
        for (String invalid :
                new String[] {"nonsense", "[]", "{\"event\":\"x\"}", "{\"data\":1}", "{\"event\":\"x\",\"data\":1"}) {
            Run run = ingest(events(0, 3) + "\n" + invalid + "\n" + event(7));

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err())
                    .startsWith("INVALID_EVENT standard input, line 5: ")
                    .hasLineCount(1);
            assertThat(run.out()).startsWith("{\"events\":3,");
            assertThat(Run.pawl("messages", "--json", store, CHAT).lines()).hasSize(3);
        }
    }

    @Test
    void invalidLinesAreSkippedWhenAskedFor() {
        Run run = ingest(event(0) + "nonsense\n" + event(1) + "{}\n\n" + event(2).strip(), "--skip-invalid");

        assertThat(run.status()).isZero();
        assertThat(run.err().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("skipped standard input, line "))
                .anyMatch(line -> line.contains("line 2: "))
                .anyMatch(line -> line.contains("line 4: "));
        assertThat(run.out()).startsWith("{\"events\":3,");
        assertThat(Run.pawl("messages", "--json", store, CHAT).lines()).hasSize(3);
    }

    @Test
    void anEventThatCannotBeAppliedIsSetAsideAndKeepsNothingFromTheOthers() {
        Run run = ingest("{\"event\":\"messages.upsert\",\"data\":{\"messages\":[" + message(1)
                + ",{\"key\":{\"fromMe\":false},\"message\":{\"conversation\":\"hidden\"}}," + message(2)
                + "],\"type\":\"notify\"}}\n" + event(3));

        assertThat(run.status()).isZero();
        assertThat(run.err())
                .startsWith("set aside (no-identity): messages.upsert: ")
                .doesNotContain("hidden")
                .hasLineCount(1);
        assertThat(run.out()).startsWith("{\"events\":2,");
        assertThat(Run.pawl("messages", "--json", store, CHAT).lines()).hasSize(3);
        assertThat(Run.pawl("verify", store).err()).contains("1 event could not be applied: no-identity");

        Rows.put(store, Row.of(new Key(Family.SET_ASIDE, "dropped", "refused"), 1, Bytes.utf8("{\"dropped\":7}")));
        String dropped = "7 events that could not be applied had no room and were dropped: refused";
        assertThat(Run.pawl("verify", store).err()).contains(dropped);
        assertThat(Run.pawl("inspect", store).out()).contains(dropped);
    }

    @Test
    void aLiveOwnerIsNotDisturbedUnlessToldTo() {
        ingest(event(0));
        Locator locator = Locator.parse(store);
        try (Backend backend = Backends.open(locator, Access.READ_WRITE);
                MessageStore owner = MessageStore.open(backend, locator.session())) {
            Run refused = ingest(event(1));
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).startsWith("STORE_IN_USE ");
            assertThat(ingest(event(1), "--take-over").status()).isZero();
            assertThat(owner.isClosed()).isFalse();
        }
        assertThat(Run.pawl("messages", "--json", store, CHAT).lines()).hasSize(2);
    }

    @Test
    void linesMayEndAndBeginAsWindowsHasThem() {
        Run run = ingest("\ufeff" + events(0, 3).replace("\n", "\r\n") + "\r\n");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("{\"events\":3,");
    }

    @Test
    void aLineOfAnyLengthIsNotReadIntoMemoryAndTheNextOneIsWhole() {
        byte[] input = (event(0) + "x".repeat(200_000) + "\n" + event(1) + "y".repeat(200_000)).getBytes(UTF_8);
        try (EventLines lines = new EventLines(new LineReader(new ByteArrayInputStream(input), 1000))) {
            EventLines.Chunk first = lines.next().orElseThrow();
            assertThat(first.events()).hasSize(1);
            assertThat(first.invalid()).contains("standard input, line 2: is longer than 1000 bytes");
            EventLines.Chunk second = lines.next().orElseThrow();
            assertThat(second.events()).hasSize(1);
            assertThat(second.invalid()).contains("standard input, line 4: is longer than 1000 bytes");
            assertThat(lines.next().orElseThrow().last()).isTrue();
        }
    }

    @Test
    void whatCameBeforeAPipeThatBreaksIsStored() {
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(events(0, 3).getBytes(UTF_8)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("gone");
                    }

                    @Override
                    public int available() {
                        return 1;
                    }
                });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int status = PawlCommand.run(new Streams(broken, out, err, false, false), "ingest", store);

        assertThat(status).isEqualTo(1);
        assertThat(err.toString(UTF_8)).startsWith("IO_ERROR ").hasLineCount(1);
        assertThat(out.toString(UTF_8)).startsWith("{\"events\":3,");
        assertThat(Run.pawl("messages", "--json", store, CHAT).lines()).hasSize(3);
    }

    @Test
    void whatWasStoredIsFoundAtOnceWhereSearchIsOn() {
        store += "?search=on";
        ingest(events(0, 3));
        assertThat(Run.pawl("search", store, "hello").lines()).hasSize(3);
        assertThat(Run.pawl("inspect", store).out()).containsPattern("search +by an index\\R");

        String copied = "sqlite:" + temp.resolve("copied.db") + "?search=on";
        assertThat(Run.pawl("migrate", store, copied).status()).isZero();
        assertThat(Run.pawl("search", copied, "hello").lines()).hasSize(3);

        String imported = "sqlite:" + temp.resolve("imported.db") + "?search=on";
        byte[] archive = Run.pawl("export", store).bytes();
        assertThat(Run.with(archive, "import", imported).status()).isZero();
        assertThat(Run.pawl("search", imported, "hello").lines()).hasSize(3);
    }

    @Test
    void signsOfASearchLanguageAreOnlySigns() {
        for (String locator : new String[] {store, "sqlite:" + temp.resolve("indexed.db") + "?search=on"}) {
            store = locator;
            ingest(events(0, 3));
            for (String text :
                    new String[] {"\"hello", "hello*", "words:hello", "hello ) (", "'hello'", "^hello", "{hello}"}) {
                Run run = Run.pawl("search", store, text);
                assertThat(run.status()).as(text).isZero();
                assertThat(run.err()).as(text).isEmpty();
                assertThat(run.lines()).as(text).hasSize(text.startsWith("words") ? 0 : 3);
            }
            for (String text :
                    new String[] {"hello OR nothing", "hello NOT 1", "NEAR(hello)", "\"\"", "hel", "\u00b7"}) {
                assertThat(Run.pawl("search", store, text).bytes()).as(text).isEmpty();
            }
            assertThat(Run.pawl("search", store, "hello ".repeat(5000) + "1").lines())
                    .hasSize(1);
            StringBuilder many = new StringBuilder("hello");
            for (int i = 0; i < 2000; i++) {
                many.append(" w").append(i);
            }
            assertThat(Run.pawl("search", store, many.toString()))
                    .satisfies(run -> assertThat(run.err()).isEmpty())
                    .satisfies(run -> assertThat(run.bytes()).isEmpty());
        }
    }

    @Test
    void anEventDoesNotWaitForTheNextOne() throws Exception {
        PipedOutputStream pipe = new PipedOutputStream();
        try (PipedInputStream in = new PipedInputStream(pipe, 1 << 16);
                EventLines lines = new EventLines(in)) {
            pipe.write(event(1).getBytes(UTF_8));
            pipe.flush();
            assertThat(lines.next().orElseThrow().events()).hasSize(1);
            pipe.write((event(2) + event(3)).getBytes(UTF_8));
            pipe.flush();
            int events = 0;
            while (events < 2) {
                events += lines.next().orElseThrow().events().size();
            }
            assertThat(events).isEqualTo(2);
            pipe.close();
            assertThat(lines.next().orElseThrow().last()).isTrue();
            assertThat(lines.next()).isEmpty();
        }
    }

    @Test
    void pruneRemovesWhatIsNotToBeKept() {
        ingest(events(0, 50));

        assertThat(Run.pawl("prune", store, "--dry-run", "--keep", "10").out()).isEqualTo("would remove 40 messages\n");
        assertThat(Run.pawl("prune", store, "--keep", "10").out()).isEqualTo("removed 40 messages\n");
        assertThat(Run.pawl("messages", "--json", store, CHAT).lines()).hasSize(10);
        assertThat(Run.pawl("prune", "--json", store, "--older-than", "1d").out())
                .isEqualTo("{\"messages\":10,\"dryRun\":false}\n");
        assertThat(Run.pawl("messages", "--json", store, CHAT).lines()).isEmpty();
        assertThat(Run.pawl("chats", store).lines()).hasSize(1);
    }

    @Test
    void whatIsOlderThanSearchIsFoundAfterTheFirstIngestWithIt() {
        assertThat(ingest(events(0, 700)).status()).isZero();

        Run nothing = Run.with(new byte[0], "ingest", store + "?search=on");

        assertThat(nothing.err()).isEmpty();
        assertThat(nothing.status()).isZero();
        try (Backend backend = Backends.open(Locator.parse(store), Access.READ_ONLY)) {
            assertThat(backend.as(Searching.class)).isPresent();
        }
        assertThat(Run.pawl("search", "--json", "--limit", "1000", store, "HELLO")
                        .lines())
                .hasSize(700);
        assertThat(Run.pawl("search", "--json", store, "hello 42").lines()).hasSize(1);
    }
}
