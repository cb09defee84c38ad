package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Scope;
import dev.pawl.auth.SessionRecord;
import dev.pawl.auth.Updates;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the example of the README, and sees that the examples there are those that tests run. */
class ReadmeTest {

    @Test
    void theExampleWorks(@TempDir Path directory) {
        // readme
        try (Pawl pawl = Pawl.open("native:" + directory)) {
            AuthStore store = pawl.auth("default");
            Credentials credentials = store.credentials().orElseGet(store::createCredentials);
            store.transaction(Scope.of("628123456789.0"), keys -> {
                Optional<SessionRecord> session = keys.read(KeyType.SESSION, "628123456789.0");
                keys.write(Updates.none()
                        .delete(KeyType.PRE_KEY, "7")
                        .put(KeyType.DEVICE_LIST, "628123456789", List.of("0", "5")));
                return session;
            });
            store.saveCredentials(credentials.with("platform", new JsonString("android")));
        }
        // end
        try (Pawl pawl = Pawl.openReadOnly("native:" + directory)) {
            AuthStore store = pawl.auth("default");
            assertThat(store.credentials().orElseThrow().platform()).contains("android");
            assertThat(store.read(KeyType.DEVICE_LIST, "628123456789")).contains(List.of("0", "5"));
        }
    }

    /** Of modules that have one of their own too. */
    @ParameterizedTest
    @CsvSource({
        "../README.md, src/test/java/dev/pawl/ReadmeTest.java",
        "../convex/README.md, ../convex/src/test/java/dev/pawl/convex/ConvexReadmeTest.java"
    })
    void theExampleIsTheOneInTheReadme(Path readme, Path test) throws IOException {
        assertThat(words(between(Files.readString(readme), "```java\n", "```")))
                .isNotEmpty()
                .isEqualTo(words(between(Files.readString(test), "// readme\n", "// end\n")));
    }

    private static String between(String text, String from, String to) {
        Matcher matcher = Pattern.compile(Pattern.quote(from) + "(.*?)" + Pattern.quote(to), Pattern.DOTALL)
                .matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    /** The code without the line breaks, which the formatter chooses. */
    private static String words(String code) {
        return code.replaceAll("\\s+", "");
    }
}
