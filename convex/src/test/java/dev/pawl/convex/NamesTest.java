package dev.pawl.convex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What rows are called. */
final class NamesTest {

    private static final List<String> PARTS = List.of(
            "",
            "a",
            ":",
            "a:b",
            "@",
            "1:2@s.whatsapp.net",
            "x@y:z",
            "waiting",
            "creds",
            "pre-key",
            "\u0000",
            "\ud83d\ude00",
            "pawl",
            "1",
            "|",
            "3EB0|1");

    @Test
    void everyRowHasANameOfItsOwnThatReadsBackAsIt() {
        Map<String, Key> names = new HashMap<>();
        for (Family family : Family.values()) {
            for (String partition : PARTS) {
                for (String id : PARTS) {
                    Key key = new Key(family, partition, id);
                    String name = Names.of(key);
                    assertThat(names.put(name, key)).as(name).isNull();
                    assertThat(Names.parse(name)).as(name).contains(key);
                }
            }
        }
    }

    @Test
    void whatZaileysHasIsCalledAsItCallsIt() {
        assertThat(Names.of(Key.CREDENTIALS)).isEqualTo("creds");
        assertThat(Names.of(Key.ofKey("sender-key", "1@g.us::2::3"))).isEqualTo("signal:sender-key:1@g.us::2::3");
        assertThat(Names.of(new Key(Family.MESSAGE, "628:12@s.whatsapp.net", "3EB0|1")))
                .isEqualTo("msg:628:12@s.whatsapp.net:3EB0|1");
        assertThat(Names.of(Key.of(Family.CHAT, "1@g.us"))).isEqualTo("chat:1@g.us");
        assertThat(Names.of(Key.of(Family.CONTACT, "1@lid"))).isEqualTo("contact:1@lid");
        assertThat(Names.of(new Key(Family.PRESENCE, "1@lid", "1@lid"))).isEqualTo("presence:1@lid");
        assertThat(Names.of(new Key(Family.JOB, "waiting", "j"))).isEqualTo("job:j");
    }

    @Test
    void whatItDoesNotHaveHasALongName() {
        assertThat(Names.of(Key.ofKey("a:b", "c"))).isEqualTo("pawl:key:3:a:b:c");
        assertThat(Names.of(new Key(Family.PRESENCE, "1@g.us", "1@lid"))).isEqualTo("pawl:presence:6:1@g.us:1@lid");
        assertThat(Names.of(Key.of(Family.LEASE, "auth"))).isEqualTo("pawl:lease:0::auth");
    }

    @Test
    void whatNobodyCallsARowIsNone() {
        for (String name : List.of(
                "",
                "x",
                "signal",
                "signal:x",
                "msg:nobody",
                "pawl:",
                "pawl:key:9:a:b",
                "pawl:key:x:a:b",
                "pawl:part:1:00",
                "pawl:garbage:x",
                "CREDS",
                "creds:")) {
            assertThat(Names.parse(name)).as(name).isEmpty();
        }
    }

    @Test
    void namesOfAFamilyAreInItsRange() {
        List<String> outside = new ArrayList<>();
        for (Family family : Family.values()) {
            Names.range(family).ifPresent(range -> {
                for (String name :
                        List.of("creds", "signal:a:b", "msg:a@b:c", "chat:a", "contact:a", "presence:a", "job:a")) {
                    boolean inside = name.compareTo(range.from()) >= 0 && name.compareTo(range.to()) < 0;
                    boolean its = Names.parse(name).orElseThrow().family() == family;
                    if (inside != its) {
                        outside.add(family + " " + name);
                    }
                }
            });
        }
        assertThat(outside).isEmpty();
    }

    @Test
    void theOrderOfWhatZaileysWroteIsItsSortKeyOrTheTimeOfAChat() {
        Key message = new Key(Family.MESSAGE, "a@b", "c|0");
        Key chat = Key.of(Family.CHAT, "a@b");
        assertThat(Names.order(message, stored(OptionalDouble.of(7.9), "{}"))).isEqualTo(7);
        assertThat(Names.order(message, stored(OptionalDouble.of(-1), "{}"))).isZero();
        assertThat(Names.order(message, stored(OptionalDouble.of(Double.NaN), "{}")))
                .isZero();
        assertThat(Names.order(message, stored(OptionalDouble.of(Double.POSITIVE_INFINITY), "{}")))
                .isEqualTo(Row.MAX_ORDER);
        assertThat(Names.order(message, stored(OptionalDouble.empty(), "{}"))).isZero();
        for (String time :
                List.of("1700000000", "\"1700000000\"", "{\"low\":1700000000,\"high\":0,\"unsigned\":true}")) {
            assertThat(Names.order(chat, stored(OptionalDouble.empty(), "{\"conversationTimestamp\":" + time + "}")))
                    .isEqualTo(1700000000);
        }
        for (String json :
                List.of("{}", "[]", "no JSON", "{\"conversationTimestamp\":null}", "{\"conversationTimestamp\":-5}")) {
            assertThat(Names.order(chat, stored(OptionalDouble.empty(), json))).isZero();
        }
    }

    private static Stored stored(OptionalDouble sortKey, String value) {
        return new Stored("k", value, sortKey);
    }
}
