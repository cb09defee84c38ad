package dev.pawl.property;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TriesTest {

    private static final Pattern REPEATED_BY = Pattern.compile("-Dpawl\\.try=(-?\\d+) ");

    private static List<Long> drawn(int count, long seed) {
        List<Long> values = new ArrayList<>();
        Tries.of(count, seed, OptionalLong.empty(), tried -> values.add(tried.draw("value", Random::nextLong)));
        return values;
    }

    @Test
    void everyTryDrawsAnotherValueAndTheSameSeedTheSameOnes() {
        assertThat(drawn(100, 1)).hasSize(100).doesNotHaveDuplicates().isEqualTo(drawn(100, 1));
        assertThat(drawn(100, 2)).doesNotContainAnyElementsOf(drawn(100, 1));
    }

    @Test
    void aFailureNamesWhatWasDrawnAndItsSeedRepeatsIt() {
        Consumer<Tries> rule = tried -> {
            String text = tried.draw("text", random -> "a\n");
            long value = tried.draw("value", Random::nextLong);
            assertThat(value % 17)
                    .as("the rest, with %d characters", text.length())
                    .isNotZero();
        };

        AssertionError failure =
                catchThrowableOfType(AssertionError.class, () -> Tries.of(1000, 3, OptionalLong.empty(), rule));

        assertThat(failure).hasMessageContaining("text=\"a\\u000a\", value=\"").hasMessageContaining("the rest");
        Matcher seed = REPEATED_BY.matcher(failure.getMessage());
        assertThat(seed.find()).isTrue();
        String values = failure.getMessage().replaceAll("(?s).*(\\{text=.*?\\}).*", "$1");
        assertThatThrownBy(() -> Tries.of(1000, 3, OptionalLong.of(Long.parseLong(seed.group(1))), rule))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(values);
    }

    @Test
    void anExceptionIsAFailureToo() {
        assertThatThrownBy(() -> Tries.of(1, 4, OptionalLong.empty(), tried -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(AssertionError.class)
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void edgesAreDrawn() {
        Set<Long> numbers = new HashSet<>();
        Set<Integer> lengths = new HashSet<>();
        Set<String> texts = new HashSet<>();
        Tries.of(2000, 5, OptionalLong.empty(), tried -> {
            numbers.add(tried.draw("number", Tries::number));
            lengths.add(tried.draw("bytes", Tries::bytes).length);
            texts.add(tried.draw("text", random -> Tries.text(random, 2, "/", "--")));
        });

        assertThat(numbers).contains(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53, 1L << 31);
        assertThat(lengths).contains(0, 1, 2).allMatch(length -> length <= 256).hasSizeGreaterThan(100);
        assertThat(texts)
                .contains("", "/", "--", "/--")
                .anyMatch(text -> text.codePoints().anyMatch(Character::isSupplementaryCodePoint))
                .anyMatch(text -> text.codePoints().anyMatch(TriesTest::isHalfOfAPair));
    }

    private static boolean isHalfOfAPair(int codePoint) {
        return Character.getType(codePoint) == Character.SURROGATE;
    }
}
