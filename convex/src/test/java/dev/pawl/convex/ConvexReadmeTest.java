package dev.pawl.convex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs the example of the README of this module, and sees that it is the one that stands there. */
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

    @Test
    void theExampleIsTheOneInTheReadme() throws IOException {
        String test = Files.readString(Path.of("src/test/java/dev/pawl/convex/ConvexReadmeTest.java"));
        String readme = Files.readString(Path.of("README.md"));
        assertThat(words(between(readme, "```java\n", "```")))
                .isNotEmpty()
                .isEqualTo(words(between(test, "// readme\n", "// end\n")));
    }

    private static String between(String text, String from, String to) {
        Matcher matcher = Pattern.compile(Pattern.quote(from) + "(.*?)" + Pattern.quote(to), Pattern.DOTALL)
                .matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }
}
