package dev.pawl.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a comparison is about, from system properties.
 *
 * @param trials {@code trials}: how many rounds
 * @param workloads {@code workloads}: such as {@code W2,W3}
 * @param entrants {@code stores}: names of {@link Entrant#KNOWN}, or locators with {@code {}} for a directory
 * @param kills {@code kills}: how often a writer of each store is killed
 * @param warmUp {@code warmUp}: how many seconds a writer writes before it is timed; a reader a tenth of that
 * @param scale {@code scale}: 1, or less to see whether everything works
 * @param directory {@code directory}: where stores are made and removed again; its file system is what is measured
 * @param peers {@code peers}: the directory of the stores in Node
 * @param results {@code results}: the directory that gets the results
 */
record ComparisonOptions(
        int trials,
        List<String> workloads,
        List<Entrant> entrants,
        int kills,
        int warmUp,
        double scale,
        Path directory,
        Path peers,
        Path results) {

    static ComparisonOptions ofProperties() {
        String stores = property("stores", "");
        return new ComparisonOptions(
                Integer.parseInt(property("trials", "5")),
                list(property("workloads", "W1,W2,W3,W4,W5,W6,W7")),
                stores.isEmpty()
                        ? Entrant.KNOWN
                        : list(stores).stream().map(Entrant::parse).toList(),
                Integer.parseInt(property("kills", "20")),
                Integer.parseInt(property("warmUp", "20")),
                Double.parseDouble(property("scale", "1")),
                Path.of(property("directory", System.getProperty("java.io.tmpdir"))),
                Path.of(property("peers", "node")),
                Path.of(property("results", "target")));
    }

    /** A property that is not set, or set to nothing, has its default. */
    private static String property(String name, String otherwise) {
        String value = System.getProperty(name, "");
        return value.isEmpty() ? otherwise : value;
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).toList();
    }
}
