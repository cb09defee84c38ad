package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.property.Tries;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumberTest {
    @ParameterizedTest
    @CsvSource({
        "0.0, 0",
        "-0.0, 0",
        "1.0, 1",
        "-1.0, -1",
        "100.0, 100",
        "0.1, 0.1",
        "2e23, 2e+23",
        "4.9e-324, 5e-324",
        "1e21, 1e+21",
        "1e20, 100000000000000000000",
        "1e-6, 0.000001",
        "1e-7, 1e-7",
        "1.5e-10, 1.5e-10",
        "123456789012345680000, 123456789012345680000",
        "5.684341886080802e-14, 5.684341886080802e-14",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "1721721721.5, 1721721721.5",
        "9007199254740993, 9007199254740992",
        "-1.25e-9, -1.25e-9",
        "9.5e22, 9.5e+22"
    })
    void doublesAreWrittenAsInJavaScript(double value, String text) {
        assertThat(JsonNumber.of(value).text()).isEqualTo(text);
    }

    @Test
    void aDoubleReadsBackAndNoShorterTextDoes() {
        Tries.of(3000, 1, values -> {
            double value = values.draw("value", JsonNumberTest::finite);
            String text = JsonNumber.of(value).text();
            assertThat(new BigDecimal(text).doubleValue()).isEqualTo(value + 0.0);
            assertThat(JsonNumber.parse(text).doubleValue()).isEqualTo(value + 0.0);
            int digits = new BigDecimal(text).stripTrailingZeros().precision();
            if (digits > 1) {
                BigDecimal nearestShorter = new BigDecimal(value).round(new MathContext(digits - 1));
                assertThat(nearestShorter.doubleValue()).isNotEqualTo(value);
            }
        });
    }

    /** Of any size; some whole numbers, which have few digits. */
    private static double finite(Random random) {
        double value = random.nextInt(4) == 0 ? Tries.number(random) : Double.longBitsToDouble(Tries.number(random));
        return Double.isFinite(value) ? value : finite(random);
    }

    @Test
    void integersGoThroughUnchanged() {
        Tries.of(2000, 1, values -> {
            long value = values.draw("value", Tries::number);
            assertThat(JsonNumber.of(value).longValue()).isEqualTo(value);
            assertThat(JsonNumber.of(value).text()).isEqualTo(Long.toString(value));
            assertThat(JsonValue.parse(Long.toString(value))).isEqualTo(JsonNumber.of(value));
        });
    }

    @Test
    void everyNumberOfAByteIsReadAndMade() {
        for (int value = -300; value < 1200; value++) {
            String text = Integer.toString(value);
            JsonNumber read = (JsonNumber) JsonValue.parse(text);
            assertThat(read.text()).isEqualTo(text);
            assertThat(read).isEqualTo(JsonNumber.of(value)).hasSameHashCodeAs(JsonNumber.of(value));
        }
    }

    @Test
    void infinityAndNotANumberAreRefused() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> JsonNumber.of(value)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-0", "1.0", "1E5", "1e+05", "0.10", "123456789012345678901234567890", "1e400", "3e5", "-1"})
    void theSpellingIsKept(String text) {
        assertThat(((JsonNumber) JsonValue.parse(text)).text()).isEqualTo(text);
        assertThat(JsonValue.parse(text).toText()).isEqualTo(text);
        assertThat(JsonNumber.parse(text)).isEqualTo(JsonValue.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "-, 1",
        "01, 1",
        "+1, 0",
        "1., 2",
        ".5, 0",
        "1e, 2",
        "1e+, 3",
        "0x1, 1",
        "1_0, 1",
        "NaN, 0",
        "'1 ', 1",
        "\uFF11, 0",
        "1\uFF11, 1",
        "--1, 1"
    })
    void whatIsNoNumberIsRefusedWithItsPlace(@ConvertWith(Verbatim.class) String text, int offset) {
        JsonException refused = catchThrowableOfType(JsonException.class, () -> JsonNumber.parse(text));
        assertThat(refused.offset()).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "1.0, 1",
        "1e3, 1000",
        "1000e-3, 1",
        "-12, -12",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "9.223372036854775807e18, 9223372036854775807",
        "0e400, 0",
        "999999999999999999, 999999999999999999",
        "-999999999999999999, -999999999999999999"
    })
    void wholeNumbersAreLongsInAnySpelling(String text, long value) {
        assertThat(JsonNumber.parse(text).longValue()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                "9223372036854775808",
                "-9223372036854775809",
                "1e19",
                "1e400",
                "1e-400",
                "1e999999999",
                "1e99999999999999999999",
                "0.1"
            })
    void otherNumbersAreNotAndAreNotQuoted(String text) {
        assertThatThrownBy(() -> JsonNumber.parse(text).longValue())
                .isInstanceOf(ArithmeticException.class)
                .hasNoCause()
                .hasMessage("the JSON number is not an integer of 64 bits");
    }

    @Test
    void aHostileNumberIsCheap() {
        JsonNumber number = JsonNumber.parse("1".repeat(1_000_000));
        assertThatThrownBy(number::longValue).isInstanceOf(ArithmeticException.class);
        assertThat(number.doubleValue()).isInfinite();
        assertThat(JsonNumber.parse("0." + "0".repeat(1_000_000) + "1").doubleValue())
                .isZero();
    }
}
