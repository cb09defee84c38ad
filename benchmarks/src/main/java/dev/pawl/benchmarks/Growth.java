package dev.pawl.benchmarks;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/** By how much this process grows while something goes on: what is live after each garbage collection, and what is resident, which includes what the JVM keeps of a heap that is empty again. */
final class Growth {

    private static final Path SELF = Path.of("/proc/self");

    private final AtomicLong live = new AtomicLong();
    private final NotificationListener listener = (notification, handback) -> {
        GarbageCollectionNotificationInfo ended =
                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
        long used = ended.getGcInfo().getMemoryUsageAfterGc().values().stream()
                .mapToLong(MemoryUsage::getUsed)
                .sum();
        live.accumulateAndGet(used, Math::max);
    };
    private final double heapBefore;
    private final double rssBefore;

    private Growth() {
        heapBefore = Footprint.now().heap() / 1024;
        try {
            // From here on the highest resident size is that since now.
            Files.writeString(SELF.resolve("clear_refs"), "5");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rssBefore = highest();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener(listener, null, null);
        }
    }

    static Growth begin() {
        return new Growth();
    }

    /** The most MB that were live after a garbage collection, above those before; ends the watching. */
    double heap() {
        double now = Footprint.now().heap() / 1024;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            try {
                ((NotificationEmitter) collector).removeNotificationListener(listener);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return Math.max(now, live.get() / 1048576.0) - heapBefore;
    }

    /** The most MB that were resident, above those before. */
    double rss() {
        return highest() - rssBefore;
    }

    private static double highest() {
        try (Stream<String> status = Files.lines(SELF.resolve("status"))) {
            return status.filter(line -> line.startsWith("VmHWM:"))
                            .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
