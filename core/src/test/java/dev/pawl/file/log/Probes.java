package dev.pawl.file.log;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Which branches of classes were taken, by the probes that the coverage agent of the build puts into them. Without the agent
 * there are none.
 */
final class Probes implements AutoCloseable {

    private final List<boolean[]> live = new ArrayList<>();
    private final List<boolean[]> before = new ArrayList<>();

    Probes(Class<?>... classes) throws ReflectiveOperationException {
        for (Class<?> type : classes) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals("$jacocoInit")) {
                    method.setAccessible(true);
                    boolean[] probes = (boolean[])
                            (method.getParameterCount() == 0
                                    ? method.invoke(null)
                                    : method.invoke(null, MethodHandles.lookup(), "", boolean[].class));
                    live.add(probes);
                    before.add(probes.clone());
                }
            }
        }
    }

    boolean present() {
        return !live.isEmpty();
    }

    /** Forgets what was taken so far. */
    void clear() {
        live.forEach(probes -> Arrays.fill(probes, false));
    }

    /** What was taken since {@link #clear}. */
    BitSet taken() {
        BitSet taken = new BitSet();
        int at = 0;
        for (boolean[] probes : live) {
            for (boolean probe : probes) {
                taken.set(at++, probe);
            }
        }
        return taken;
    }

    @Override
    public void close() {
        for (int i = 0; i < live.size(); i++) {
            boolean[] probes = live.get(i);
            for (int j = 0; j < probes.length; j++) {
                probes[j] |= before.get(i)[j];
            }
        }
    }
}
