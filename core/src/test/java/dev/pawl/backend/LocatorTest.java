package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocatorTest {

    @ParameterizedTest
    @CsvSource({
        "baileys:auth, baileys, auth, default",
        "memory:, memory, '', default",
        "SQLite:My.db, sqlite, My.db, default",
        "baileys:/var/lib/a b#bot.1, baileys, /var/lib/a b, bot.1",
        "sqlite:a#b#c, sqlite, a#b, c",
        "native:C:\\bot, native, C:\\bot, default",
        "redis://h:6379/0#x, redis, //h:6379/0, x",
        "x+y.z-1:rest, x+y.z-1, rest, default",
    })
    void theSchemeTheRestAndBehindTheLastHashTheSession(String text, String scheme, String rest, String session) {
        Locator locator = Locator.parse(text);

        assertThat(locator.scheme()).isEqualTo(scheme);
        assertThat(locator.rest()).isEqualTo(rest);
        assertThat(locator.session()).isEqualTo(SessionName.of(session));
        assertThat(locator.options()).isEmpty();
    }

    @Test
    void theFirstQuestionMarkStartsTheOptionsWhichKeepTheirOrder() {
        Locator locator = Locator.parse("sqlite:a.db?z=1&a=x=y?&e=#s");

        assertThat(locator.rest()).isEqualTo("a.db");
        assertThat(locator.options()).containsExactly(Map.entry("z", "1"), Map.entry("a", "x=y?"), Map.entry("e", ""));
        assertThat(locator.session()).isEqualTo(SessionName.of("s"));
        assertThatThrownBy(() -> locator.options().put("b", "c")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void percentEscapesAreDecodedAndAPlusStaysAPlus() {
        Locator locator = Locator.parse("baileys:a%23b%3Fc%25d+%C3%A9?x%3D=%26+#a%40b+c");

        assertThat(locator.path()).isEqualTo("a#b?c%d+é");
        assertThat(locator.rest()).isEqualTo("a%23b%3Fc%25d+%C3%A9");
        assertThat(locator.options()).containsExactly(Map.entry("x=", "&+"));
        assertThat(locator.session()).isEqualTo(SessionName.of("a@b+c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"baileys:50%", "baileys:50%2", "baileys:50%zz", "baileys:50%-1"})
    void aPercentSignThatEscapesNothingIsRefused(String text) {
        assertThatThrownBy(() -> Locator.parse(text).path())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("%25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "auth", "./auth", "1a:b", ":b", "/tmp/a:b"})
    void whatHasNoSchemeIsRefused(String text) {
        assertThatThrownBy(() -> Locator.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("baileys:DIRECTORY");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://:p/w@h:6379/0, redis://:***@h:6379/0",
        "redis://:p@w@h:6379/0, redis://:***@h:6379/0",
        "redis://u:p:w@h, redis://u:***@h",
        "postgresql://u:pa?x=1@h/db, postgresql://u:***@h/db",
        "postgresql://u:pa#w@h/db#s, postgresql://u:***@h/db#s",
        "postgresql://u@h:5432/db, postgresql://u@h:5432/db",
        "postgresql://h:5432/db?sslmode=require, postgresql://h:5432/db?sslmode=require",
        "redis://[::1]:6379/0, redis://[::1]:6379/0",
        "postgresql://u:pw@h/db?sslPassword=pw&x=1#s, postgresql://u:***@h/db?sslPassword=***&x=1#s",
        "convex:x?authToken=pw&CLIENT_SECRET=pw, convex:x?authToken=***&CLIENT_SECRET=***",
        "baileys:/home/u:v@w/a, baileys:/home/u:v@w/a",
    })
    void passwordsAreLeftOutOfTheText(String text, String shown) {
        assertThat(Locator.parse(text)).hasToString(shown);
    }

    @Test
    void whatIsShownIsStillThereForTheBackend() {
        Locator locator = Locator.parse("postgresql://u:pa?x=1@h/db?password=pw");

        assertThat(locator.rest()).isEqualTo("//u:pa?x=1@h/db");
        assertThat(locator.options()).containsEntry("password", "pw");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // an @ in an option would make everything before it a password, and what is behind it the host
                "postgresql://h/db?password=TOP@SECRET",
                "postgresql://h:5432/db?x=1&authToken=TOP@SECRET",
                "postgresql://h/db?user=u@TOP&password=SECRET",
                // a # in a password would make the rest of it a session
                "redis://:TOP#SECRET@h",
                "redis://u:TOP#SECRET@h:6379",
                "redis://:TOP#SECRET@h:6379/0",
                "redis://:TOP@SECRET@h?SECRET",
                "redis://:TOP@h?password=SECRET&SECRET",
                "redis://:TOP@h?password=SECRET%",
                "redis://:TOP@h#SECRET/SECRET"
            })
    void whatIsRefusedIsRefusedWithoutItsPassword(String text) {
        assertThatThrownBy(() -> Locator.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageNotContainingAny("TOP", "SECRET");
    }

    @Test
    void anotherSessionOfTheSameStore() {
        Locator locator = Locator.parse("sqlite:a.db?x=1#s");

        assertThat(locator.session(SessionName.of("t"))).isEqualTo(Locator.parse("sqlite:a.db?x=1#t"));
        assertThat(locator.session(SessionName.DEFAULT)).hasToString("sqlite:a.db?x=1");
        assertThat(locator).hasToString("sqlite:a.db?x=1#s");
    }
}
