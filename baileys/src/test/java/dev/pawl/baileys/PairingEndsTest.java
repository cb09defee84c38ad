package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.ClientState;
import dev.pawl.DisconnectReason;
import dev.pawl.Disconnection;
import dev.pawl.auth.Credentials;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Pairings that come to nothing, and that another attempt goes well. */
class PairingEndsTest {

    /** How long a QR code is shown. */
    private static final JsonObject SHORT =
            JsonObject.builder().put("qrTimeout", JsonNumber.of(60)).build();

    @TempDir
    Path directory;

    private Program program(StoreKind kind, BaileysTransport.Builder transport) {
        return Program.open(transport.build(), "main", kind.locators(directory));
    }

    private static void isPairedBy(WhatsAppStandIn standIn, Program program, Device device) throws Exception {
        program.connect();
        standIn.awaitLive(device);
        standIn.send(ANA, device, "welcome");
        program.message("welcome");
    }

    @OnEachStore
    void aForgedProofOfThePhonePairsNothing(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(kind, standIn.transport(directory.resolve("cache")))) {
            program.client.connect();
            for (String forged : new String[] {"hmac", "signature"}) {
                standIn.scanForged(program.qr(), forged);

                Disconnection end = program.end();
                assertThat(end.reason()).as(forged).isEqualTo(DisconnectReason.BAD_SESSION);
                assertThat(end.code()).hasValue(500);
                assertThat(end.willReconnect()).isTrue();
                assertThat(program.client.credentials().orElseThrow().me()).isEmpty();
            }
            isPairedBy(standIn, program, standIn.scan(program.qr()));
        }
    }

    @OnEachStore
    void codesThatNobodyScansEnd(StoreKind kind) throws Exception {
        Optional<Credentials> identity;
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(
                        kind, standIn.transport(directory.resolve("cache")).socketOptions(SHORT))) {
            Wire wire = new Wire(standIn);
            wire.references(4);
            program.client.connect();

            Disconnection first = program.end();
            assertThat(first.reason()).isEqualTo(DisconnectReason.CONNECTION_LOST);
            assertThat(first.code()).hasValue(408);
            assertThat(first.willReconnect()).isTrue();
            Disconnection last = program.end();
            assertThat(last.reason()).isEqualTo(DisconnectReason.PAIRING_EXPIRED);
            assertThat(last.willReconnect()).isFalse();
            Set<String> shown = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                shown.add(program.qr());
            }
            assertThat(shown).hasSize(6);
            assertThat(program.sawQr()).isFalse();
            assertThat(program.client.state()).isEqualTo(ClientState.DISCONNECTED);
            identity = program.client.credentials();
        }
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(kind, standIn.transport(directory.resolve("cache")))) {
            program.client.connect();
            isPairedBy(standIn, program, standIn.scan(program.qr()));
            assertThat(program.client.credentials().orElseThrow().registrationId())
                    .isEqualTo(identity.orElseThrow().registrationId());
        }
    }

    /** All that the server gave were shown, and nobody used them: then it ends with the code that the server's end has. */
    @OnEachStore
    void allCodesOfOneConnectionEnd(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(
                        kind, standIn.transport(directory.resolve("cache")).socketOptions(SHORT))) {
            program.client.connect();

            Disconnection end = program.end();

            assertThat(end.reason()).isEqualTo(DisconnectReason.PAIRING_EXPIRED);
            assertThat(end.code()).hasValue(408);
            assertThat(end.message()).contains("QR refs");
            assertThat(program.client.credentials().orElseThrow().me()).isEmpty();
        }
    }
}
