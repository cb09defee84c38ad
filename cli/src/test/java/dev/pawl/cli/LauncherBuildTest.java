package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the launcher's build counts on: it compiles no tests, and a fresh clone has nobody's jar of them. */
class LauncherBuildTest {

    private static final Pattern WITH_TESTS = Pattern.compile(
            "<profile>(?:(?!</profile>).)*<name>!maven\\.test\\.skip</name>.*?</profile>", Pattern.DOTALL);

    @Test
    void jarsOfTestsAreAskedForOnlyWhereTestsAreCompiled() throws Exception {
        String launcher = Files.readString(Path.of("..", "pawl"));
        String pom = Files.readString(Path.of("pom.xml"));

        assertThat(launcher).contains("-Dmaven.test.skip=true");
        assertThat(pom).containsPattern(WITH_TESTS);
        assertThat(WITH_TESTS.matcher(pom).replaceAll("")).doesNotContain("<type>test-jar</type>");
    }
}
