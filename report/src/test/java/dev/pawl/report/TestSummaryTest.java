package dev.pawl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSummaryTest {

    @TempDir
    Path root;

    @Test
    void addsUpModulesAndJavaReleasesAndEndsInOneTotalLine() throws Exception {
        report("core/target/surefire-reports/TEST-a.xml", "17", 3, 0, 0, 0, "");
        report("core/target/surefire-reports-newer-jdk/TEST-a.xml", "25", 3, 0, 0, 0, "");
        report("tck/target/surefire-reports/TEST-b.xml", "17", 2, 0, 0, 1, "<skipped message=\"no node\"/>");

        assertThat(TestSummary.of(root).isGood()).isTrue();
        assertThat(printed())
                .containsExactly(
                        "  core, Java 17: Tests run: 3, Failures: 0, Errors: 0, Skipped: 0",
                        "  core, Java 25: Tests run: 3, Failures: 0, Errors: 0, Skipped: 0",
                        "  tck, Java 17: Tests run: 2, Failures: 0, Errors: 0, Skipped: 1",
                        "Skipped, and why:",
                        "  no node",
                        "    tck: C.rule (Java 17)",
                        "Tests run: 8, Failures: 0, Errors: 0, Skipped: 1");
    }

    @Test
    void aFailedAssumptionGivesItsMessageAsTheReason() throws Exception {
        String trace =
                "org.opentest4j.TestAbortedException: Assumption failed: no node on PATH\n\tat a.B.c(B.java:1)\n";
        report(
                "tck/target/surefire-reports/TEST-b.xml",
                "17",
                2,
                0,
                0,
                1,
                "<skipped><![CDATA[" + trace + "]]></skipped>");

        assertThat(printed()).containsSequence("Skipped, and why:", "  no node on PATH", "    tck: C.rule (Java 17)");
    }

    @Test
    void aTestThatIsSkippedOnTwoJavaReleasesIsOneLine() throws Exception {
        report("tck/target/surefire-reports/TEST-b.xml", "17", 1, 0, 0, 1, "<skipped message=\"no node\"/>");
        report("tck/target/surefire-reports-newer-jdk/TEST-b.xml", "25", 1, 0, 0, 1, "<skipped message=\"no node\"/>");

        assertThat(printed()).containsSequence("  no node", "    tck: C.rule (Java 17 and 25)");
    }

    @Test
    void aSkipWithoutAReasonSaysSo() throws Exception {
        report("tck/target/surefire-reports/TEST-b.xml", "17", 2, 0, 0, 1, "<skipped/>");

        assertThat(printed()).containsSequence("Skipped, and why:", "  no reason given", "    tck: C.rule (Java 17)");
    }

    @Test
    void aFailureIsNamedAndIsNotGood() throws Exception {
        report("core/target/surefire-reports/TEST-a.xml", "17", 1, 1, 0, 0, "<failure message=\"x\">at y</failure>");

        assertThat(TestSummary.of(root).isGood()).isFalse();
        assertThat(printed())
                .endsWith("Failed:", "  core: C.rule (Java 17)", "Tests run: 1, Failures: 1, Errors: 0, Skipped: 0");
    }

    @Test
    void aBuildWithoutTestsIsNotGood() throws Exception {
        assertThat(TestSummary.of(root).isGood()).isFalse();
        assertThat(printed()).containsExactly("Tests run: 0, Failures: 0, Errors: 0, Skipped: 0");
    }

    @Test
    void aBuildThatSkippedEveryTestIsNotGood() throws Exception {
        report("core/target/surefire-reports/TEST-a.xml", "17", 1, 0, 0, 1, "<skipped message=\"no node\"/>");

        assertThat(TestSummary.of(root).isGood()).isFalse();
    }

    private String[] printed() throws IOException, XMLStreamException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TestSummary.of(root).print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toArray(String[]::new);
    }

    private void report(
            String file, String java, int tests, int failures, int errors, int skipped, String inTheLastTestCase)
            throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite tests="%d" failures="%d" errors="%d" skipped="%d">
                  <properties><property name="java.specification.version" value="%s"/></properties>
                  <testcase name="rule" classname="C">%s</testcase>
                </testsuite>
                """.formatted(tests, failures, errors, skipped, java, inTheLastTestCase));
    }
}
