package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.ClientState;
import dev.pawl.DisconnectReason;
import dev.pawl.Disconnection;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.transport.TransportException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each way in which a connection can end leads to: the table of {@code docs/client.md}, on real Baileys. */
class ClosesTest {

    @TempDir
    Path directory;

    private WhatsAppStandIn standIn;
    private Program program;
    private Device device;

    @BeforeEach
    void pair() throws Exception {
        standIn = WhatsAppStandIn.start();
        program = Program.open(
                standIn.transport(directory.resolve("cache"))
                        .loginTimeout(Duration.ofMillis(1500))
                        .logoutTimeout(Duration.ofSeconds(1))
                        .build(),
                "main",
                "native:" + directory.resolve("native"));
        device = program.pair(standIn);
        assertThat(program.end().reason()).isEqualTo(DisconnectReason.RESTART_REQUIRED);
    }

    @AfterEach
    void end() {
        program.close();
        standIn.close();
    }

    /** The connection ends so, and comes back by itself with the same device. */
    private void comesBack(DisconnectReason reason, int code) throws Exception {
        Disconnection end = program.end();
        assertThat(end.reason()).isEqualTo(reason);
        assertThat(end.code()).isEqualTo(code == 0 ? OptionalInt.empty() : OptionalInt.of(code));
        assertThat(end.willReconnect()).isTrue();
        isAsBefore();
    }

    /** The connection ends so and stays ended; told to connect again, it is the same device. */
    private void givesUp(DisconnectReason reason, int code) throws Exception {
        Disconnection end = program.end();
        assertThat(end.reason()).isEqualTo(reason);
        assertThat(end.code()).hasValue(code);
        assertThat(end.willReconnect()).isFalse();
        assertThat(program.client.awaitClosed(Program.PATIENCE)).isTrue();
        assertThat(program.client.state()).isEqualTo(ClientState.DISCONNECTED);
        assertThat(program.client.credentials().orElseThrow().me()).isPresent();
        isAsBefore();
    }

    private static DisconnectReason reason(int code) {
        return switch (code) {
            case 403 -> DisconnectReason.FORBIDDEN;
            case 405 -> DisconnectReason.OUTDATED;
            case 408 -> DisconnectReason.CONNECTION_LOST;
            case 411 -> DisconnectReason.MULTI_DEVICE_MISMATCH;
            case 428 -> DisconnectReason.CONNECTION_CLOSED;
            case 440 -> DisconnectReason.REPLACED;
            case 503 -> DisconnectReason.UNAVAILABLE;
            default -> throw new IllegalArgumentException(Integer.toString(code));
        };
    }

    private void isAsBefore() throws Exception {
        program.connect();
        standIn.awaitLive(device);
        String text = "after " + System.nanoTime();
        standIn.send(ANA, device, text);
        program.message(text);
        assertThat(program.sawQr()).isFalse();
    }

    @Test
    void streamErrorsWithACode() throws Exception {
        for (int code : new int[] {408, 428, 503}) {
            standIn.close(device, "stream-error", code);
            comesBack(reason(code), code);
        }
        standIn.close(device, "stream-error", 515);
        comesBack(DisconnectReason.RESTART_REQUIRED, 515);
        standIn.close(device, "stream-error", 500);
        comesBack(DisconnectReason.BAD_SESSION, 500);
        standIn.close(device, "stream-error", 516);
        comesBack(DisconnectReason.UNKNOWN, 516);
        standIn.close(device, "stream-error", 403);
        givesUp(DisconnectReason.FORBIDDEN, 403);
        standIn.close(device, "stream-error", 440);
        givesUp(DisconnectReason.REPLACED, 440);
    }

    @Test
    void streamErrorsWithoutACode() throws Exception {
        standIn.close(device, "not-well-formed");
        comesBack(DisconnectReason.BAD_SESSION, 500);
        standIn.close(device, "ack");
        comesBack(DisconnectReason.BAD_SESSION, 500);
        standIn.close(device, "empty");
        comesBack(DisconnectReason.BAD_SESSION, 500);
        standIn.close(device, "stream-end");
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
        standIn.close(device, "downgrade");
        givesUp(DisconnectReason.MULTI_DEVICE_MISMATCH, 411);
        standIn.close(device, "replaced");
        givesUp(DisconnectReason.REPLACED, 440);
    }

    @Test
    void connectionsThatBreak() throws Exception {
        standIn.close(device, "websocket", 1000);
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
        standIn.close(device, "websocket", 1011);
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
        standIn.close(device, "reset");
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
        standIn.close(device, "malformed-frame");
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
        standIn.close(device, "short-frame");
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
    }

    @Test
    void refusedLogins() throws Exception {
        for (int code : new int[] {400, 406, 408, 409, 428, 500, 503, 515}) {
            standIn.logins("failure", code);
            standIn.close(device, "stream-end");
            assertThat(program.end().code()).hasValue(428);
            Disconnection refused = program.end();
            assertThat(refused.code()).hasValue(code);
            assertThat(refused.willReconnect()).isTrue();
            standIn.loginsGoWell();
            isAsBefore();
            drain();
        }
        for (int code : new int[] {403, 405, 411, 440}) {
            standIn.logins("failure", code);
            standIn.close(device, "stream-end");
            assertThat(program.end().code()).hasValue(428);
            assertThat(program.client.awaitClosed(Program.PATIENCE)).isTrue();
            standIn.loginsGoWell();
            givesUp(reason(code), code);
        }
    }

    private void drain() {
        program.forgetEnds();
    }

    @Test
    void loginsThatNobodyAnswersAndUpgradesThatAreRefused() throws Exception {
        standIn.logins("silence", 0);
        standIn.close(device, "stream-end");
        assertThat(program.end().code()).hasValue(428);
        assertThat(program.end().code()).hasValue(408);
        standIn.loginsGoWell();
        isAsBefore();
        drain();

        for (int status : new int[] {401, 403, 503}) {
            standIn.upgrades(status);
            standIn.close(device, "stream-end");
            assertThat(program.end().code()).hasValue(428);
            assertThat(program.end().code()).hasValue(408);
            standIn.upgrades(0);
            isAsBefore();
            drain();
        }
    }

    @Test
    void aLoginThatIsRefusedWithoutAReason() throws Exception {
        standIn.logins("failure", 0);
        standIn.close(device, "stream-end");
        assertThat(program.end().code()).hasValue(428);
        assertThat(program.end().code()).hasValue(500);
        standIn.loginsGoWell();
        isAsBefore();
    }

    @Test
    void aServerWithAForgedCertificate() throws Exception {
        standIn.forgeCertificate(true);
        standIn.close(device, "stream-end");
        assertThat(program.end().code()).hasValue(428);
        assertThat(program.end().code()).hasValue(400);
        standIn.forgeCertificate(false);
        isAsBefore();
    }

    @Test
    void aLogoutThatNobodyConfirmsClearsNothing() throws Exception {
        standIn.deaf(true);
        assertThatThrownBy(() -> program.client.logout()).isInstanceOf(TransportException.class);
        assertThat(program.client.credentials().orElseThrow().me()).isPresent();
        standIn.deaf(false);
        standIn.close(device, "stream-end");
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
    }

    @Test
    void aLostRegistrationIsBelievedOnlyWhenTheLoginIsRefusedToo() throws Exception {
        standIn.close(device, "stream-error", 401);
        Disconnection end = program.end();
        assertThat(end.reason()).isEqualTo(DisconnectReason.LOGGED_OUT);
        assertThat(end.willReconnect()).isTrue();
        isAsBefore();

        standIn.unpair(device);
        assertThat(program.client.awaitClosed(Program.PATIENCE)).isTrue();
        assertThat(program.client.state()).isEqualTo(ClientState.LOGGED_OUT);
        assertThat(program.client.credentials()).isEmpty();
    }
}
