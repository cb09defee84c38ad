package dev.pawl.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.json.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CurveTest {

    private static final Bytes MESSAGE = Bytes.utf8("one message");
    private static final int SIGN_BIT = 0x80;

    @RepeatedTest(20)
    void aPublicKeyIsWhatTheJdkDerivesToo() throws GeneralSecurityException {
        Bytes privateKey = Bytes.wrap(Curve.random(32));

        assertThat(Curve.publicKey(privateKey)).isEqualTo(jdkPublicKey(privateKey));
    }

    @RepeatedTest(20)
    void aSignatureVerifiesForItsKeyAndMessageOnly() {
        KeyPair pair = KeyPair.generate();
        Bytes signature = pair.sign(MESSAGE);

        assertThat(signature.size()).isEqualTo(64);
        assertThat(Curve.verify(pair.publicKey(), MESSAGE, signature)).isTrue();
        assertThat(Curve.verify(pair.typedPublicKey(), MESSAGE, signature)).isTrue();
        assertThat(Curve.verify(KeyPair.generate().publicKey(), MESSAGE, signature))
                .isFalse();
        assertThat(Curve.verify(pair.publicKey(), Bytes.utf8("another message"), signature))
                .isFalse();
    }

    @Test
    void noChangedByteOfASignatureVerifies() {
        KeyPair pair = KeyPair.generate();
        byte[] signature = pair.sign(MESSAGE).toArray();

        for (int i = 0; i < signature.length; i++) {
            byte[] changed = signature.clone();
            changed[i] ^= 1;
            assertThat(Curve.verify(pair.publicKey(), MESSAGE, Bytes.wrap(changed)))
                    .as("byte %d", i)
                    .isFalse();
        }
        byte[] otherSign = signature.clone();
        otherSign[63] ^= (byte) SIGN_BIT;
        assertThat(Curve.verify(pair.publicKey(), MESSAGE, Bytes.wrap(otherSign)))
                .isFalse();
    }

    @Test
    void signaturesOfOneMessageDiffer() {
        KeyPair pair = KeyPair.generate();

        assertThat(pair.sign(MESSAGE)).isNotEqualTo(pair.sign(MESSAGE));
    }

    @Test
    void whatHasAnotherSizeIsNoSignatureAndNoKey() {
        KeyPair pair = KeyPair.generate();
        Bytes signature = pair.sign(MESSAGE);

        assertThat(Curve.verify(pair.publicKey(), MESSAGE, Bytes.EMPTY)).isFalse();
        assertThat(Curve.verify(Bytes.EMPTY, MESSAGE, signature)).isFalse();
        assertThat(Curve.verify(Bytes.wrap(new byte[33]), MESSAGE, signature)).isFalse();
        assertThatThrownBy(() -> Curve.publicKey(Bytes.wrap(new byte[31])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Curve.sign(Bytes.wrap(new byte[33]), MESSAGE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void publicKeysThatAreNoPointsVerifyNothing() {
        Bytes signature = KeyPair.generate().sign(MESSAGE);

        assertThat(Curve.verify(Bytes.wrap(new byte[32]), MESSAGE, signature)).isFalse();
        byte[] minusOne = HexFormat.of().parseHex("ec" + "ff".repeat(30) + "7f");
        assertThat(Curve.verify(Bytes.wrap(minusOne), MESSAGE, signature)).isFalse();
    }

    @Test
    void aNewPrivateKeyIsClamped() {
        Bytes key = KeyPair.generate().privateKey();

        assertThat(key.byteAt(0) & 7).isZero();
        assertThat(key.byteAt(31) & 0xC0).isEqualTo(0x40);
    }

    @Test
    void aPairKnowsWhetherItsHalvesBelongTogether() {
        KeyPair pair = KeyPair.generate();

        assertThat(pair.matches()).isTrue();
        assertThat(KeyPair.of(pair.privateKey(), KeyPair.generate().publicKey()).matches())
                .isFalse();
    }

    private static Bytes jdkPublicKey(Bytes privateKey) throws GeneralSecurityException {
        KeyFactory keys = KeyFactory.getInstance("X25519");
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey.toArray())));
        agreement.doPhase(
                keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BigInteger.valueOf(9))), true);
        return Bytes.wrap(agreement.generateSecret());
    }
}
