package dev.pawl.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Key;
import dev.pawl.property.Tries;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaileysLayoutTest {

    private static final BaileysLayout LAYOUT = new BaileysLayout();

    @ParameterizedTest
    @CsvSource({
        "pre-key, 7, pre-key-7.json",
        "session, 628_1.17, session-628_1.17.json",
        "sender-key, 1-2@g.us::628_1::17, sender-key-1-2@g.us--628_1--17.json",
        "sender-key-memory, 1@g.us, sender-key-memory-1@g.us.json",
        "app-state-sync-key, AA/+/==, app-state-sync-key-AA__+__==.json",
        "app-state-sync-version, regular_low, app-state-sync-version-regular_low.json",
        "lid-mapping, '', lid-mapping-.json",
        "lid-mapping, ../x.json, lid-mapping-..__x.json.json",
        "tctoken, __index, tctoken-__index.json",
    })
    void theNameIsTheOneBaileysGives(String type, String id, String file) {
        assertThat(LAYOUT.file(Key.ofKey(type, id))).contains(file);
    }

    @ParameterizedTest
    @CsvSource({
        "pre-key-7.json, pre-key, 7",
        "sender-key-memory-1@g.us.json, sender-key-memory, 1@g.us",
        "sender-key-1-2@g.us--628_1--17.json, sender-key, 1-2@g.us::628_1::17",
        "sender-key-odd--one.json, sender-key, odd--one",
        "app-state-sync-key-AA__+__==.json, app-state-sync-key, AA/+/==",
        "tctoken-__index.json, tctoken, __index",
        "lid-mapping-a-b.json, lid-mapping, a-b",
        "my-own-type-a.json, my-own-type, a",
        "new-thing-628-1@g.us.json, new-thing, 628-1@g.us",
        "X1-y-z.json, X1, y-z",
        "-x.json, '', x",
    })
    void theRecordIsFoundByTheRule(String file, String type, String id) {
        assertThat(LAYOUT.record(file)).contains(Key.ofKey(type, id));
    }

    @ParameterizedTest
    @CsvSource({"creds.json.bak", "package.json", "session-a:b.json", "session-1.json.tmp", "notes-x.txt", ".pawl"})
    void whatBaileysCannotHaveNamedIsNoRecord(String file) {
        assertThat(LAYOUT.record(file)).isEmpty();
    }

    @Test
    void aNameWithHalfOfASurrogatePairIsNoRecord() {
        assertThat(LAYOUT.record("session-\ud83d.json")).isEmpty();
        assertThat(LAYOUT.record("\ude00\ud83d-1.json")).isEmpty();
        assertThat(LAYOUT.record("session-\ud83d\ude00.json")).contains(Key.ofKey("session", "\ud83d\ude00"));
    }

    @Test
    void everyGuessLeadsBackToTheSameFile() {
        Tries.of(2000, 22, values -> {
            String type = values.draw("type", BaileysLayoutTest::text);
            String id = values.draw("id", BaileysLayoutTest::text);
            String file = (type + "-" + id).replace("/", "__").replace(":", "-") + ".json";
            LAYOUT.record(file).ifPresent(key -> assertThat(LAYOUT.file(key)).contains(file));
        });
    }

    private static String text(Random random) {
        return Tries.text(
                random, 8, "-", "--", "::", "_", "__", "/", ".", "@", "1", "session", "sender-key", "memory", "key");
    }

    @Test
    void leftoversAreTiedToTheirRecord() {
        assertThat(LAYOUT.leftoverOf("creds.json.tmp-12")).contains("creds.json");
        assertThat(LAYOUT.leftoverOf("pre-key-1.json.bak")).contains("pre-key-1.json");
        assertThat(LAYOUT.leftoverOf("pre-key-1.json")).isEmpty();
    }
}
