package dev.pawl.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.ClosedException;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import org.junit.jupiter.api.Test;

/** Who writes nothing can learn too that the session was taken over. */
class AuthStoreOwnerTest {

    private final MemoryBackend backend = new MemoryBackend();

    @Test
    void anOwnerIsOneUntilSomebodyTakesOver() {
        try (AuthStore first = AuthStore.open(backend, SessionName.DEFAULT)) {
            first.createCredentials();
            assertThat(first.isOwner()).isTrue();
            try (AuthStore second =
                    AuthStore.opening(backend, SessionName.DEFAULT).takeOver().open()) {
                assertThat(first.isOwner()).isFalse();
                assertThat(second.isOwner()).isTrue();
            }
            assertThat(first.isOwner()).isFalse();
        }
    }

    @Test
    void aClearingLeavesTheOwner() {
        try (AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            store.createCredentials();
            store.clear();
            assertThat(store.isOwner()).isTrue();
        }
    }

    @Test
    void whoReadsOwnsNothing() {
        try (AuthStore store = AuthStore.openReadOnly(backend, SessionName.DEFAULT)) {
            assertThat(store.isOwner()).isFalse();
        }
    }

    @Test
    void aClosedStoreSaysSo() {
        AuthStore store = AuthStore.open(backend, SessionName.DEFAULT);
        store.close();
        assertThatThrownBy(store::isOwner).isInstanceOf(ClosedException.class);
    }
}
