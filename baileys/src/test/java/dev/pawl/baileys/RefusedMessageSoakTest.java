package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStatus;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of a message that the server refuses, and of the next, just after a pairing. A status was missing in two
 * of some twelve runs beside all other tests, in each another one, and why is not known: {@code
 * docs/baileys-transport.md}, What stays.
 */
@ParameterizedClass
@MethodSource("linked")
class RefusedMessageSoakTest {

    private final LinkedProgram linked;

    RefusedMessageSoakTest(LinkedProgram linked) {
        this.linked = linked;
    }

    static Stream<LinkedProgram> linked() {
        return LinkedProgram.each();
    }

    /** Nobody waits for the server's answer to a message that is sent directly: that it was refused stands in the history. */
    @Test
    void itIsAnErrorAndTheNextIsNone() throws Exception {
        linked.standIn.call("refuseNextMessage", JsonObject.builder().put("error", 463));
        String refused = linked.send(ANA.lid(), "not to her");
        Eventually.holds(() -> assertThat(status(refused)).isEqualTo(MessageStatus.ERROR));
        String id = linked.send(ANA.lid(), "but this");
        linked.standIn.awaitMessage(ANA, id);
        Eventually.holds(() -> assertThat(status(id)).isEqualTo(MessageStatus.DELIVERY_ACK));
        assertThat(status(refused)).isEqualTo(MessageStatus.ERROR);
    }

    private MessageStatus status(String id) {
        return linked.stored(ANA.lid(), true, id).status().orElseThrow();
    }
}
