package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.json.Bytes;
import dev.pawl.property.Tries;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The order of strings and positions, and which strings a key takes. */
class KeyTest {

    private static final long SEED = 21;

    /** Code points at all places where UTF-8, UTF-16 or signed bytes change their mind. */
    private static final List<Integer> EDGES =
            List.of(0, 1, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff, 0x61, 0x7c);

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(5); left > 0; left--) {
            text.appendCodePoint(random.nextBoolean() ? EDGES.get(random.nextInt(EDGES.size())) : codePoint(random));
        }
        return text.toString();
    }

    /** Any character, no half of one. */
    private static int codePoint(Random random) {
        int point = random.nextInt(0x110000);
        return point < 0xd800 || point > 0xdfff ? point : codePoint(random);
    }

    @Test
    void stringsAreOrderedByTheirUtf8Bytes() {
        Tries.of(20_000, SEED, values -> {
            String left = values.draw("left", KeyTest::text);
            String right = values.draw("right", KeyTest::text);
            int expected = Bytes.utf8(left).compareTo(Bytes.utf8(right));

            assertThat(Integer.signum(Key.BYTE_ORDER.compare(left, right))).isEqualTo(Integer.signum(expected));
            assertThat(Key.BYTE_ORDER.compare(left, right) == 0).isEqualTo(left.equals(right));
        });
    }

    @Test
    void aCommonBeginningDoesNotMatter() {
        Tries.of(5_000, SEED, values -> {
            String beginning = values.draw("beginning", KeyTest::text);
            String left = values.draw("left", KeyTest::text);
            String right = values.draw("right", KeyTest::text);

            assertThat(Integer.signum(Key.BYTE_ORDER.compare(beginning + left, beginning + right)))
                    .isEqualTo(Integer.signum(Bytes.utf8(left).compareTo(Bytes.utf8(right))));
        });
    }

    @Test
    void positionsAreOrderedByOrderThenPartitionThenId() {
        Tries.of(5_000, SEED, values -> {
            String a = values.draw("a", KeyTest::text);
            String b = values.draw("b", KeyTest::text);
            String c = values.draw("c", KeyTest::text);

            assertThat(new Position(1, a, b)).isLessThan(new Position(2, b, a));
            assertThat(Integer.signum(new Position(1, a, c).compareTo(new Position(1, b, a))))
                    .isEqualTo(
                            Integer.signum(a.equals(b) ? Key.BYTE_ORDER.compare(c, a) : Key.BYTE_ORDER.compare(a, b)));
            assertThat(new Position(1, a, b)).isEqualByComparingTo(new Position(1, a, b));
            assertThat(Position.of(1))
                    .isLessThanOrEqualTo(new Position(1, a, b))
                    .isGreaterThan(new Position(0, a, b));
        });
    }

    @Test
    void halfOfASurrogatePairIsRefusedInBothParts() {
        for (String text : new String[] {"\ud800", "a\udc00", "\udc00\ud800", "\ud800\ud800\udc00"}) {
            assertThatThrownBy(() -> Key.ofKey(text, "1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("partition");
            assertThatThrownBy(() -> Key.ofKey("t", text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the id");
        }
    }

    @Test
    void anyOtherStringIsTaken() {
        Stream.of("", "\0", "/", "..", "😀", "\ufffe", "a".repeat(10_000))
                .forEach(text -> assertThat(Key.ofKey(text, text))
                        .isEqualTo(new Key(Family.KEY, text, text))
                        .isNotEqualTo(Key.of(Family.KEY, text + "x")));
        assertThat(Key.of(Family.CHAT, "x").partition()).isEmpty();
        assertThat(Key.CREDENTIALS).isEqualTo(Key.of(Family.CREDENTIALS, "creds"));
    }
}
