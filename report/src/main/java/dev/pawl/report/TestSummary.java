package dev.pawl.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The test results of a whole build, read from the reports of every module: counts by module and Java release, each
 * skipped test with its reason, each failed test by name, and one total line in Maven's own form.
 *
 * <p>It uses nothing but the JDK, so that it also runs from source, after a build that failed half way:
 * {@code java report/src/main/java/dev/pawl/report/TestSummary.java .}
 */
public final class TestSummary {

    private final Map<String, int[]> counts = new TreeMap<>();
    /** By reason and test, the Java releases. */
    private final Map<String, Map<String, Set<String>>> skipped = new TreeMap<>();

    private final Map<String, Set<String>> failed = new TreeMap<>();

    private TestSummary() {}

    /**
     * Prints the summary of the build in a directory. Ends with status 1 when a test failed or none ran.
     *
     * @param arguments the root directory of the build
     * @throws IOException when a report cannot be read
     * @throws XMLStreamException when a report is not XML
     */
    public static void main(String[] arguments) throws IOException, XMLStreamException {
        TestSummary summary = of(Path.of(arguments[0]));
        summary.print(System.out);
        System.exit(summary.isGood() ? 0 : 1);
    }

    /**
     * Reads the reports below every module of a build.
     *
     * @param root the directory that holds the modules
     * @return the summary
     * @throws IOException when a report cannot be read
     * @throws XMLStreamException when a report is not XML
     */
    public static TestSummary of(Path root) throws IOException, XMLStreamException {
        TestSummary summary = new TestSummary();
        for (Path module : children(root, "*")) {
            for (Path reports : children(module.resolve("target"), "surefire-reports*")) {
                for (Path report : children(reports, "TEST-*.xml")) {
                    summary.read(module.getFileName().toString(), report);
                }
            }
        }
        return summary;
    }

    private static List<Path> children(Path directory, String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> all = Files.list(directory)) {
                var matcher = directory.getFileSystem().getPathMatcher("glob:" + glob);
                all.filter(child -> matcher.matches(child.getFileName()))
                        .sorted()
                        .forEach(found::add);
            }
        }
        return found;
    }

    private void read(String module, Path report) throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            int[] suite = new int[4];
            String java = "?";
            String test = "?";
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                switch (xml.getLocalName()) {
                    case "testsuite" ->
                        suite = new int[] {
                            number(xml, "tests"), number(xml, "failures"), number(xml, "errors"), number(xml, "skipped")
                        };
                    case "property" -> {
                        if ("java.specification.version".equals(text(xml, "name"))) {
                            java = text(xml, "value");
                        }
                    }
                    case "testcase" -> test = text(xml, "classname") + "." + text(xml, "name");
                    case "failure", "error" -> add(failed, module + ": " + test, java);
                    case "skipped" ->
                        add(skipped.computeIfAbsent(reason(xml), none -> new TreeMap<>()), module + ": " + test, java);
                    default -> {}
                }
            }
            int[] sum = counts.computeIfAbsent(module + ", Java " + java, none -> new int[4]);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += suite[i];
            }
        }
    }

    /** A disabled test has its reason in an attribute, a failed assumption as the head of a stack trace. */
    private static String reason(XMLStreamReader xml) throws XMLStreamException {
        String message = text(xml, "message");
        if (message.isBlank()) {
            message = xml.getElementText()
                    .split("\\R\\s+at ", 2)[0]
                    .replaceFirst("^[\\w.$]+Exception:? *", "")
                    .replaceFirst("^Assumption failed: ", "");
        }
        return message.isBlank() ? "no reason given" : message.strip();
    }

    private static String text(XMLStreamReader xml, String attribute) {
        String value = xml.getAttributeValue(null, attribute);
        return value == null ? "" : value;
    }

    private static int number(XMLStreamReader xml, String attribute) {
        return Integer.parseInt(text(xml, attribute));
    }

    /**
     * Whether at least one test ran and none failed.
     *
     * @return true when the build may pass
     */
    public boolean isGood() {
        int[] total = total();
        return total[0] > total[3] && total[1] + total[2] == 0;
    }

    /**
     * Prints the summary; its last line is the total.
     *
     * @param out where to
     */
    public void print(PrintStream out) {
        counts.forEach((run, count) -> out.println("  " + run + ": " + line(count)));
        if (!skipped.isEmpty()) {
            out.println("Skipped, and why:");
            skipped.forEach((reason, tests) -> {
                out.println("  " + reason);
                print(out, "    ", tests);
            });
        }
        if (!failed.isEmpty()) {
            out.println("Failed:");
            print(out, "  ", failed);
        }
        out.println(line(total()));
    }

    private static void print(PrintStream out, String indent, Map<String, Set<String>> tests) {
        tests.forEach(
                (test, releases) -> out.println(indent + test + " (Java " + String.join(" and ", releases) + ")"));
    }

    private static void add(Map<String, Set<String>> tests, String test, String release) {
        tests.computeIfAbsent(test, none -> new TreeSet<>()).add(release);
    }

    private int[] total() {
        int[] total = new int[4];
        for (int[] count : counts.values()) {
            for (int i = 0; i < total.length; i++) {
                total[i] += count[i];
            }
        }
        return total;
    }

    private static String line(int[] count) {
        return "Tests run: " + count[0] + ", Failures: " + count[1] + ", Errors: " + count[2] + ", Skipped: "
                + count[3];
    }
}
