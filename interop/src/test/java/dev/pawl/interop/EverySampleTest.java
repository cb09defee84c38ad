package dev.pawl.interop;

import static dev.pawl.interop.BaileysPeer.object;
import static dev.pawl.interop.BaileysPeer.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Partition;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.interop.BaileysAccount.Through;
import dev.pawl.interop.BaileysPeer.Outcome;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.tck.Samples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every directory that real Baileys wrote goes through Pawl and is, byte for byte, the same directory for Baileys. */
final class EverySampleTest extends WithBaileys {

    private static final String EXAMPLE = "examples/baileys-session";
    private static final String CREDENTIALS = "creds.json";

    /** Samples with values that the type they are filed under never has. */
    private static final List<String> ILL_TYPED = List.of("awkward-ids", "falsy-values");

    /** A protobuf value that was written as a plain object: whoever reads its members writes it in the usual form. */
    private static final String PLAIN_FORM = "app-state-sync-key-cGxhaW4=.json";

    @TempDir
    Path directory;

    static List<String> samples() {
        return Stream.concat(
                        Samples.names().stream()
                                .filter(name -> !Samples.corrupt().contains(name)),
                        Stream.of(EXAMPLE))
                .toList();
    }

    static Stream<Arguments> copies() {
        return samples().stream()
                .flatMap(name -> Stream.of(PawlCopy.values())
                        .filter(copy -> copy != PawlCopy.TYPED_VIEWS || !ILL_TYPED.contains(name))
                        .map(copy -> Arguments.of(name, copy)));
    }

    @ParameterizedTest
    @MethodSource("copies")
    void aCopyHasTheSameFilesByteForByte(String name, PawlCopy copy) {
        Path original = original(name);
        Map<String, String> before = AuthFiles.of(original);

        copy.copy(original, directory.resolve("copy"));

        Map<String, String> after = AuthFiles.of(directory.resolve("copy"));
        if (copy == PawlCopy.TYPED_VIEWS && before.containsKey(PLAIN_FORM)) {
            assertThat(after.replace(PLAIN_FORM, before.get(PLAIN_FORM))).isEqualTo(usualForm(original));
        }
        assertThat(after).isEqualTo(before);
        assertThat(AuthFiles.of(original)).isEqualTo(before);
        assertThat(original.resolve(".pawl")).doesNotExist();
    }

    /** What Baileys itself makes of the key in plain form when it loads and saves it. */
    private String usualForm(Path original) {
        Path saved = AuthFiles.copy(original, directory.resolve("saved"));
        peer.open(saved).saveAll(Through.FILES);
        return AuthFiles.of(saved).get(PLAIN_FORM);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void baileysFindsEveryRecordInACopy(String name) {
        Path original = original(name);
        Path copy = directory.resolve("copy");
        PawlCopy.MIGRATION_THROUGH_MEMORY.copy(original, copy);
        Map<String, String> files = AuthFiles.of(original);
        BaileysAccount account = peer.open(copy);

        if (files.containsKey(CREDENTIALS)) {
            assertThat(account.credentials()).isEqualTo(AuthFiles.text(original, CREDENTIALS));
        }
        assertThat(account.saveAll(Through.FILES).absent()).isSubsetOf("lid-mapping-__proto__.json");
        Map<String, String> after = AuthFiles.of(copy);
        after.computeIfPresent(PLAIN_FORM, (file, text) -> files.get(file));
        assertThat(after).isEqualTo(files);
    }

    @ParameterizedTest
    @MethodSource("manifest")
    void everyRecordOfTheManifestHasItsTypeAndIdOnBothSides(Listed listed) {
        Path copy = directory.resolve("copy");
        PawlCopy.MIGRATION.copy(original(listed.sample()), copy);
        BaileysAccount account = peer.open(copy);
        try (Backend backend = BaileysBackend.open(copy, Access.READ_ONLY);
                AuthStore store = AuthStore.openReadOnly(backend, SessionName.DEFAULT)) {
            for (Listed.Record record : listed.records()) {
                String written = text(listed.sample(), record.file());
                assertThat(account.get(Through.FILES, record.type(), List.of(record.id())))
                        .as("Baileys reads %s", record)
                        .containsOnlyKeys(record.id());
                if (!record.file().equals(PLAIN_FORM)) {
                    assertThat(account.get(Through.FILES, record.type(), List.of(record.id())))
                            .containsValue(written);
                }
                assertThat(store.read(KeyType.text(record.type()), record.id()).map(Bytes::utf8))
                        .as("Pawl reads %s", record)
                        .contains(written);
                assertThat(store.ids(KeyType.text(record.type()))).contains(record.id());
            }
            long keys = store.types().stream()
                    .mapToLong(type -> type.rows().orElseThrow())
                    .sum();
            assertThat(keys).isEqualTo(listed.records().size());
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyViewAgreesWithBaileysOnTheText(String name) {
        Path original = original(name);
        List<String> texts = new ArrayList<>();
        List<String> written = new ArrayList<>();
        try (Backend backend = BaileysBackend.open(original, Access.READ_ONLY);
                AuthStore store = AuthStore.openReadOnly(backend, SessionName.DEFAULT)) {
            for (Partition type : store.types()) {
                KeyType<Bytes> text = KeyType.text(type.name());
                KeyType<JsonValue> json = KeyType.json(type.name());
                for (String id : store.ids(text)) {
                    texts.add(store.read(text, id).orElseThrow().utf8());
                    written.add(store.read(json, id)
                            .flatMap(json::encode)
                            .orElseThrow()
                            .utf8());
                }
            }
        }
        assertThat(written).isEqualTo(texts);
        assertThat(peer.bufferJson(texts).stream().map(Outcome::text)).containsExactlyElementsOf(texts);
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void verificationSaysOfACopyWhatItSaysOfTheOriginal(String name) {
        Path original = original(name);
        PawlCopy.TYPED_VIEWS.copy(original, directory.resolve("copy"));
        assertThat(findings(directory.resolve("copy"))).isEqualTo(findings(original));
    }

    static List<String> accounts() {
        return Stream.concat(Samples.accounts().stream(), Stream.of(EXAMPLE)).toList();
    }

    private static List<String> findings(Path directory) {
        try (Backend backend = BaileysBackend.open(directory, Access.READ_ONLY)) {
            return AuthVerification.run(backend, SessionName.DEFAULT).stream()
                    .filter(Finding::isProblem)
                    .map(finding -> finding.rule() + " " + finding.key() + " " + finding.text())
                    .toList();
        }
    }

    @Test
    void aValueOfAnotherTypeIsNamedByTheTypedViewAndCarriedAsText() {
        Path original = original("falsy-values");
        try (Backend backend = BaileysBackend.open(original, Access.READ_ONLY);
                AuthStore store = AuthStore.openReadOnly(backend, SessionName.DEFAULT)) {
            assertThatThrownBy(() -> store.read(KeyType.LID_MAPPING, "emptyObj"))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining("lid-mapping-emptyObj.json");
            assertThat(store.read(KeyType.LID_MAPPING, "str0")).contains("0");
            assertThat(store.read(KeyType.text("my-own-type"), "a")).isPresent();
        }
        PawlCopy.TEXT.copy(original, directory.resolve("copy"));
        BaileysAccount account = peer.open(directory.resolve("copy"));
        assertThat(account.get("lid-mapping", "emptyObj")).contains("{}");
        assertThat(account.get("lid-mapping", "emptyArray")).contains("[]");
        assertThat(account.get("lid-mapping", "emptyBuf")).contains("{\"type\":\"Buffer\",\"data\":\"\"}");
        assertThat(account.get("lid-mapping", "str0")).contains("\"0\"");
        assertThat(account.get("my-own-type", "a")).isPresent();
    }

    private Path original(String name) {
        return name.equals(EXAMPLE)
                ? AuthFiles.copyOfExample(directory.resolve("original"))
                : Samples.copyTo(directory.resolve("original"), name);
    }

    private static String text(String sample, String file) {
        return new String(Samples.bytes(sample, file), StandardCharsets.UTF_8);
    }

    static List<Listed> manifest() {
        JsonObject manifest = object(JsonValue.parse(Samples.manifest()));
        List<Listed> samples = new ArrayList<>();
        manifest.forEach((sample, files) -> {
            List<Listed.Record> records = new ArrayList<>();
            object(files).forEach((file, entry) -> {
                if (string(object(entry), "kind").equals("key")) {
                    records.add(new Listed.Record(file, string(object(entry), "type"), string(object(entry), "id")));
                }
            });
            samples.add(new Listed(sample, records));
        });
        return samples;
    }

    /** What the manifest says of one sample. */
    record Listed(String sample, List<Record> records) {

        record Record(String file, String type, String id) {}

        @Override
        public String toString() {
            return sample;
        }
    }
}
