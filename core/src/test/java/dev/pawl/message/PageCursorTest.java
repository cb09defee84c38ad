package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageCursorTest {

    @ParameterizedTest
    @ValueSource(strings = {"3EB0A1|0", "", "a b|1", "\uD83D\uDE00|0|111@lid", "\u0000|1"})
    void theTextOfAPlaceIsReadBackAndNeedsNoQuotes(String row) {
        PageCursor cursor = new PageCursor(1760000001, row);

        assertThat(cursor.text()).matches("[A-Za-z0-9._-]+");
        assertThat(PageCursor.parse(cursor.text())).isEqualTo(cursor);
    }

    @Test
    void aPlaceHoldsUnderEveryAddressOfAConversation() {
        PageCursor cursor = PageCursor.at(new Position(Row.MAX_ORDER, "111@lid", "3EB0|1"));

        assertThat(PageCursor.parse(cursor.text()).position("6281@s.whatsapp.net"))
                .isEqualTo(new Position(Row.MAX_ORDER, "6281@s.whatsapp.net", "3EB0|1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "2.17.", "1.x.AA", "1.-1.AA", "1.1.A", "1.1._w", "1.12345678901234567.AA", "1.1.AA "})
    void whatIsNoCursorIsRefusedWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> PageCursor.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no cursor")
                .hasNoCause();
    }
}
