package dev.pawl.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Key;
import dev.pawl.property.Tries;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZaileysLayoutTest {

    private static final ZaileysLayout LAYOUT = new ZaileysLayout();

    @ParameterizedTest
    @CsvSource({
        "pre-key, 7, signal/pre-key/7.json",
        "session, 99887766554433_1.3, signal/session/99887766554433_1.3.json",
        "session, 628_128.99, signal/session/628_128.99.json",
        "sender-key, 1-2@g.us::628_1::17, signal/sender-key/1-2_40g.us_3a_3a628_1_3a_3a17.json",
        "sender-key, status@broadcast::628::0, signal/sender-key/status_40broadcast_3a_3a628_3a_3a0.json",
        "app-state-sync-key, AAAAAAA+/8=, signal/app-state-sync-key/AAAAAAA_2b_2f8_3d.json",
        "app-state-sync-version, critical_block, signal/app-state-sync-version/critical_block.json",
        "lid-mapping, 1122_reverse, signal/lid-mapping/1122_reverse.json",
        "tctoken, 155@s.whatsapp.net, signal/tctoken/155_40s.whatsapp.net.json",
        "tctoken, __index, signal/tctoken/__index.json",
        "lid-mapping, '', signal/lid-mapping/.json",
        "new-thing, x, signal/new-thing/x.json",
    })
    void ofTheIdsThatWhatsAppMakesFileAndRecordTellEachOther(String type, String id, String file) {
        assertThat(LAYOUT.file(Key.ofKey(type, id))).contains(file);
        assertThat(LAYOUT.record(file)).contains(Key.ofKey(type, id));
    }

    @Test
    void anyOtherCharacterIsItsNumber() {
        assertThat(LAYOUT.file(Key.ofKey("tctoken", "\u00e9 \0\ud83d\ude00")))
                .contains("signal/tctoken/_e9_20_0_d83d_de00.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "signal/pre-key/tmp-0123456789abcdef",
                "signal/pre-key/a@b.json",
                "signal/pre-key/x/1.json",
                "signal/1.json",
                "pre-key-1.json",
                "creds.json.bak",
                "signal//1.json"
            })
    void whatZaileysCannotHaveNamedIsNoRecord(String file) {
        assertThat(LAYOUT.record(file)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\\b", "a\0b"})
    void aTypeThatIsNoNameOfADirectoryHasNoFile(String type) {
        assertThat(LAYOUT.file(Key.ofKey(type, "1"))).isEmpty();
    }

    @Test
    void everyRecordLeadsBackToTheSameFile() {
        Tries.of(2000, 23, values -> {
            String id = values.draw("id", ZaileysLayoutTest::text);
            String file = "signal/session/" + id + ".json";
            LAYOUT.record(file).ifPresent(key -> assertThat(LAYOUT.file(key)).contains(file));
        });
    }

    private static String text(Random random) {
        return Tries.text(random, 8, "_", "_3a", "_40", "_2b", "3", "a", "_1", ".", "-", "@", "_e9", "_3A");
    }

    @Test
    void leftoversAreTiedToTheirPlace() {
        assertThat(LAYOUT.leftoverOf("tmp-0123456789abcdef")).contains("creds.json");
        assertThat(LAYOUT.leftoverOf("signal/session/tmp-0123456789abcdef").flatMap(LAYOUT::record))
                .hasValueSatisfying(key -> assertThat(key.partition()).isEqualTo("session"));
        assertThat(LAYOUT.leftoverOf("signal/tmp-0123456789abcdef")).isEmpty();
        assertThat(LAYOUT.leftoverOf("signal/session/1.json")).isEmpty();
    }
}
