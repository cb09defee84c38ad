package dev.pawl.interop;

import dev.pawl.file.Disk;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's disk, counting how often a file was read and how often a reader waited to look again. */
final class WatchedDisk {

    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong waits = new AtomicLong();
    private final Disk disk =
            (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, this::call);

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "equals" -> {
                return proxy == arguments[0];
            }
            case "read" -> reads.incrementAndGet();
            case "pause" -> waits.incrementAndGet();
            default -> {
                // Only passed on.
            }
        }
        try {
            return method.invoke(Disk.system(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** A disk of its own: what is open on it shares no locks with what is open on another, as in another process. */
    Disk disk() {
        return disk;
    }

    long reads() {
        return reads.get();
    }

    /** How often a reader found something in the middle of being written. */
    long waits() {
        return waits.get();
    }
}
