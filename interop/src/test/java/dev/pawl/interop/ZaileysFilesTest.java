package dev.pawl.interop;

import static dev.pawl.interop.ZaileysSample.BUFFER;
import static dev.pawl.interop.ZaileysSample.MAIN;
import static dev.pawl.interop.ZaileysSample.ids;
import static dev.pawl.interop.ZaileysSample.row;
import static dev.pawl.interop.ZaileysSample.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Scan;
import dev.pawl.file.BaileysBackend;
import dev.pawl.file.ZaileysFileBackend;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.migrate.Migration;
import dev.pawl.tck.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real zaileys and Pawl on one directory: each reads, changes and clears what the other wrote. */
final class ZaileysFilesTest {

    @TempDir
    private Path temporary = Path.of("");

    private static JsonValue ask(Path directory, String operation, JsonObject request) {
        return ZaileysProgram.named("files.mjs")
                .ask(request.toBuilder()
                        .put("directory", directory.toString())
                        .put("op", operation)
                        .build());
    }

    /** What real Baileys wrote, in the layout of zaileys, and the texts of its records. */
    private static Map<Key, String> account(Path directory) throws IOException {
        Path original = Samples.copyTo(Files.createTempDirectory(directory.getParent(), "account"), "lid");
        try (Backend from = BaileysBackend.open(original, Access.READ_ONLY);
                Backend to = ZaileysFileBackend.open(directory, Access.READ_WRITE)) {
            Migration.from(from, MAIN).to(to, MAIN).run();
            Map<Key, String> texts = texts(from);
            assertThat(texts(to)).hasSizeGreaterThan(10).isEqualTo(texts);
            return texts;
        }
    }

    private static Map<Key, String> texts(Backend backend) {
        Map<Key, String> texts = new TreeMap<>(Comparator.comparing(Key::toString));
        for (Family family : List.of(Family.CREDENTIALS, Family.KEY)) {
            Page.stream((Optional<Position> after) -> backend.scan(
                            MAIN,
                            after.map(Scan.of(family).limit(5)::after)
                                    .orElse(Scan.of(family).limit(5))))
                    .forEach(row -> texts.put(row.key(), row.value().utf8()));
        }
        return texts;
    }

    /** What zaileys finds of these records, as texts. */
    private static Map<Key, String> read(Path directory, Map<Key, String> texts) {
        JsonObject answer = (JsonObject) ask(directory, "read", JsonObject.EMPTY.with("signal", ids(texts)));
        Map<Key, String> found = new TreeMap<>(Comparator.comparing(Key::toString));
        found.put(Key.CREDENTIALS, answer.get("creds").orElseThrow().toText());
        ((JsonObject) answer.get("signal").orElseThrow())
                .forEach((type, values) ->
                        ((JsonObject) values).forEach((id, value) -> found.put(Key.ofKey(type, id), value.toText())));
        return found;
    }

    /** All files but what is ours, with their content. */
    private static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(file).toString();
                if (!name.startsWith(".pawl")) {
                    files.put(name, Files.readString(file, StandardCharsets.UTF_8));
                }
            }
        }
        return files;
    }

    @Test
    void eachOpensWhatTheOtherWroteAndBothWriteTheSameFiles() throws IOException {
        Path ours = temporary.resolve("ours");
        Map<Key, String> texts = account(ours);
        assertThat(read(ours, texts)).isEqualTo(texts);

        Path theirs = temporary.resolve("theirs");
        ask(
                theirs,
                "fill",
                JsonObject.EMPTY
                        .with("creds", JsonValue.parse(texts.getOrDefault(Key.CREDENTIALS, "")))
                        .with("signal", signal(texts)));
        assertThat(files(theirs)).hasSize(texts.size()).isEqualTo(files(ours));
        for (Access access : Access.values()) {
            try (Backend backend = ZaileysFileBackend.open(theirs, access)) {
                assertThat(texts(backend)).isEqualTo(texts);
            }
        }
        try (Backend backend = ZaileysFileBackend.open(theirs, Access.READ_ONLY)) {
            assertThat(AuthVerification.run(backend, MAIN).stream().filter(Finding::isProblem))
                    .isEmpty();
        }
    }

    @Test
    void everyIdThatWhatsAppMakesIsListedAsZaileysWroteIt() {
        Map<Key, String> texts = new TreeMap<>(Comparator.comparing(Key::toString));
        for (Key key : List.of(
                Key.ofKey("pre-key", "30"),
                Key.ofKey("session", "99887766554433_1.3"),
                Key.ofKey("session", "628_128.99"),
                Key.ofKey("sender-key", "123456789-987654@g.us::15550002222::0"),
                Key.ofKey("sender-key", "status@broadcast::98765_1::17"),
                Key.ofKey("sender-key-memory", "123456789-987654@g.us"),
                Key.ofKey("app-state-sync-key", "AAAAAAA+/8="),
                Key.ofKey("app-state-sync-key", "+2b/2f=="),
                Key.ofKey("app-state-sync-version", "critical_unblock_low"),
                Key.ofKey("lid-mapping", "11223344556677_reverse"),
                Key.ofKey("device-list", "15550002222"),
                Key.ofKey("tctoken", "__index"),
                Key.ofKey("tctoken", "15550002222@s.whatsapp.net"),
                Key.ofKey("identity-key", "15550002222.0"),
                Key.ofKey("new-thing", "a:b"))) {
            texts.put(key, BUFFER);
        }
        Path directory = temporary.resolve("ids");
        ask(directory, "fill", JsonObject.EMPTY.with("signal", signal(texts)));
        try (Backend backend = ZaileysFileBackend.open(directory, Access.READ_WRITE)) {
            assertThat(texts(backend)).isEqualTo(texts);
            assertThat(backend.get(MAIN, texts.keySet())).hasSize(texts.size());
        }
    }

    @Test
    void takingTurnsEachSeesWhatTheOtherChanged() throws IOException {
        Path directory = temporary.resolve("turns");
        Map<Key, String> texts = account(directory);
        Key added = Key.ofKey("pre-key", "100");
        Key used = Key.ofKey("pre-key", "101");
        try (Backend backend = ZaileysFileBackend.open(directory, Access.READ_WRITE)) {
            ask(directory, "fill", JsonObject.EMPTY.with("signal", signal(Map.of(added, BUFFER, used, BUFFER))));
            texts.put(added, "{}");
            texts.put(used, BUFFER);
            assertThat(texts(backend)).hasSize(texts.size());
            backend.commit(
                    MAIN,
                    new Batch(
                            List.of(Check.exact(used, Bytes.utf8(BUFFER))),
                            List.of(row(added, 0, "{}")),
                            List.of(used)));
            texts.remove(used);
            assertThat(read(directory, texts)).isEqualTo(texts);
            ask(directory, "delete", (JsonObject) JsonValue.parse("{\"signal\":{\"pre-key\":[\"100\"]}}"));
            texts.remove(added);
            assertThat(texts(backend)).isEqualTo(texts);
        }
    }

    @Test
    void afterTheirClearTheOwnerHereIsFenced() throws IOException {
        Path directory = temporary.resolve("cleared");
        account(directory);
        try (Pawl pawl = Pawl.open("zaileys:" + directory)) {
            AuthStore store = pawl.auth("default");
            ask(directory, "clear", JsonObject.EMPTY);
            assertThat(directory).doesNotExist();
            ask(directory, "fill", JsonObject.EMPTY.with("creds", (JsonObject)
                    JsonValue.parse("{\"registrationId\":1}")));
            assertThatThrownBy(() -> store.delete(KeyType.PRE_KEY, List.of("1")))
                    .isInstanceOf(FencedException.class);
        }
        assertThat(new ArrayList<>(files(directory).keySet())).containsExactly("creds.json");
    }
}
