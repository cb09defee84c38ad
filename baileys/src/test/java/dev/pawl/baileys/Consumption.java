package dev.pawl.baileys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What processes take of this machine, as Linux counts it.
 *
 * @param resident MiB of memory that they have, of which what they share is counted for each
 * @param proportional MiB of memory, of which what they share is counted once
 * @param processor milliseconds that they have used of a processor since they began
 */
record Consumption(long resident, long proportional, long processor) {

    private static final long MILLIS_A_TICK = 10;

    /** Of these processes together; nothing of one that has ended. */
    static Consumption of(List<ProcessHandle> processes) {
        return processes.stream()
                .map(process -> Path.of("/proc", Long.toString(process.pid())))
                .map(Consumption::of)
                .reduce(new Consumption(0, 0, 0), Consumption::and);
    }

    private static Consumption of(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            List<String> sizes = Files.readAllLines(process.resolve("smaps_rollup"));
            return new Consumption(mib(sizes, "Rss:"), mib(sizes, "Pss:"), ticks * MILLIS_A_TICK);
        } catch (NoSuchFileException e) {
            return new Consumption(0, 0, 0);
        } catch (IOException e) {
            throw new IllegalStateException(process + " cannot be looked at", e);
        }
    }

    private static long mib(List<String> sizes, String what) {
        return sizes.stream()
                        .filter(line -> line.startsWith(what))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1024;
    }

    private Consumption and(Consumption other) {
        return new Consumption(
                resident + other.resident, proportional + other.proportional, processor + other.processor);
    }
}
