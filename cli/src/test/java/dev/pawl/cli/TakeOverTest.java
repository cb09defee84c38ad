package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Locator;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How writing commands become the owner of a session. */
class TakeOverTest {

    @Test
    void aClearingThatCannotBeFinishedGivesTheLeaseBackAndStaysToBeFinished() {
        try (MemoryBackend memory = new MemoryBackend()) {
            try (Lease interrupted =
                    Lease.on(memory, SessionName.DEFAULT, TakeOver.AUTH).acquire()) {
                interrupted.mark(LeaseState.CLEARING);
            }
            Store failing = new Store(Locator.parse("memory:"), new ForwardingBackend(memory) {
                @Override
                public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                    throw UnavailableException.connectionFailed("gone");
                }
            });

            assertThatThrownBy(() -> new TakeOver().lease(failing)).isInstanceOf(UnavailableException.class);

            assertThat(Lease.read(memory, SessionName.DEFAULT, TakeOver.AUTH))
                    .contains(new LeaseRecord(LeaseState.CLEARING, Optional.empty()));
        }
    }
}
