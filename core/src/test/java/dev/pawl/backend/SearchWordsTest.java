package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchWordsTest {

    @ParameterizedTest
    @CsvSource({
        "'The ship, THE harbour!', the ship harbour",
        "'Caf\u00E9 cafe\u0301', cafe",
        "'a1-b2_c3', a1 b2 c3",
        "'\u039F\u0394\u039F\u03A3 \u03BF\u03B4\u03BF\u03C2', '\u03BF\u03B4\u03BF\u03C3'",
        "'\uFF21\uFF22 \u2460 \uFB01', 'ab 1 fi'",
        "'\u65E5\u672C go', '\u65E5 \u672C go'",
        "'x\u65E5y', 'x \u65E5 y'",
        "'\uD83D\uDC4D', ''",
        "'\u0939\u093F\u0928\u094D\u0926\u0940', '\u0939\u093F\u0928\u0926\u0940'",
        "'', ''"
    })
    void aTextIsItsWords(String text, String words) {
        assertThat(SearchWords.of(text)).isEqualTo(words.isEmpty() ? List.of() : List.of(words.split(" ")));
    }

    @Test
    void aVeryLongWordIsItsBeginning() {
        assertThat(SearchWords.of("x".repeat(500))).containsExactly("x".repeat(128));
        assertThat(SearchWords.of("x".repeat(500) + " y")).hasSize(2);
    }

    @Test
    void thereIsAnEndToTheWordsOfAText() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 30_000; i++) {
            text.append(i).append(' ');
        }

        assertThat(SearchWords.of(text.toString())).hasSize(20_000).endsWith("19999");
    }
}
