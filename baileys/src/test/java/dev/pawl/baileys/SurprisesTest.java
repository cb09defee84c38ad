package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** That a stand-in which met something that it does not know fails the test it is in, wherever that closes it. */
class SurprisesTest {

    /** Somebody comes who speaks another protocol. */
    private static void surprise(WhatsAppStandIn standIn) throws Exception {
        CompletableFuture<Void> refused = new CompletableFuture<>();
        WebSocket stranger = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(standIn.environment().get("WA_STANDIN_URL")), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
                        refused.complete(null);
                        return refused;
                    }
                })
                .get(20, TimeUnit.SECONDS);
        stranger.sendBinary(ByteBuffer.wrap(new byte[16]), true).get(20, TimeUnit.SECONDS);
        refused.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatNobodyExpectsFails() throws Exception {
        WhatsAppStandIn standIn = WhatsAppStandIn.start();
        surprise(standIn);
        assertThatThrownBy(standIn::close).isInstanceOf(AssertionError.class).hasMessageContaining("bad prologue");
        assertThatCode(standIn::close).as("it has been said").doesNotThrowAnyException();
    }

    @Test
    void whatIsProvokedDoesNotFail() throws Exception {
        WhatsAppStandIn standIn = WhatsAppStandIn.start();
        standIn.mayMeet("bad prologue");
        surprise(standIn);
        assertThatCode(standIn::close).doesNotThrowAnyException();
    }

    @Test
    void whereTestsShareItEachIsToldOfItsOwn() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            surprise(standIn);
            assertThatThrownBy(standIn::requireNoSurprises)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("bad prologue");
            assertThatCode(standIn::requireNoSurprises)
                    .as("it was of the test before")
                    .doesNotThrowAnyException();
            standIn.mayMeet("bad prologue");
            assertThatThrownBy(standIn::requireNoSurprises).isInstanceOf(AssertionError.class);
            assertThatCode(standIn::requireNoSurprises)
                    .as("what the test before was to meet")
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void whatItSaysAtItsEndLeavesNothingOfTheOthers() throws Exception {
        WhatsAppStandIn standIn = WhatsAppStandIn.start();
        surprise(standIn);
        List<String> ended = new ArrayList<>();
        IllegalStateException second = new IllegalStateException("so does this");
        assertThatThrownBy(() -> Ends.all(List.of(
                        standIn::close,
                        () -> {
                            throw second;
                        },
                        () -> ended.add("the last"))))
                .isInstanceOf(AssertionError.class)
                .hasSuppressedException(second);
        assertThat(ended).containsExactly("the last");
    }

    @Test
    void whatWasToBeProvokedAndWasNotFails() {
        WhatsAppStandIn standIn = WhatsAppStandIn.start();
        standIn.mayMeet("bad prologue");
        assertThatThrownBy(standIn::close).isInstanceOf(AssertionError.class);
    }
}
