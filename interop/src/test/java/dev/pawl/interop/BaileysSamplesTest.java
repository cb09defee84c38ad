package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.interop.BaileysAccount.Saved;
import dev.pawl.interop.BaileysAccount.Through;
import dev.pawl.json.BufferJson;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.tck.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What real Baileys itself makes of the samples and of the example. */
final class BaileysSamplesTest extends WithBaileys {

    /** Records that Baileys does not write as it read them: a protobuf value written as a plain object. */
    private static final Set<String> REWRITTEN = Set.of("app-state-sync-key-cGxhaW4=.json");

    @TempDir
    Path directory;

    static List<String> samplesWithoutDamage() {
        return Samples.names().stream()
                .filter(name -> !Samples.corrupt().contains(name))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("samplesWithoutDamage")
    void aSampleIsTheSameAfterLoadingAndSaving(String name) throws IOException {
        Path copy = Samples.copyTo(directory, name);
        Map<String, String> before = contents(copy);

        Saved saved = peer.open(copy).saveAll(Through.FILES);

        Map<String, String> after = contents(copy);
        assertThat(changed(before, after)).isSubsetOf(REWRITTEN);
        // Baileys collects what it reads in an ordinary object, which takes a member of this name for something else.
        assertThat(saved.absent()).isSubsetOf("lid-mapping-__proto__.json");
        assertThat(saved.saved().size() + saved.absent().size())
                .isEqualTo(before.containsKey("creds.json") ? before.size() - 1 : before.size());
    }

    @ParameterizedTest
    @EnumSource(Through.class)
    void theExampleIsTheSameAfterLoadingAndSaving(Through through) throws IOException {
        Path copy = example();
        Map<String, String> before = contents(copy);
        BaileysAccount account = peer.open(copy);

        assertThat(account.saveAll(through).absent()).isEmpty();
        assertThat(contents(copy)).isEqualTo(before);
    }

    @Test
    void theExampleIsAHealthyAccount() throws IOException {
        Path copy = example();
        BaileysAccount account = peer.open(copy);
        JsonObject credentials = BaileysPeer.object(JsonValue.parse(account.credentials()));
        JsonObject signed = BaileysPeer.object(BaileysPeer.member(credentials, "signedPreKey"));

        assertThat(peer.verifySignedPreKey(
                        bytes(credentials, "signedIdentityKey", "public"),
                        bytes(signed, "keyPair", "public"),
                        bytes(signed, "signature")))
                .isTrue();
        Set<Integer> preKeys = new TreeSet<>();
        for (String file : contents(copy).keySet()) {
            if (file.startsWith("pre-key-")) {
                preKeys.add(Integer.valueOf(file.replaceAll("\\D", "")));
            }
        }
        assertThat(preKeys).hasSize(29).doesNotContain(7).contains(30);
        assertThat(BaileysPeer.number(credentials, "nextPreKeyId")).isEqualTo(31);
        assertThat(account.hasSession("6282222222222@s.whatsapp.net")).isTrue();
        assertThat(account.hasSession("11122233344455@lid")).isTrue();
        assertThat(account.modify("{\"pin\":false}", "11122233344455@lid").version())
                .isEqualTo(3);
    }

    @Test
    void baileysTakesDamagedCredentialsForNone() {
        Path copy = Samples.copyTo(directory, "corrupt/nul-bytes-creds");
        JsonObject invented = BaileysPeer.object(JsonValue.parse(peer.open(copy).credentials()));
        assertThat(invented.names()).contains("noiseKey").doesNotContain("me", "account");
    }

    private Path example() throws IOException {
        Path source = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        while (!Files.isDirectory(source.resolve("examples/baileys-session"))) {
            source = source.getParent();
        }
        Path copy = Files.createDirectory(directory.resolve("example"));
        for (Map.Entry<String, String> file :
                contents(source.resolve("examples/baileys-session")).entrySet()) {
            Files.writeString(copy.resolve(file.getKey()), file.getValue(), StandardCharsets.ISO_8859_1);
        }
        return copy;
    }

    private static byte[] bytes(JsonObject object, String... path) {
        JsonValue value = object;
        for (String name : path) {
            value = BaileysPeer.member(BaileysPeer.object(value), name);
        }
        return BufferJson.bytes(value).orElseThrow().toArray();
    }

    /** File names with their bytes as ISO-8859-1 text, which loses nothing and reads well in a failure. */
    private static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private static Set<String> changed(Map<String, String> before, Map<String, String> after) {
        Set<String> changed = new HashSet<>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(file -> before.getOrDefault(file, "absent").equals(after.getOrDefault(file, "gone")));
        return changed;
    }
}
