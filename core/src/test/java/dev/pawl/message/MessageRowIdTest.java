package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRowIdTest {

    @Test
    void theFirstRowOfAnIdHasNoAuthor() {
        assertThat(MessageRowId.bare("3EB0", true).text()).isEqualTo("3EB0|1");
        assertThat(MessageRowId.bare("3EB0", false).of("111@lid").text()).isEqualTo("3EB0|0|111@lid");
        assertThat(MessageRowId.bare("3EB0", false).in("1203@g.us"))
                .isEqualTo(new Key(Family.MESSAGE, "1203@g.us", "3EB0|0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3EB0", "a|1", "a|0|x@lid", "|", "a|0", "||1|", "\u0000", "\uD83D\uDE00", "@"})
    void whateverIdAPeerChoosesIsReadBack(String id) {
        for (boolean fromMe : List.of(false, true)) {
            MessageRowId bare = MessageRowId.bare(id, fromMe);
            MessageRowId second = bare.of("6281111111111@s.whatsapp.net");

            assertThat(MessageRowId.parse(bare.text())).contains(bare);
            assertThat(MessageRowId.parse(second.text())).contains(second);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3EB0", "3EB0|2", "3EB0|x@lid", "3EB0|1|", "3EB0|1|author", "3EB0|2|x@lid"})
    void otherTextsAreNone(String text) {
        assertThat(MessageRowId.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "author", "a|0@lid"})
    void anAuthorThatCouldBeTakenForAnotherPartIsRefused(String author) {
        MessageRowId bare = MessageRowId.bare("3EB0", false);

        assertThatThrownBy(() -> bare.of(author)).isInstanceOf(IllegalArgumentException.class);
    }
}
