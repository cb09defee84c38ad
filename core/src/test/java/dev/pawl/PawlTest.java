package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The front door. */
class PawlTest {

    @Test
    @Timeout(60)
    void waitingForOneSessionHoldsNoOtherUp() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (MemoryBackend backend = new MemoryBackend();
                Pawl pawl = Pawl.of(backend)) {
            AuthStore holder = AuthStore.open(backend, SessionName.of("one"));
            CountDownLatch begun = new CountDownLatch(1);
            Future<AuthStore> waiting = executor.submit(() -> pawl.auth("one", opening -> {
                begun.countDown();
                return opening.waitForRelease(Duration.ofSeconds(50));
            }));
            begun.await();

            AuthStore other = pawl.auth("two");
            other.createCredentials();

            assertThat(waiting.isDone()).isFalse();
            holder.close();
            assertThat(waiting.get(50, TimeUnit.SECONDS).credentials()).isEmpty();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aSessionIsOneStoreWhileItIsOpen() {
        try (MemoryBackend backend = new MemoryBackend();
                Pawl pawl = Pawl.of(backend)) {
            AuthStore store = pawl.auth("one");
            assertThat(pawl.auth("one")).isSameAs(store);
            assertThatThrownBy(() -> AuthStore.open(backend, SessionName.of("one")))
                    .isInstanceOf(InUseException.class);
            store.close();
            assertThat(pawl.auth("one")).isNotSameAs(store);
        }
    }

    @Test
    void closingItGivesTheSessionsBackAndEndsAllUse() {
        try (MemoryBackend backend = new MemoryBackend()) {
            Pawl pawl = Pawl.of(backend);
            AuthStore store = pawl.auth("one");
            pawl.close();
            pawl.close();
            assertThatThrownBy(store::credentials).isInstanceOf(ClosedException.class);
            assertThatThrownBy(() -> pawl.auth("one")).isInstanceOf(ClosedException.class);
            AuthStore.open(backend, SessionName.of("one")).close();
        }
    }

    @Test
    void aSchemeThatNothingOpensIsNamedWithWhatToAdd() {
        assertThatThrownBy(() -> Pawl.open("redis://localhost:6379/0"))
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.code()).hasToString("STORE_NOT_AVAILABLE"))
                .hasMessageContaining("pawl-redis");
    }
}
