package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "default", "A.b_c@d+e-f", "6281234567890@s.whatsapp.net", "a..", "con"})
    void namesOfThisShapeAreTaken(String name) {
        assertThat(SessionName.of(name).name()).isEqualTo(name);
        assertThat(SessionName.of(name)).hasToString(name);
    }

    static Stream<String> refused() {
        return Stream.of(
                "",
                ".",
                "..",
                ".a",
                "_a",
                "@a",
                "@pawl",
                "+a",
                "-a",
                "a b",
                "a/b",
                "a\\b",
                "a:b",
                "a#b",
                "a%b",
                "é",
                "aé",
                "a\n",
                "\na",
                "a\0",
                "٣",
                "a".repeat(129));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void allOthersAreRefused(String name) {
        assertThatThrownBy(() -> SessionName.of(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameHas128CharactersAtMost() {
        assertThat(SessionName.of("a".repeat(128)).name()).hasSize(128);
    }

    @Test
    void namesAreComparedExactly() {
        assertThat(SessionName.of("a")).isEqualTo(SessionName.of("a")).hasSameHashCodeAs(SessionName.of("a"));
        assertThat(SessionName.of("a")).isNotEqualTo(SessionName.of("A"));
        assertThat(Stream.of("b", "a", "B", "a-", "a.", "10", "9")
                        .map(SessionName::of)
                        .sorted())
                .extracting(SessionName::name)
                .containsExactly("10", "9", "B", "a", "a-", "a.", "b");
    }

    @Test
    void theDefaultIsAnOrdinaryNameAndPawlsOwnIsNot() {
        assertThat(SessionName.of("default")).isEqualTo(SessionName.DEFAULT);
        assertThat(SessionName.PAWL.name()).isEqualTo("@pawl");
    }
}
