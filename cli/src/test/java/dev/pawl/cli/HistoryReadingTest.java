package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that read a history: what they print, and that they write nothing. */
class HistoryReadingTest {

    private static final String PHONE = "6281111111111@s.whatsapp.net";
    private static final String LID = "11122233344455@lid";
    private static final String GROUP = "120363021234567890@g.us";
    private static final long EPOCH = 1_760_000_000;
    private static final int MANY = 130;

    @TempDir
    private Path temp = Path.of("");

    private String store = "";

    @BeforeEach
    void fill() {
        store = "sqlite:" + temp.resolve("history.db");
        put(Family.ALIAS, "lid", "11122233344455", EPOCH, "\"6281111111111\"");
        put(Family.ALIAS, "pn", "6281111111111", EPOCH, "\"11122233344455\"");
        put(Family.CHAT, "", LID, EPOCH + 200, "{\"id\":\"" + LID + "\",\"conversationTimestamp\":1.760000200e9}");
        put(Family.CHAT, "", GROUP, EPOCH, "{\"id\":\"" + GROUP + "\",\"archived\":true,\"name\":\"Harbour\"}");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            rows.add(row(Family.MESSAGE, i % 2 == 0 ? PHONE : LID, id(i) + "|0", EPOCH + i, json(i)));
        }
        Rows.put(store, rows.toArray(Row[]::new));
    }

    private static String id(int i) {
        return "M" + (1000 + i);
    }

    private static String json(int i) {
        return "{\"key\":{\"remoteJid\":\"" + PHONE + "\",\"fromMe\":false,\"id\":\"" + id(i)
                + "\"},\"messageTimestamp\":" + (EPOCH + i) + ".0,\"message\":{\"conversation\":\"\\u0068ello " + i
                + "\"}}";
    }

    private static Row row(Family family, String partition, String id, long order, String json) {
        return Row.of(new Key(family, partition, id), order, Bytes.utf8(json));
    }

    private void put(Family family, String partition, String id, long order, String json) {
        Rows.put(store, row(family, partition, id, order, json));
    }

    private static List<String> newest(int from, int to) {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < to; i++) {
            lines.add(json(i));
        }
        Collections.reverse(lines);
        return lines;
    }

    @Test
    void messagesArePrintedByteForByteNewestFirstAHundredAtATime() {
        Run run = Run.pawl("messages", "--json", store, PHONE);

        assertThat(run.lines()).isEqualTo(newest(MANY - 100, MANY));
        assertThat(run.status()).isZero();
        assertThat(run.err()).startsWith("next-cursor: ").hasLineCount(1);

        String cursor = run.err().strip().substring("next-cursor: ".length());
        Run rest = Run.pawl("messages", "--json", "--after-cursor", cursor, store, LID);
        assertThat(rest.lines()).isEqualTo(newest(0, MANY - 100));
        assertThat(rest.err()).isEmpty();
    }

    @Test
    void limitAndSecondsCutAPage() {
        assertThat(Run.pawl("messages", "--json", "--limit", "3", store, PHONE).lines())
                .isEqualTo(newest(MANY - 3, MANY));
        assertThat(Run.pawl("messages", "--json", "--before", Long.toString(EPOCH + 5), store, LID)
                        .lines())
                .isEqualTo(newest(0, 5));
        Run none = Run.pawl("messages", "--json", "--before", Long.toString(EPOCH), store, LID);
        assertThat(none.bytes()).isEmpty();
        assertThat(none.status()).isZero();
        assertThat(none.err()).isEmpty();
    }

    @Test
    void messagesForPeopleSayWhenWhoWhichAndWhat() {
        put(
                Family.MESSAGE,
                GROUP,
                "G1|0|" + LID,
                EPOCH,
                "{\"key\":{\"remoteJid\":\"" + GROUP + "\",\"id\":\"G1\",\"participant\":\"" + LID
                        + "\"},\"messageTimestamp\":1760000000,\"message\":{\"imageMessage\":{\"caption\":\"a\\u001b[2J\"}}}");

        assertThat(Run.pawl("messages", "--limit", "1", store, PHONE).lines())
                .containsExactly("2025-10-09T08:55:29Z  " + PHONE + "  M1129  hello 129");
        assertThat(Run.pawl("messages", store, GROUP).lines())
                .containsExactly("2025-10-09T08:53:20Z  " + LID + "  G1  [image] \"a\\u001b[2J\"");
    }

    @Test
    void oneMessageIsFoundUnderEitherAddressAndOneThatIsNotThereIsStatusOne() {
        for (String chat : List.of(PHONE, LID, "6281111111111:3@c.us")) {
            assertThat(Run.pawl("message", "--json", store, chat, "M1007").out())
                    .isEqualTo(json(7) + "\n");
        }
        assertThat(Run.pawl("message", store, PHONE, "M1007").out())
                .containsPattern("id +M1007")
                .containsPattern("kind +text")
                .containsPattern("text +hello 7");
        for (List<String> arguments : List.of(
                List.of("message", store, PHONE, "M1007", "--from-me"),
                List.of("message", store, GROUP, "M1007"),
                List.of("message", store, PHONE, "none"))) {
            Run run = Run.pawl(arguments.toArray(String[]::new));
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.bytes()).isEmpty();
            assertThat(run.err()).startsWith("NOT_FOUND ").hasLineCount(1);
        }
    }

    @Test
    void participantsAreToldApart() {
        for (String author : List.of("5@lid", "6@lid")) {
            put(
                    Family.MESSAGE,
                    GROUP,
                    author.startsWith("5") ? "A|0" : "A|0|6@lid",
                    EPOCH,
                    "{\"key\":{\"remoteJid\":\"" + GROUP + "\",\"id\":\"A\",\"participant\":\"" + author
                            + "\"},\"message\":{\"conversation\":\"of " + author + "\"}}");
        }

        assertThat(Run.pawl("message", "--json", store, GROUP, "A").out()).contains("of 5@lid");
        assertThat(Run.pawl("message", "--json", store, GROUP, "A", "--participant", "6@lid")
                        .out())
                .contains("of 6@lid");
        assertThat(Run.pawl("message", "--json", store, GROUP, "A", "--participant", "7@lid")
                        .status())
                .isEqualTo(1);
        assertThat(Run.pawl("message", store, GROUP, "A", "--participant", "a|b")
                        .status())
                .isEqualTo(2);
    }

    @Test
    void chatsAreListedMostRecentFirstAndFiltered() {
        assertThat(Run.pawl("chats", "--json", store).lines())
                .containsExactly(
                        "{\"id\":\"" + LID + "\",\"conversationTimestamp\":1.760000200e9}",
                        "{\"id\":\"" + GROUP + "\",\"archived\":true,\"name\":\"Harbour\"}");
        assertThat(Run.pawl("chats", "--archived", store).lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith(GROUP)
                .endsWith("Harbour  archived");
        assertThat(Run.pawl("chats", "--not-archived", "--json", store).out())
                .contains(LID)
                .doesNotContain(GROUP);
    }

    @Test
    void contactsGroupsAndPresenceAreListed() {
        long now = Instant.now().getEpochSecond();
        put(Family.CONTACT, "", LID, 0, "{\"id\":\"" + LID + "\",\"name\":\"Budi\",\"phoneNumber\":\"" + PHONE + "\"}");
        put(Family.CONTACT, "", GROUP, 0, "{\"id\":\"" + GROUP + "\"}");
        put(Family.GROUP, "", GROUP, 0, "{\"id\":\"" + GROUP + "\",\"subject\":\"Harbour\",\"participants\":[{}]}");
        put(Family.PRESENCE, LID, LID, now - 5, "{\"lastKnownPresence\":\"composing\"}");
        put(Family.PRESENCE, LID, "9@lid", now - 500, "{\"lastKnownPresence\":\"composing\"}");

        assertThat(Run.pawl("contacts", store).lines()).containsExactly(LID + "  " + PHONE + "  Budi  -");
        assertThat(Run.pawl("contacts", "--json", store).lines()).hasSize(1);
        assertThat(Run.pawl("groups", store).lines()).containsExactly(GROUP + "  1  Harbour");
        assertThat(Run.pawl("groups", "--json", store).out())
                .isEqualTo("{\"id\":\"" + GROUP + "\",\"subject\":\"Harbour\",\"participants\":[{}]}\n");
        assertThat(Run.pawl("presence", "--json", store, PHONE).out())
                .isEqualTo("{\"participant\":\"" + LID + "\",\"observed\":" + (now - 5)
                        + ",\"presence\":{\"lastKnownPresence\":\"composing\"}}\n");
        assertThat(Run.pawl("presence", store, PHONE).out()).startsWith(LID).endsWith("composing\n");
    }

    @Test
    void searchFindsWordsAndGoesOnAtItsCursor() {
        assertThat(Run.pawl("search", "--json", store, "HELLO 77").lines()).containsExactly(json(77));
        assertThat(Run.pawl("search", store, "hello 77", "--chat", GROUP).lines())
                .isEmpty();
        assertThat(Run.pawl("search", store, "hello 77", "--chat", LID).lines())
                .containsExactly("2025-10-09T08:54:37Z  " + LID + "  " + PHONE + "  M1077  hello 77");

        List<String> found = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            List<String> arguments = new ArrayList<>(List.of("search", "--json", "--limit", "40", store, "hello"));
            cursor.ifPresent(text -> arguments.addAll(List.of("--after-cursor", text)));
            Run run = Run.pawl(arguments.toArray(String[]::new));
            assertThat(run.lines()).hasSizeLessThanOrEqualTo(40);
            found.addAll(run.lines());
            cursor = Optional.of(run.err().strip())
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.substring("next-cursor: ".length()));
        } while (cursor.isPresent());
        assertThat(found).isEqualTo(newest(0, MANY));

        Run all = Run.pawl("search", "--json", store, "hello");
        assertThat(all.lines()).isEqualTo(found).hasSizeGreaterThan(100);
        assertThat(all.err()).isEmpty();
        assertThat(Run.pawl("search", store, "hello", "--after-cursor", "nonsense")
                        .status())
                .isEqualTo(2);
    }

    @Test
    void readingWritesNothingAndWhatIsNotThereIsNotMade() {
        Map<String, String> before = Directories.everything(temp);
        for (List<String> command : List.of(
                List.of("chats"),
                List.of("messages", PHONE),
                List.of("message", PHONE, "M1001"),
                List.of("search", "hello"),
                List.of("contacts"),
                List.of("presence", PHONE),
                List.of("groups"),
                List.of("prune", "--dry-run", "--keep", "1"))) {
            List<String> arguments = new ArrayList<>(command);
            arguments.add(1, store);
            assertThat(Run.pawl(arguments.toArray(String[]::new)).status())
                    .as("%s", command)
                    .isZero();
            arguments.set(1, store + "#other");
            Run other = Run.pawl(arguments.toArray(String[]::new));
            assertThat(other.status()).isEqualTo(1);
            assertThat(other.err()).startsWith("NOT_FOUND ").hasLineCount(1);
            arguments.set(1, "sqlite:" + temp.resolve("missing.db"));
            assertThat(Run.pawl(arguments.toArray(String[]::new)).status()).isEqualTo(1);
        }
        assertThat(Directories.everything(temp)).isEqualTo(before);
    }

    @Test
    void aDryRunOfPruneCountsWhatWouldGo() {
        assertThat(Run.pawl("prune", store, "--dry-run", "--keep", "30").out())
                .isEqualTo("would remove 100 messages\n");
        assertThat(Run.pawl("prune", store, "--dry-run", "--keep", "30", "--chat", GROUP, "9@lid")
                        .out())
                .isEqualTo("would remove 0 messages\n");
        assertThat(Run.pawl("prune", "--json", store, "--dry-run", "--older-than", "1d")
                        .out())
                .isEqualTo("{\"messages\":130,\"dryRun\":true}\n");
        assertThat(Run.pawl("prune", store, "--dry-run").out()).isEqualTo("would remove 0 messages\n");
        assertThat(Run.pawl("messages", "--json", "--limit", "1000", store, PHONE)
                        .lines())
                .hasSize(MANY);
    }

    @Test
    void chatsToPruneMayStandBeforeTheStoreOrBehindIt() {
        String thirty = "would remove 100 messages\n";
        for (List<String> arguments : List.of(
                List.of("--chat", PHONE, store),
                List.of("--chat=" + PHONE, store),
                List.of("--chat", GROUP, store, "--chat", PHONE),
                List.of(store, "--chat", PHONE),
                List.of(store, "--chat", GROUP, PHONE))) {
            List<String> all = new ArrayList<>(List.of("prune", "--dry-run", "--keep", "30"));
            all.addAll(arguments);
            Run run = Run.pawl(all.toArray(String[]::new));
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).as("%s", arguments).isEqualTo(thirty);
        }

        Run unnamed = Run.pawl("prune", "--dry-run", "--keep", "30", store, GROUP);
        assertThat(unnamed.status()).isEqualTo(2);
        assertThat(unnamed.err()).contains("--chat");
    }

    @Test
    void aStoreThatHoldsNoMessagesIsWrongUsage() {
        SampleSession.copyTo(temp.resolve("auth"));

        Run run = Run.pawl("chats", "baileys:" + temp.resolve("auth"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("STORE_UNSUPPORTED ")
                .contains("sqlite:")
                .hasLineCount(1);
    }

    @Test
    void aDamagedRowIsNamedWithItsPlace() {
        put(Family.MESSAGE, GROUP, "X|0", EPOCH, "{\"message\":{\"conversation\":\"hidden\"}}");

        Run run = Run.pawl("messages", store, GROUP);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("STORE_CORRUPTED ")
                .doesNotContain("hidden")
                .hasLineCount(1);
    }

    @Test
    void inspectAndVerifyTakeInTheHistoryAlsoWhereThereIsNothingElse() {
        Run inspect = Run.pawl("inspect", store);
        assertThat(inspect.err()).isEmpty();
        assertThat(inspect.status()).isZero();
        assertThat(inspect.out())
                .containsPattern("paired +no, there are no credentials")
                .containsPattern("message +130")
                .containsPattern("chat +2");
        assertThat(Run.pawl("inspect", "--json", store).out()).contains("\"message\":130", "\"chat\":2", "\"alias\":2");

        assertThat(Run.pawl("verify", store)).satisfies(run -> {
            assertThat(run.out()).isEmpty();
            assertThat(run.status()).isZero();
        });
        put(Family.MESSAGE, GROUP, "X|0", EPOCH, "{\"message\":{\"conversation\":\"hidden\"}}");
        Run verify = Run.pawl("verify", store);
        assertThat(verify.status()).isEqualTo(1);
        assertThat(verify.lines())
                .singleElement()
                .asString()
                .startsWith("STORE_CORRUPTED ")
                .contains("message-has-key")
                .doesNotContain("hidden");
    }
}
