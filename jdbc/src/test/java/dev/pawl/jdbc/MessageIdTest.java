package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rows of messages are called in the tables of zaileys. */
final class MessageIdTest {

    @ParameterizedTest
    @CsvSource({
        "3EB0|1, 3EB0, true",
        "3EB0|0, 3EB0, false",
        "3EB0|0|628@s.whatsapp.net, |3EB0|0|628@s.whatsapp.net, false",
        "|0, '', false",
        "|1, '', true",
        "||0, '|||0', false",
        "3EB0, |3EB0, false",
        "'', |, false"
    })
    void aMessageIsCalledByItsIdAndAnythingElseStandsBehindABar(String rowId, String id, boolean fromMe) {
        assertThat(MessageId.of(rowId)).isEqualTo(new MessageId(id, fromMe));
    }

    @Test
    void noTwoNamesHaveTheSame() {
        Map<MessageId, String> names = new HashMap<>();
        List<String> parts = List.of("", "a", "|", "0", "1", "|0", "|1", "||");
        for (String first : parts) {
            for (String second : parts) {
                for (String third : parts) {
                    String name = first + second + third;
                    String other = names.put(MessageId.of(name), name);
                    assertThat(other == null || other.equals(name))
                            .as("%s and %s", name, other)
                            .isTrue();
                }
            }
        }
        assertThat(names).hasSizeGreaterThan(100);
    }
}
