package dev.pawl.convex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in a locator and in the environment. */
@Timeout(60)
final class ConvexLocatorTest {

    @ParameterizedTest
    @CsvSource({
        "https://Happy-Otter-123.convex.cloud/,https://happy-otter-123.convex.cloud",
        "HTTPS://h:443,https://h",
        "http://H:80/,http://h",
        "http://h:3210,http://h:3210",
        "https://h/api//,https://h/api"
    })
    void aUrlIsWrittenInOneWay(String given, String kept) {
        assertThat(ConvexUrl.parse(given)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "h",
        "//h",
        "ftp://h",
        "https://",
        "https://u:p@h",
        "https://h?x=1",
        "https://h#x",
        "'https://h h'"
    })
    void whatIsNoUrlOfADeploymentIsRefused(String given) {
        assertThatThrownBy(() -> ConvexUrl.parse(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("u:p");
    }

    @Test
    void theSecretComesFromTheLocatorOrElseFromTheEnvironment() {
        try (LocalConvex convex = LocalConvex.start()) {
            String locator = "convex:" + convex.url() + "?namespace=shop";
            Map<String, String> right = Map.of("CONVEX_SECRET", LocalConvex.SECRET);
            Map<String, String> wrong = Map.of("CONVEX_SECRET", "x".repeat(40));
            open(locator, right).close();
            open(locator + "&timeout=20&secret=" + LocalConvex.SECRET, wrong).close();
            assertThatThrownBy(() -> open(locator, wrong)).isInstanceOf(UnavailableException.class);
            assertThatThrownBy(() -> open(locator, Map.of("CONVEX_SECRET", "", "CONVEX_TOKEN", "")))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("refuses the secret");
            assertThatThrownBy(() -> open(locator, Map.of("CONVEX_TOKEN", "forged")))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("does not take the token");
        }
    }

    @Test
    void whatIsNoOptionIsRefused() {
        for (String options :
                new String[] {"colour=red", "functions=mine", "timeout=0", "timeout=soon", "namespace="}) {
            assertThatThrownBy(() -> open("convex:https://h?" + options, Map.of()))
                    .as(options)
                    .isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    void aPlaceNamesDeploymentNamespaceAndKeyAndNoSecret() {
        try (LocalConvex convex = LocalConvex.start();
                Backend backend = convex.backend("shop").open()) {
            assertThat(backend.locate(SessionName.of("main"), Key.of(Family.LEASE, "auth")))
                    .isEqualTo("Convex deployment " + convex.url() + ", namespace shop/main, key pawl:lease:0::auth");
            assertThat(backend.toString()).contains(convex.url(), "shop").doesNotContain(LocalConvex.SECRET);
        }
    }

    private static Backend open(String locator, Map<String, String> environment) {
        return new ConvexBackendProvider(environment).open(Locator.parse(locator), Access.READ_WRITE);
    }
}
