package dev.pawl.tck.disk;

import dev.pawl.file.Disk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** A disk of which a test sees every operation, and can answer it or do something between two of them. */
public final class WatchedDisk {

    private WatchedDisk() {}

    /** One operation as the disk itself would answer it. */
    public interface Operation {
        Object answer() throws IOException;
    }

    /** What a test makes of an operation. */
    public interface Watcher {
        /**
         * Answers an operation.
         *
         * @param name the method of {@link Disk}
         * @param arguments what it was called with
         */
        Object answer(String name, List<Object> arguments, Operation operation) throws IOException;
    }

    public static Disk of(Disk disk, Watcher watcher) {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, given) -> {
                    Object[] arguments = given == null ? new Object[0] : given;
                    Operation operation = () -> {
                        try {
                            return method.invoke(disk, arguments);
                        } catch (IllegalAccessException e) {
                            throw new AssertionError(e);
                        } catch (InvocationTargetException e) {
                            if (e.getCause() instanceof IOException cause) {
                                throw cause;
                            }
                            if (e.getCause() instanceof RuntimeException cause) {
                                throw cause;
                            }
                            if (e.getCause() instanceof Error cause) {
                                throw cause;
                            }
                            throw new AssertionError(e.getCause());
                        }
                    };
                    return method.getDeclaringClass() == Object.class
                            ? operation.answer()
                            : watcher.answer(method.getName(), List.of(arguments), operation);
                });
    }
}
