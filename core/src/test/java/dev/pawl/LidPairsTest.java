package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.transport.KeyChanges;
import java.util.List;
import org.junit.jupiter.api.Test;

class LidPairsTest {

    private static final String PAIR = "{\"lid\":\"555@lid\",\"pn\":\"628@s.whatsapp.net\"}";

    @Test
    void eitherHalfTellsThePairAndBothTellItOnce() {
        KeyChanges number = KeyChanges.none().put("lid-mapping", "628", Bytes.utf8("\"555\""));
        KeyChanges lid = KeyChanges.none().put("lid-mapping", "555_reverse", Bytes.utf8("\"628\""));
        assertThat(told(number)).containsExactly(PAIR);
        assertThat(told(lid)).containsExactly(PAIR);
        assertThat(told(KeyChanges.of(changes -> changes.add(number).add(lid)))).containsExactly(PAIR);
    }

    @Test
    void whatIsDeletedOrNoTextTellsNothing() {
        assertThat(told(KeyChanges.of(changes -> changes.delete("lid-mapping", "628")
                        .put("lid-mapping", "1", Bytes.utf8("{}"))
                        .put("lid-mapping", "2", Bytes.utf8("\"\""))
                        .put("lid-mapping", "3", Bytes.utf8("\""))
                        .put("session", "628", Bytes.utf8("\"555\"")))))
                .isEmpty();
    }

    private static List<String> told(KeyChanges changes) {
        List<RawEvent> events = LidPairs.in(changes);
        assertThat(events).allMatch(event -> event.name().equals("lid-mapping.update"));
        return events.stream().map(event -> event.data().toText()).toList();
    }
}
