package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.ClientState;
import dev.pawl.DisconnectReason;
import dev.pawl.Disconnection;
import dev.pawl.auth.Credentials;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.transport.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A program on one kind of store, with a server of its own, whose connections end in all ways that there are. */
final class Closes implements AutoCloseable {

    private final StoreKind kind;
    private final Path directory;
    private final WhatsAppStandIn standIn = WhatsAppStandIn.start();
    private final Wire wire = new Wire(standIn);
    private Program program;
    private Device device = new Device(0, "", "", 0, 0, false);
    private int pairings;

    Closes(StoreKind kind, Path directory) throws IOException {
        this.kind = kind;
        this.directory = directory;
        this.program = open("stores0");
    }

    private Program open(String name) throws IOException {
        return open(name, transport -> transport);
    }

    private Program open(String name, UnaryOperator<BaileysTransport.Builder> how) throws IOException {
        Path place = Files.createDirectories(directory.resolve(name));
        return Program.open(
                how.apply(standIn.transport(directory.resolve("cache"))).build(), "main", kind.locators(place));
    }

    /** Goes on with the same device over a transport of its own, for as long as the story takes. */
    private void with(UnaryOperator<BaileysTransport.Builder> how, Story story) throws Exception {
        program.close();
        standIn.awaitGone(device);
        program = open("stores" + pairings, how);
        program.connect();
        standIn.awaitLive(device);
        story.play();
        program.close();
        program = open("stores" + pairings);
    }

    private interface Story {
        void play() throws Exception;
    }

    /** Whether all of it lies in a directory. */
    boolean isInFiles() {
        return StoreKind.files().anyMatch(kind::equals);
    }

    /** Goes on with the same device, as long as it is linked. */
    void begin() throws Exception {
        standIn.loginsGoWell();
        standIn.upgrades(0);
        standIn.forgeCertificate(false);
        if (program.client.credentials().flatMap(Credentials::me).isEmpty()) {
            program.close();
            program = open("stores" + ++pairings);
            device = program.pair(standIn);
            assertThat(program.end().reason()).isEqualTo(DisconnectReason.RESTART_REQUIRED);
        }
        program.connect();
        program.forgetEnds();
    }

    void requireNoSurprises() {
        standIn.requireNoSurprises();
    }

    @Override
    public void close() {
        Ends.all(List.of(program::close, standIn::close));
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
        standIn.close(device, "text", 2);
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
        standIn.close(device, "text", 100_000);
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
    }

    void nobodyListens() throws Exception {
        wire.listens(false);
        assertThat(program.end().code()).hasValue(428);
        for (int attempt = 0; attempt < 2; attempt++) {
            Disconnection refused = program.end();
            assertThat(refused.reason()).isEqualTo(DisconnectReason.CONNECTION_LOST);
            assertThat(refused.code()).hasValue(408);
            assertThat(refused.willReconnect()).isTrue();
        }
        wire.listens(true);
        isAsBefore();
    }

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
        wire.refusesOneLogin(429);
        standIn.close(device, "stream-end");
        assertThat(program.end().code()).hasValue(428);
        Disconnection limited = program.end();
        assertThat(limited.reason()).isEqualTo(DisconnectReason.RATE_LIMITED);
        assertThat(limited.pause().orElseThrow()).isGreaterThan(Duration.ofMinutes(3));
        isAsBefore();
        drain();
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

    /** Everywhere else a login may take its time, as it does on a machine that is busy. */
    void loginsThatNobodyAnswersAndUpgradesThatAreRefused() throws Exception {
        with(transport -> transport.loginTimeout(Duration.ofMillis(1500)), this::loginsAreNotWaitedForLong);
    }

    private void loginsAreNotWaitedForLong() throws Exception {
        drain();
        standIn.logins("silence", 0);
        standIn.close(device, "stream-end");
        assertThat(program.end().code()).hasValue(428);
        assertThat(program.end().code()).hasValue(408);
        standIn.loginsGoWell();
        isAsBefore();
        drain();

        wire.silentUpgrades(true);
        standIn.close(device, "stream-end");
        assertThat(program.end().code()).hasValue(428);
        assertThat(program.end().code()).hasValue(408);
        wire.silentUpgrades(false);
        isAsBefore();
        drain();

        for (int status : new int[] {401, 403, 405, 503}) {
            standIn.upgrades(status);
            standIn.close(device, "stream-end");
            assertThat(program.end().code()).hasValue(428);
            assertThat(program.end().code()).hasValue(408);
            standIn.upgrades(0);
            isAsBefore();
            drain();
        }
    }

    void aLoginThatIsRefusedWithoutAReason() throws Exception {
        standIn.logins("failure", 0);
        standIn.close(device, "stream-end");
        assertThat(program.end().code()).hasValue(428);
        assertThat(program.end().code()).hasValue(500);
        standIn.loginsGoWell();
        isAsBefore();
    }

    void aServerWithAForgedCertificate() throws Exception {
        standIn.forgeCertificate(true);
        standIn.close(device, "stream-end");
        assertThat(program.end().code()).hasValue(428);
        assertThat(program.end().code()).hasValue(400);
        standIn.forgeCertificate(false);
        isAsBefore();
        for (String forged : List.of("root", "serial")) {
            drain();
            wire.certificate(forged);
            standIn.close(device, "stream-end");
            assertThat(program.end().code()).hasValue(428);
            assertThat(program.end().code()).as(forged).hasValue(400);
            wire.certificate("nothing");
            isAsBefore();
        }
    }

    void aLogoutThatNobodyConfirmsClearsNothing() throws Exception {
        with(transport -> transport.logoutTimeout(Duration.ofSeconds(1)), this::aLogoutIsNotConfirmed);
    }

    private void aLogoutIsNotConfirmed() throws Exception {
        standIn.deaf(true);
        assertThatThrownBy(() -> program.client.logout()).isInstanceOf(TransportException.class);
        assertThat(program.client.credentials().orElseThrow().me()).isPresent();
        standIn.deaf(false);
        standIn.close(device, "stream-end");
        comesBack(DisconnectReason.CONNECTION_CLOSED, 428);
    }

    void aLostRegistrationIsBelievedOnlyWhenTheLoginIsRefusedToo() throws Exception {
        standIn.close(device, "stream-error", 401);
        Disconnection end = program.end();
        assertThat(end.reason()).isEqualTo(DisconnectReason.LOGGED_OUT);
        assertThat(end.willReconnect()).isTrue();
        isAsBefore();
        for (int code : new int[] {401, 410}) {
            drain();
            wire.refusesOneLogin(code);
            standIn.close(device, "stream-end");
            assertThat(program.end().code()).hasValue(428);
            comesBack(DisconnectReason.LOGGED_OUT, code);
        }

        standIn.unpair(device);
        isLoggedOut();
    }

    void aDeviceThatWasUnlinkedWhileItWasAway() throws Exception {
        program.client.disconnect();
        // Listeners hear of it behind the back of who asked.
        assertThat(program.end().reason()).isEqualTo(DisconnectReason.REQUESTED);
        standIn.awaitGone(device);
        standIn.unpair(device);
        program.client.connect();

        Disconnection first = program.end();
        assertThat(first.code()).hasValue(401);
        assertThat(first.willReconnect()).isTrue();
        Disconnection second = program.end();
        assertThat(second.code()).hasValue(401);
        assertThat(second.willReconnect()).isFalse();
        isLoggedOut();
    }

    private void isLoggedOut() throws Exception {
        assertThat(program.client.awaitClosed(Program.PATIENCE)).isTrue();
        assertThat(program.client.state()).isEqualTo(ClientState.LOGGED_OUT);
        assertThat(program.client.credentials()).isEmpty();
    }

    void aCopyOfTheSameDeviceLogsIn() throws Exception {
        program.close();
        standIn.awaitGone(device);
        Path original = directory.resolve("stores" + pairings);
        Path copy = directory.resolve("copy");
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(original.relativize(file)));
            }
        }
        program = open("stores" + pairings);
        program.connect();
        try (Program other = open("copy")) {
            other.connect();
            Disconnection end = program.end();
            assertThat(end.reason()).isEqualTo(DisconnectReason.REPLACED);
            assertThat(end.code()).hasValue(440);
            assertThat(end.willReconnect()).isFalse();
            assertThat(program.client.awaitClosed(Program.PATIENCE)).isTrue();
        }
        standIn.awaitGone(device);
        isAsBefore();
    }
}
