package dev.pawl.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeLocksTest {

    @Test
    void theNextInLineComesFirst() throws InterruptedException {
        ScopeLocks locks = new ScopeLocks();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> waiting = new ArrayList<>();
        locks.enter("one");
        for (int i = 0; i < 20; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                locks.enter("one");
                order.add(number);
                locks.leave("one");
            });
            thread.start();
            waiting.add(thread);
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }

        locks.leave("one");
        for (Thread thread : waiting) {
            thread.join();
        }

        assertThat(order).isSorted().hasSize(20);
    }

    @Test
    void namesDoNotWaitForEachOtherAndAreForgotten() {
        ScopeLocks locks = new ScopeLocks();

        locks.enter("one");
        locks.enter("two");
        assertThat(locks.users("one")).isEqualTo(1);
        locks.leave("one");
        locks.leave("two");

        assertThat(locks.users("one")).isZero();
        assertThat(locks.users("two")).isZero();
    }
}
