package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a Redis is named. */
final class RedisUrlTest {

    @ParameterizedTest
    @CsvSource({
        "redis://h, redis://h:6379/0",
        "redis://, redis://localhost:6379/0",
        "redis://h:7000/3, redis://h:7000/3",
        "rediss://h, rediss://h:6379/0",
        "REDIS://h, redis://h:6379/0",
        "redis://[::1]:7000, redis://[::1]:7000/0",
        "redis://[::1], redis://[::1]:6379/0",
        "redis://u:p@h/1, redis://h:6379/1",
        "redis://u:p%40%3A/x@h/1, redis://h:6379/1",
        "redis://u:p@x@h/1, redis://h:6379/1",
        "redis://h?sentinel=m, redis://h:26379/0 (sentinel m)",
        "'redis://h/2?sentinel=m&nodes=a,b:9', 'redis://h:26379,a:26379,b:9/2 (sentinel m)'",
        "'redis://h:7000?cluster=true&nodes=b:7001', 'redis://h:7000,b:7001 (cluster)'"
    })
    void aUrlNamesAPlaceAndIsShownWithoutSecrets(String url, String shown) {
        assertThat(RedisUrl.parse(url)).hasToString(shown);
    }

    @Test
    void userAndPasswordAreDecoded() {
        RedisUrl url = RedisUrl.parse("redis://us%40er:p%3Aa%25s+s@h");
        assertThat(url.user()).contains("us@er");
        assertThat(url.password()).contains("p:a%s+s");
        assertThat(RedisUrl.parse("redis://:secret@h").user()).isEmpty();
        assertThat(RedisUrl.parse("redis://:secret@h").password()).contains("secret");
        assertThat(RedisUrl.parse("redis://h").password()).isEmpty();
    }

    @Test
    void aPasswordFromElsewhereStandsInOnlyForOneThatIsMissing() {
        assertThat(RedisUrl.parse("redis://h").orPassword(Optional.of("other")).password())
                .contains("other");
        assertThat(RedisUrl.parse("redis://:own@h")
                        .orPassword(Optional.of("other"))
                        .password())
                .contains("own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h",
                "redis:h",
                "redis://:TOPSECRET@h/x",
                "redis://:TOPSECRET@h:port",
                "redis://:TOPSECRET@h?sentinel=m&cluster=true",
                "redis://:TOPSECRET@h/1?cluster=true",
                "redis://:TOPSECRET@h?nodes=b",
                "redis://:TOPSECRET@h?cluster=perhaps",
                "redis://:TOPSECRET%zz@h",
                "redis://:TOPSECRET@h?x"
            })
    void whatIsNoUrlIsRefusedWithoutShowingIt(String url) {
        assertThatThrownBy(() -> RedisUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain("SECRET"));
    }
}
