package dev.pawl.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process takes up, from Linux's {@code /proc}.
 *
 * @param heap KB of live objects, after garbage collection
 * @param rss MB of memory that are resident; heap that was given up counts as long as the JVM keeps it
 * @param descriptors open files, sockets and the like
 */
record Footprint(double heap, double rss, double descriptors) {

    private static final Path SELF = Path.of("/proc/self");

    static Footprint now() {
        System.gc();
        System.gc();
        double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024.0;
        try (Stream<Path> descriptors = Files.list(SELF.resolve("fd"));
                Stream<String> status = Files.lines(SELF.resolve("status"))) {
            double rss = status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                    .sum();
            return new Footprint(heap, rss / 1024, descriptors.count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
