package dev.pawl.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.Bytes;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CurvePairsTest {

    @RepeatedTest(50)
    void aPairBelongsTogetherInBothFormsAndWithNoBitChanged() {
        KeyPair pair = KeyPair.generate();

        assertThat(Curve.belongTogether(pair.privateKey(), pair.publicKey())).isTrue();
        assertThat(Curve.belongTogether(pair.privateKey(), pair.typedPublicKey()))
                .isTrue();
        assertThat(Curve.belongTogether(KeyPair.generate().privateKey(), pair.publicKey()))
                .isFalse();
        for (int bit = 0; bit < 256; bit += 15) {
            byte[] other = pair.publicKey().toArray();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Curve.belongTogether(pair.privateKey(), Bytes.wrap(other)))
                    .isFalse();
        }
    }

    @Test
    void theHighestBitAndOtherTypesAndSizesBelongToNoKey() {
        KeyPair pair = KeyPair.generate();
        byte[] high = pair.publicKey().toArray();
        high[31] |= (byte) 0x80;
        byte[] untyped = pair.typedPublicKey().toArray();
        untyped[0] = 6;

        assertThat(Curve.belongTogether(pair.privateKey(), Bytes.wrap(high))).isFalse();
        assertThat(Curve.belongTogether(pair.privateKey(), Bytes.wrap(untyped))).isFalse();
        assertThat(Curve.belongTogether(pair.privateKey(), Bytes.EMPTY)).isFalse();
    }
}
