package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytesTest {
    @Test
    void aCopyIsIndependentOfTheArray() {
        byte[] array = {1, 2, 3};
        Bytes bytes = Bytes.copyOf(array);
        array[0] = 9;
        bytes.toArray()[1] = 9;
        assertThat(bytes.toArray()).containsExactly(1, 2, 3);
        assertThat(bytes.byteAt(2)).isEqualTo((byte) 3);
        assertThat(bytes.size()).isEqualTo(3);
    }

    @Test
    void equalityIsByContent() {
        assertThat(Bytes.wrap(new byte[] {1, 2}))
                .isEqualTo(Bytes.copyOf(new byte[] {1, 2}))
                .hasSameHashCodeAs(Bytes.copyOf(new byte[] {1, 2}))
                .isNotEqualTo(Bytes.wrap(new byte[] {1}));
        assertThat(Bytes.wrap(new byte[0])).isSameAs(Bytes.EMPTY);
    }

    @Test
    void theOrderIsThatOfUnsignedBytes() {
        assertThat(Bytes.wrap(new byte[] {(byte) 0x80})).isGreaterThan(Bytes.wrap(new byte[] {0x7f, 1}));
        assertThat(Bytes.wrap(new byte[] {1})).isLessThan(Bytes.wrap(new byte[] {1, 0}));
        assertThat(Bytes.utf8("ABC1|0")).isLessThan(Bytes.utf8("ABC|0"));
        assertThat(Bytes.utf8("\uffff")).isLessThan(Bytes.utf8("😀"));
    }

    @Test
    void textGoesThroughUtf8AndBack() {
        String text = "a\0é\u07ff\u0800\ud7ff\ue000\uffff😀\udbff\udfff";
        assertThat(Bytes.utf8(text).utf8()).isEqualTo(text);
        assertThat(Bytes.utf8("é").toArray()).containsExactly(0xC3, 0xA9);
    }

    @Test
    void halfOfASurrogatePairHasNoUtf8() {
        for (String text : new String[] {"\ud800", "a\udc00", "\udc00\ud800", "\ud800\ud800\udc00", "\ud800a"}) {
            assertThatThrownBy(() -> Bytes.utf8(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "80, 0",
        "61BF, 1",
        "C0AF, 0",
        "C1BF, 0",
        "C2, 0",
        "C241, 0",
        "E08080, 0",
        "E09FBF, 0",
        "EDA080, 0",
        "EDBFBF, 0",
        "E282, 0",
        "E28241, 0",
        "F08080AF, 0",
        "F08FBFBF, 0",
        "F4908080, 0",
        "F5808080, 0",
        "FF, 0",
        "F09F98, 0",
        "C3A9F09F9880FE, 6"
    })
    void invalidUtf8IsRefusedAtTheFirstBadSequence(String hex, int offset) {
        Bytes bytes = Bytes.wrap(java.util.HexFormat.of().parseHex(hex));
        JsonException refused = catchThrowableOfType(JsonException.class, bytes::utf8);
        assertThat(refused.offset()).isEqualTo(offset);

        byte[] quoted = java.util.HexFormat.of().parseHex("22" + hex + "22");
        JsonException inString = catchThrowableOfType(JsonException.class, () -> JsonValue.parse(quoted));
        assertThat(inString.offset()).isEqualTo(offset + 1);
        assertThat(inString.reason()).isEqualTo(refused.reason());
    }

    @Test
    void theBufferCannotBeWrittenTo() {
        ByteBuffer buffer = Bytes.utf8("abc").asBuffer();
        assertThat(buffer.remaining()).isEqualTo(3);
        assertThatThrownBy(() -> buffer.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void theContentIsNotPrinted() {
        assertThat(Bytes.utf8("secret")).hasToString("Bytes[6]");
    }

    @Test
    void copiesAllOfItselfIntoAnArrayOrNothing() {
        byte[] into = {9, 9, 9, 9};

        Bytes.utf8("ab").copyTo(into, 1);
        assertThat(into).containsExactly(9, 'a', 'b', 9);

        assertThatThrownBy(() -> Bytes.utf8("xyz").copyTo(into, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(into).containsExactly(9, 'a', 'b', 9);
    }
}
