package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** No command but {@code get} shows key material, on a healthy session and on one that is damaged everywhere. */
@ParameterizedClass
@EnumSource(StoreKind.class)
class SecretsTest {

    /** Key material is at least 32 bytes: 43 characters of base64. */
    private static final Pattern KEY_MATERIAL = Pattern.compile("[A-Za-z0-9+/]{43,}={0,2}");

    @Parameter
    private StoreKind kind = StoreKind.BAILEYS;

    @TempDir
    private Path temp = Path.of("");

    private Path place = Path.of("");
    private String store = "";
    private Map<String, String> records = Map.of();
    private final Set<String> secrets = new HashSet<>();

    @BeforeEach
    void copySession() {
        Path session = temp.resolve("session");
        SampleSession.copyTo(session);
        place = kind == StoreKind.BAILEYS ? session : temp.resolve("session.db");
        store = kind.locator(place);
        if (kind != StoreKind.BAILEYS) {
            assertThat(Run.pawl("migrate", "baileys:" + session, store).status())
                    .isZero();
        }
        records = kind.records(place);
        records.values().forEach(this::remember);
    }

    /** In the forms that a message could hold: as stored, and as hexadecimal digits. */
    private void remember(String text) {
        Matcher matcher = KEY_MATERIAL.matcher(text);
        while (matcher.find()) {
            String stored = matcher.group();
            secrets.add(stored.substring(0, 40));
            byte[] bytes = Base64.getDecoder().decode(stored.substring(0, 40));
            secrets.add(HexFormat.of().formatHex(bytes));
        }
    }

    @Test
    void theSearchFindsWhatGetPrints() {
        assertThat(secrets).hasSizeGreaterThan(150);
        assertThat(leaks(Run.pawl("get", store, "creds"))).isNotEmpty();
    }

    @Test
    void aHealthySessionIsNotGivenAway() {
        for (String[] command : commands()) {
            assertThat(leaks(Run.pawl(command))).as("%s", List.of(command)).isEmpty();
        }
        assertThat(leaks(Run.pawl("demo"))).isEmpty();
    }

    @Test
    void aDamagedSessionIsNotGivenAwayEither() {
        int turn = 0;
        for (Map.Entry<String, String> record : records.entrySet()) {
            String text = record.getValue();
            // Cut, given another shape, and with one character of its longest base64 text changed, in turn.
            String damaged = switch (turn++ % 3) {
                case 0 -> text.substring(0, text.length() - 2);
                case 1 -> "{\"x\":" + text + ",\"" + text.replaceAll("[^A-Za-z0-9+/=]", "") + "\":[1]}";
                default ->
                    KEY_MATERIAL
                            .matcher(text)
                            .replaceFirst(found -> "AAAA"
                                    + found.group().substring(4, found.group().length() - 4) + "!!!!");
            };
            kind.replace(place, record.getKey(), damaged);
        }
        assertThat(Run.pawl("verify", store).status()).isEqualTo(1);
        for (String[] command : commands()) {
            assertThat(leaks(Run.pawl(command))).as("%s", List.of(command)).isEmpty();
        }
    }

    @Test
    void whatPutRefusesIsNotRepeated() {
        String credentials = records.getOrDefault("creds.json", "");
        for (String text : List.of(
                credentials.substring(1),
                credentials.replace("\"private\"", "\"privat\""),
                "[" + credentials + "]",
                "\"" + credentials.replaceAll("[^A-Za-z0-9+/=]", "") + "\"")) {
            for (String[] record :
                    new String[][] {{"creds"}, {"pre-key", "1"}, {"session", "1.0"}, {"sender-key", "x"}}) {
                String[] command = Stream.concat(Stream.of("put", store), Stream.of(record))
                        .toArray(String[]::new);
                Run run = Run.with(text.getBytes(UTF_8), command);
                assertThat(run.status()).as("%s", List.of(command)).isEqualTo(2);
                assertThat(leaks(run)).as("%s", List.of(command)).isEmpty();
            }
        }
    }

    private List<String[]> commands() {
        String copy = kind.locator(temp.resolve("copy"));
        return List.of(
                new String[] {"inspect", store},
                new String[] {"inspect", "--json", store},
                new String[] {"verify", store},
                new String[] {"verify", "--json", "--verbose", store},
                new String[] {"keys", store},
                new String[] {"keys", store, "session"},
                new String[] {"sessions", store},
                new String[] {"get", store, "session", "nobody"},
                new String[] {"migrate", "--dry-run", store, copy},
                new String[] {"migrate", "--verbose", store, copy},
                new String[] {"migrate", "--json", "--overwrite", store, copy},
                new String[] {"delete", store, "pre-key", "1", "nobody"},
                new String[] {"erase", store},
                new String[] {"erase", "--yes", copy});
    }

    private List<String> leaks(Run run) {
        String said = run.out() + run.err();
        return secrets.stream().filter(said::contains).toList();
    }
}
