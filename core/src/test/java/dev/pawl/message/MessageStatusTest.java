package dev.pawl.message;

import static dev.pawl.message.MessageStatus.DELIVERY_ACK;
import static dev.pawl.message.MessageStatus.ERROR;
import static dev.pawl.message.MessageStatus.PENDING;
import static dev.pawl.message.MessageStatus.PLAYED;
import static dev.pawl.message.MessageStatus.READ;
import static dev.pawl.message.MessageStatus.SERVER_ACK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageStatusTest {

    @Test
    void aMessageGetsOnAndAnErrorStandsBetweenSentAndArrived() {
        List<MessageStatus> order = List.of(PENDING, SERVER_ACK, ERROR, DELIVERY_ACK, READ, PLAYED);

        for (MessageStatus one : order) {
            for (MessageStatus other : order) {
                assertThat(one.isAfter(other))
                        .as("%s after %s", one, other)
                        .isEqualTo(order.indexOf(one) > order.indexOf(other));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"0, ERROR", "'READ', READ", "4, READ", "'4', READ", "5, PLAYED", "'PENDING', PENDING"})
    void aStatusIsANumberOrAName(String value, MessageStatus status) {
        assertThat(in(value)).contains(status);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"6", "-1", "null", "'LATER'", "''", "true"})
    void otherValuesAreNone(String value) {
        assertThat(in(value)).isEmpty();
    }

    private static Optional<MessageStatus> in(String value) {
        return MessageStatus.in(JsonObject.EMPTY.with("status", JsonValue.parse(value.replace('\'', '"'))));
    }
}
