package dev.pawl.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

    /** Written by real Baileys; its keys were drawn for tests. */
    private static final Bytes FRESH = resource();

    private static Bytes resource() {
        try (InputStream in = Objects.requireNonNull(CredentialsTest.class.getResourceAsStream("creds.json"))) {
            return Bytes.wrap(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theTextIsKeptByteForByte() {
        Bytes text = Bytes.utf8(" " + FRESH.utf8() + "\n");

        assertThat(Credentials.parse(text).text()).isEqualTo(text);
    }

    @Test
    void aNewIdentityHasTheMembersOfBaileysInTheirOrder() {
        Credentials made = Credentials.create();

        assertThat(made.json().names())
                .isEqualTo(Credentials.parse(FRESH).json().names());
        assertThat(made.text().size()).isBetween(FRESH.size() - 2, FRESH.size() + 4);
        assertThat(Credentials.parse(made.text())).isEqualTo(made);
    }

    @Test
    void aNewIdentityIsSoundAndNewEachTime() {
        Credentials made = Credentials.create();

        assertThat(made.noiseKey().matches()).isTrue();
        assertThat(made.pairingEphemeralKeyPair())
                .hasValueSatisfying(pair -> assertThat(pair.matches()).isTrue());
        assertThat(made.signedIdentityKey().matches()).isTrue();
        assertThat(made.signedPreKey().keyPair().matches()).isTrue();
        assertThat(made.signedPreKey().keyId()).isEqualTo(1);
        assertThat(made.signedPreKey().isSignedBy(made.signedIdentityKey().publicKey()))
                .isTrue();
        assertThat(made.registrationId()).isBetween(1L, 16380L);
        assertThat(java.util.Base64.getDecoder().decode(made.advSecretKey())).hasSize(32);
        assertThat(made.nextPreKeyId()).hasValue(1);
        assertThat(made.firstUnuploadedPreKeyId()).hasValue(1);
        assertThat(made.accountSyncCounter()).hasValue(0);
        assertThat(made.registered()).isFalse();
        assertThat(made.paired()).isFalse();
        assertThat(made.noiseKey()).isNotEqualTo(Credentials.create().noiseKey());
        assertThat(made.json().get("processedHistoryMessages")).contains(JsonArray.EMPTY);
    }

    @Test
    void theSignatureOfRealBaileysVerifies() {
        Credentials real = Credentials.parse(FRESH);

        assertThat(real.signedPreKey().isSignedBy(real.signedIdentityKey().publicKey()))
                .isTrue();
        assertThat(real.signedPreKey().isSignedBy(real.noiseKey().publicKey())).isFalse();
    }

    @Test
    void aChangeKeepsEverythingElseInItsPlace() {
        Credentials real = Credentials.parse(FRESH).with("unknown", new JsonString("kept"));
        Credentials changed = real.with("nextPreKeyId", JsonNumber.of(31));

        assertThat(changed.text().utf8())
                .isEqualTo(real.text().utf8().replace("\"nextPreKeyId\":1,", "\"nextPreKeyId\":31,"));
        assertThat(changed.json().names()).endsWith("unknown");
    }

    @Test
    void anUpdateReplacesWholeMembers() {
        JsonObject settings = JsonObject.builder()
                .put("unarchiveChats", false)
                .put("defaultDisappearingMode", JsonObject.EMPTY)
                .build();
        JsonObject update = JsonObject.builder()
                .put(
                        "accountSettings",
                        JsonObject.builder().put("unarchiveChats", true).build())
                .put("platform", "android")
                .build();

        Credentials merged =
                Credentials.parse(FRESH).with("accountSettings", settings).merge(update);

        assertThat(merged.json().get("accountSettings").orElseThrow().toText()).isEqualTo("{\"unarchiveChats\":true}");
        assertThat(merged.platform()).contains("android");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "\"hello\"", "0", "false", "{}", "", "   ", "{\"noiseKey\":"})
    void whatIsNoIdentityIsDamagedAndNeverAbsent(String text) {
        assertThatThrownBy(() -> Credentials.stored(Bytes.utf8(text), "the place"))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageStartingWith("the place: ")
                .hasFieldOrPropertyWithValue("place", "the place");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "noiseKey | null | noiseKey: is missing",
                "noiseKey | [] | noiseKey: is an array instead of an object",
                "signedIdentityKey | {\"private\":\"AA==\",\"public\":\"AA==\"} | signedIdentityKey.private: has 1 bytes",
                "signedPreKey | {\"keyPair\":1} | signedPreKey.keyPair: is a number instead of an object",
                "registrationId | \"5\" | registrationId: is not a number",
                "registrationId | 1.5 | registrationId: is not an integer",
                "advSecretKey | 7 | advSecretKey: is a number instead of a string"
            })
    void damageNamesTheMember(String member, String value, String problem) {
        JsonObject damaged = Credentials.parse(FRESH).json().with(member, JsonValue.parse(value));

        assertThatThrownBy(() -> Credentials.parse(damaged.toBytes()))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(problem);
        assertThatThrownBy(() -> Credentials.of(damaged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
        assertThatThrownBy(() -> Credentials.parse(FRESH).with(member, JsonValue.parse(value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
        JsonObject update = JsonObject.EMPTY.with("platform", JsonNull.NULL).with(member, JsonValue.parse(value));
        assertThatThrownBy(() -> Credentials.parse(FRESH).merge(update))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aChangeThatWouldDestroyTheIdentityIsRefused() {
        Credentials real = Credentials.parse(FRESH);

        assertThatThrownBy(() -> real.with("noiseKey", JsonNull.NULL)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> real.merge(JsonObject.EMPTY.with("advSecretKey", JsonNull.NULL)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anOptionalMemberOfTheWrongShapeIsDamageOnlyWhenAskedFor() {
        Credentials odd = Credentials.parse(FRESH).with("me", new JsonString("someone"));

        assertThat(odd.registered()).isFalse();
        assertThatThrownBy(odd::me)
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("me: is a string instead of an object");
    }

    @Test
    void pairedNeedsAnAccountAndNotTheFlag() {
        Credentials waiting = Credentials.parse(FRESH)
                .with("registered", dev.pawl.json.JsonBoolean.TRUE)
                .with("me", JsonObject.builder().put("id", "628@s.whatsapp.net").build());
        Credentials paired = waiting.with(
                "account", JsonObject.builder().put("details", "AQID").build());

        assertThat(waiting.paired()).isFalse();
        assertThat(paired.paired()).isTrue();
        assertThat(paired.account().orElseThrow().details()).isEqualTo(Bytes.wrap(new byte[] {1, 2, 3}));
    }

    @Test
    void nothingOfItIsShown() {
        Credentials real = Credentials.parse(FRESH);

        assertThat(real).hasToString("Credentials[12 members]");
        assertThat(real.noiseKey()).hasToString("KeyPair[]");
        assertThat(real.signedPreKey()).hasToString("SignedPreKey[keyId=1]");
        assertThat(real.with("me", JsonObject.builder().put("id", "628111").build())
                        .me()
                        .orElseThrow())
                .hasToString("Me[]");
    }
}
