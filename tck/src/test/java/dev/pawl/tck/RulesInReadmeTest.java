package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README of this module names each test of each rule, and no other. */
final class RulesInReadmeTest {

    private static final Pattern RULE = Pattern.compile("\\| ([A-Z]\\d\\d) \\| (.*) \\|");

    @ParameterizedTest
    @ValueSource(
            classes = {
                BackendTck.class,
                LeaseTck.class,
                AuthStoreTck.class,
                JobStoreTck.class,
                MessageStoreTck.class,
                MessageStoreReadingTck.class
            })
    void theTestsOfASuiteAreTheRulesOfTheReadme(Class<?> suite) throws IOException {
        List<String> tests = tests(suite);
        String letter = tests.get(0).substring(0, 1);

        assertThat(tests).doesNotHaveDuplicates().allMatch(test -> test.matches(letter + "\\d\\d \\S.*"));
        assertThat(tests)
                .containsExactlyInAnyOrderElementsOf(listed().stream()
                        .filter(test -> test.startsWith(letter))
                        .toList());
    }

    @Test
    void theRulesThatNoBackendCanBreakAreListedWithTheirMutations() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String table = readme.substring(
                readme.indexOf("Rules that no backend can break"), readme.indexOf("Other rules have a part"));

        assertThat(RULE.matcher(table).results().map(line -> line.group(1)))
                .containsExactlyInAnyOrderElementsOf(Stream.of(
                                BrokenStoreTest.NO_BACKEND_CAN_BREAK,
                                BrokenJobsTest.NO_BACKEND_CAN_BREAK,
                                BrokenWritingTest.NO_BACKEND_CAN_BREAK,
                                BrokenReadingTest.NO_BACKEND_CAN_BREAK)
                        .flatMap(Set::stream)
                        .toList());
    }

    private static List<String> tests(Class<?> suite) {
        List<String> names = new ArrayList<>();
        for (Class<?> type = suite; type != Object.class; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(DisplayName.class)) {
                    names.add(method.getAnnotation(DisplayName.class).value());
                }
            }
        }
        return names;
    }

    /** What the tables of the README list, as display names. */
    private static List<String> listed() throws IOException {
        List<String> names = new ArrayList<>();
        String readme = Files.readString(Path.of("README.md"));
        String tables = readme.substring(0, readme.indexOf("## How the tests are tested"));
        for (Matcher line = RULE.matcher(tables); line.find(); ) {
            for (String test : line.group(2).split("<br>")) {
                names.add(line.group(1) + " " + test);
            }
        }
        return names;
    }
}
