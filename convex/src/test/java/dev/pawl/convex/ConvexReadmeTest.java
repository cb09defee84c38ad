package dev.pawl.convex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.json.JsonString;
import org.junit.jupiter.api.Test;

/** Runs the example of the README of this module. That it is the one that stands there is seen by the test of the one above it. */
class ConvexReadmeTest {

    @Test
    void theExampleWorks() {
        try (LocalConvex deployment = LocalConvex.start()) {
            String url = deployment.url();
            String secret = LocalConvex.SECRET;
            // readme
            try (ConvexBackend backend = ConvexBackend.builder()
                            .url(url)
                            .secret(secret)
                            .namespace("shop")
                            .open();
                    Pawl pawl = Pawl.of(backend)) {
                AuthStore store = pawl.auth("main");
                Credentials credentials = store.credentials().orElseGet(store::createCredentials);
                store.saveCredentials(credentials.with("platform", new JsonString("android")));
            }
            // end
            try (Pawl pawl = Pawl.openReadOnly("convex:" + url + "?namespace=shop&secret=" + secret)) {
                assertThat(pawl.auth("main").credentials().orElseThrow().platform())
                        .contains("android");
            }
        }
    }
}
