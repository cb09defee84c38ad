package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Backends;
import dev.pawl.Pawl;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.backend.Searching;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import dev.pawl.redis.LocalRedis;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives: what comes out goes in again, byte for byte, and what is damaged is found before it is stored. */
class ArchiveTest {

    private static final Set<String> RATCHETS = Set.of("session", "sender-key");

    @TempDir
    private Path temp = Path.of("");

    private String sqlite(String name) {
        return "sqlite:" + temp.resolve(name + ".db");
    }

    /** A session with credentials, keys, and a history of more rows than a block has. */
    private String filled() {
        SampleSession.copyTo(temp.resolve("auth"));
        String store = sqlite("filled");
        assertThat(Run.pawl("migrate", "baileys:" + temp.resolve("auth"), store).status())
                .isZero();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            rows.add(
                    message("M" + i + "|0", i, "{\"key\":{\"remoteJid\":\"1@lid\",\"id\":\"M" + i + "\"},\"n\":1.50}"));
        }
        rows.add(message("ODD \"|\u0000😀|0", 7, "{ \"with\":\n  \"lines\\u2028\" }"));
        rows.add(Row.of(new Key(Family.CHAT, "", "1@lid"), 9, Bytes.utf8("{\"id\":\"1@lid\",\"archived\":true}")));
        rows.add(Row.of(new Key(Family.ALIAS, "lid", "1"), 9, Bytes.utf8("\"62\"")));
        rows.add(Rows.job("J"));
        Rows.put(store, rows.toArray(Row[]::new));
        return store;
    }

    private static Row message(String id, long order, String json) {
        return Row.of(new Key(Family.MESSAGE, "1@lid", id), order, Bytes.utf8(json));
    }

    private static Set<String> contents(String store) {
        return Rows.of(store).stream()
                .map(row -> row.key() + " " + row.order() + " " + row.value().utf8())
                .collect(Collectors.toSet());
    }

    @Test
    void whatIsExportedIsImportedByteForByteButForRatchets() {
        String store = filled();
        Run exported = Run.pawl("export", store);
        assertThat(exported.status()).isZero();
        assertThat(exported.lines().get(0)).startsWith("{\"archive\":\"pawl\",\"version\":1,\"session\":\"default\"");

        Run imported = Run.with(exported.bytes(), "import", "--json", sqlite("whole"), "--with-ratchets");
        assertThat(imported.err()).isEmpty();
        assertThat(imported.out()).isEqualTo("{\"rows\":" + Rows.of(store).size() + ",\"leftOut\":{}}\n");
        assertThat(contents(sqlite("whole"))).isEqualTo(contents(store));

        Run careful = Run.with(exported.bytes(), "import", sqlite("careful"));
        assertThat(careful.status()).isZero();
        assertThat(careful.out()).contains("left out: ").contains("--with-ratchets");
        assertThat(contents(sqlite("careful")))
                .isEqualTo(Rows.of(store).stream()
                        .filter(row -> !RATCHETS.contains(row.key().partition()))
                        .map(row -> row.key() + " " + row.order() + " "
                                + row.value().utf8())
                        .collect(Collectors.toSet()));
        assertThat(Run.pawl("export", sqlite("whole")).bytes()).isEqualTo(exported.bytes());
    }

    @Test
    void thereIsAChecksumEveryThousandRowsAndCredentialsComeLast() {
        List<String> lines = Run.pawl("export", filled()).lines();

        assertThat(lines.get(1001)).startsWith("{\"rows\":1000,\"sha256\":\"");
        assertThat(lines.get(lines.size() - 2)).startsWith("{\"family\":\"CREDENTIALS\"");
        assertThat(lines.get(lines.size() - 1)).startsWith("{\"end\":true,\"rows\":");
    }

    @Test
    void aDamagedOrShortArchiveIsRefusedAndLeavesNoIdentity() {
        String archive = Run.pawl("export", filled()).out();
        List<String> lines = archive.lines().toList();
        int middle = lines.indexOf(lines.stream()
                .filter(line -> line.contains("\"M1050\""))
                .findFirst()
                .orElseThrow());
        List<String> damaged = List.of(
                "",
                "{}\n",
                archive.replace("\"version\":1", "\"version\":2"),
                archive.replace("\"M1050\"", "\"M9050\""),
                archive.replace("\"M1050|", "\"M9050|"),
                archive.substring(0, archive.length() / 2),
                archive.substring(0, archive.lastIndexOf("{\"end\"")),
                without(lines, middle),
                archive + "{}\n",
                archive.replace("{\"rows\":1000", "{\"rows\":999"));
        for (int i = 0; i < damaged.size(); i++) {
            String target = sqlite("damaged" + i);
            Run run = Run.with(damaged.get(i).getBytes(UTF_8), "import", target);
            assertThat(run.err())
                    .as("%d", i)
                    .startsWith("STORE_CORRUPTED standard input, line ")
                    .hasLineCount(1);
            assertThat(run.status()).isEqualTo(1);
            assertThat(Run.pawl("get", target, "creds").status()).as("%d", i).isEqualTo(1);
        }
    }

    private static String without(List<String> lines, int line) {
        List<String> left = new ArrayList<>(lines);
        left.remove(line);
        return String.join("\n", left) + "\n";
    }

    @Test
    void anImportThatIsCutShortMarksTheTargetUntilItIsDoneAgain() {
        String store = filled();
        byte[] archive = Run.pawl("export", store).bytes();
        String target = sqlite("cut");
        Run cut = Run.with(new String(archive, UTF_8).split("\"M1050")[0].getBytes(UTF_8), "import", target);
        assertThat(cut.status()).isEqualTo(1);
        assertThat(Rows.of(target)).isNotEmpty();

        assertThat(Run.pawl("inspect", target).out())
                .containsPattern("\\Rheld by +nobody, half copied from an archive")
                .containsPattern("history held by +nobody, half copied from an archive");
        Run verified = Run.pawl("verify", target);
        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.out())
                .contains("the copy of auth from an archive was not finished", "the copy of messages from an archive");
        assertThat(verified.err()).contains("STORE_IN_USE " + target + ": ");
        try (Pawl pawl = Pawl.open(target)) {
            assertThatThrownBy(() -> pawl.auth("default"))
                    .isInstanceOf(InUseException.class)
                    .hasMessageContaining("an archive and not complete");
            assertThatThrownBy(() -> pawl.messages("default")).isInstanceOf(InUseException.class);
        }
        Run put = Run.with("1".getBytes(UTF_8), "put", target, "my-type", "1");
        assertThat(put.status()).isEqualTo(1);
        assertThat(put.err()).startsWith("STORE_IN_USE ").hasLineCount(1);

        Run again = Run.with(archive, "import", target, "--with-ratchets");
        assertThat(again.err()).isEmpty();
        assertThat(contents(target)).isEqualTo(contents(store));
        assertThat(Run.pawl("inspect", target).out()).doesNotContain("half copied", "not finished");
    }

    @Test
    void ofAnArchiveThatIsDamagedAtOnceNothingIsStoredAndNothingMarked() {
        byte[] archive = Run.pawl("export", filled()).bytes();
        String target = sqlite("unmarked");
        Run.with(new String(archive, UTF_8).split("\"M1\\|")[0].getBytes(UTF_8), "import", target);

        assertThat(Rows.of(target)).isEmpty();
        try (Pawl pawl = Pawl.open(target)) {
            assertThat(pawl.auth("default").credentials()).isEmpty();
        }
    }

    @Test
    void anImportThatEndedBetweenTakingOffItsMarksIsFinishedByTheSameArchiveOnly() {
        String store = filled();
        byte[] archive = Run.pawl("export", store).bytes();
        String target = sqlite("last");
        assertThat(Run.with(archive, "import", target, "--with-ratchets").status())
                .isZero();
        Locator locator = Locator.parse(target);
        try (Backend backend = Backends.open(locator, Access.READ_WRITE);
                Lease lease = Lease.on(backend, locator.session(), "auth").acquire()) {
            lease.mark(new LeaseState.Migrating("an archive"));
        }

        Set<String> whole = contents(store);
        Rows.put(store, message("M5|0", 5, "{\"another\":1}"));
        byte[] other = Run.pawl("export", store).bytes();
        Run refused = Run.with(other, "import", target, "--with-ratchets");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).startsWith("STORE_CONFLICT ").contains(" has message, ");

        assertThat(Run.with(archive, "import", target, "--with-ratchets").status())
                .isZero();
        assertThat(contents(target)).isEqualTo(whole);
    }

    @Test
    void aLineThatIsTooLongIsDamageWithItsPlace() {
        byte[] archive = Run.pawl("export", filled()).bytes();
        ArchiveReader reader = new ArchiveReader(new LineReader(new ByteArrayInputStream(archive), 200));
        reader.header();
        assertThatThrownBy(() -> reader.next(rows -> {}))
                .isInstanceOf(Failure.class)
                .hasMessageMatching("STORE_CORRUPTED standard input, line \\d+: is longer than 200 bytes");
    }

    @Test
    void nothingIsMergedIntoWhatIsThereAndAHolderIsNotDisturbed() {
        byte[] archive = Run.pawl("export", filled()).bytes();
        String other = sqlite("other");
        Rows.put(other, Rows.chat("9@lid"));

        Run run = Run.with(archive, "import", other);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("STORE_CONFLICT ").contains("chat").hasLineCount(1);
        assertThat(Rows.of(other)).hasSize(1);

        try (Pawl pawl = Pawl.open(sqlite("held"))) {
            pawl.auth("default");
            Run refused = Run.with(archive, "import", sqlite("held"));
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).startsWith("STORE_IN_USE ");
        }
    }

    @Test
    void whatAStoreDoesNotHoldIsLeftOutAndNamed() {
        byte[] archive = Run.pawl("export", filled()).bytes();

        Run run = Run.with(archive, "import", "baileys:" + temp.resolve("target"));
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("left out: 1,101 of message: this store does not hold them");
        assertThat(Run.pawl("verify", "baileys:" + temp.resolve("target")).status())
                .isZero();
    }

    @Test
    void anEmptySessionHasNothingToExport() {
        String store = sqlite("empty");
        Rows.put(store + "#other", Rows.chat("9@lid"));

        Run run = Run.pawl("export", store);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.bytes()).isEmpty();
        assertThat(run.err()).startsWith("NOT_FOUND ").hasLineCount(1);
    }

    /** A history put past a history store: rows have no facets. */
    private String bare() {
        String store = sqlite("bare");
        Rows.put(
                store,
                message(
                        "M1|1",
                        1,
                        "{\"key\":{\"remoteJid\":\"1@lid\",\"fromMe\":true,\"id\":\"M1\"},"
                                + "\"messageTimestamp\":1,\"message\":{\"conversation\":\"old Words\"}}"),
                Row.of(new Key(Family.CHAT, "", "1@lid"), 9, Bytes.utf8("{\"id\":\"1@lid\",\"archived\":true}")),
                Row.of(new Key(Family.CHAT, "", "2@lid"), 8, Bytes.utf8("{\"id\":\"2@lid\"}")));
        return store;
    }

    private static void requireFound(String store, boolean byIndex) {
        Locator locator = Locator.parse(store);
        try (Backend backend = Backends.open(locator, Access.READ_ONLY)) {
            assertThat(backend.as(Searching.class).isPresent()).isEqualTo(byIndex);
        }
        assertThat(Run.pawl("search", "--json", store, "words").lines()).hasSize(1);
        assertThat(Run.pawl("chats", "--json", "--archived", store).lines()).hasSize(1);
        assertThat(Run.pawl("chats", "--json", "--not-archived", store).lines()).hasSize(1);
    }

    @Test
    void whatIsImportedIsFoundByItsWordsAndFlags() {
        byte[] archive = Run.pawl("export", bare()).bytes();
        String postgres = StoreKind.POSTGRESQL.locator(temp.resolve("imported")) + "&search=on";
        for (String target : List.of(sqlite("imported") + "?search=on", postgres)) {
            Run run = Run.with(archive, "import", target);
            assertThat(run.err()).isEmpty();
            assertThat(run.status()).isZero();
            requireFound(target, true);
            assertThat(contents(target)).isEqualTo(contents(sqlite("bare")));
        }
        try (LocalRedis server = LocalRedis.start()) {
            String redis = server.url() + "?namespace=imported";
            assertThat(Run.with(archive, "import", redis).status()).isZero();
            requireFound(redis, false);
            assertThat(contents(redis)).isEqualTo(contents(sqlite("bare")));
        }
    }

    @Test
    void whatIsMigratedIsFoundByItsWordsAndFlags() {
        String postgres = StoreKind.POSTGRESQL.locator(temp.resolve("migrated")) + "&search=on";
        for (String target : List.of(sqlite("migrated") + "?search=on", postgres)) {
            assertThat(Run.pawl("migrate", bare(), target).status()).isZero();
            requireFound(target, true);
        }
    }
}
