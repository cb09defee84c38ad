package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InUseException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRequest;
import dev.pawl.lease.LeaseState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** States of a session that outlive their owner: L11. */
abstract class LeaseStateRules extends LeaseRowRules {

    @Test
    @DisplayName("L11 a retired session never opens, and the message says where it went")
    void retiredStaysShut() {
        try (Lease lease = request(backend).acquire()) {
            lease.mark(new LeaseState.Retired("the-new-place"));
        }
        assertThat(row()).contains(Bytes.utf8("{\"state\":\"retired\",\"target\":\"the-new-place\"}"));
        for (LeaseRequest request : List.of(
                request(backend),
                request(backend).takeOver(),
                request(backend).waitForRelease(Duration.ofMinutes(1)),
                request(backend).resuming("the-new-place"))) {
            assertThatThrownBy(request::acquire)
                    .isInstanceOf(InUseException.class)
                    .hasMessageContaining("the-new-place");
        }
        assertThat(ticker.elapsed()).isZero();
        assertThat(row()).contains(Bytes.utf8("{\"state\":\"retired\",\"target\":\"the-new-place\"}"));
    }

    @Test
    @DisplayName("L11 a migration that did not finish is resumed from the same source only")
    void migrationResumes() {
        try (Lease lease = request(backend).acquire()) {
            lease.mark(new LeaseState.Migrating("the-source"));
            lease.commit(put("1", "half"));
        }
        for (LeaseRequest request : List.of(
                request(backend),
                request(backend).takeOver(),
                request(backend).waitForRelease(Duration.ofMinutes(1)),
                request(backend).resuming("another-source"),
                request(backend).resuming("another-source").takeOver())) {
            assertThatThrownBy(request::acquire)
                    .isInstanceOf(InUseException.class)
                    .hasMessageContaining("the-source");
        }
        try (Lease again = request(backend).resuming("the-source").acquire()) {
            assertThat(again.record().state()).isEqualTo(new LeaseState.Migrating("the-source"));
        }
        assertThat(row()).contains(Bytes.utf8("{\"state\":\"migrating\",\"source\":\"the-source\"}"));
        try (Lease again = request(backend).resuming("the-source").acquire()) {
            again.mark(LeaseState.HELD);
        }
        assertThat(row()).isEmpty();
    }

    @Test
    @DisplayName("L11 a migration that is running is left alone")
    void runningMigrationIsLeftAlone() {
        Lease lease = lease();
        lease.mark(new LeaseState.Migrating("the-source"));
        Optional<Bytes> held = row();
        for (LeaseRequest request : List.of(
                request(backend),
                request(backend).takeOver(),
                request(backend).takeOver().waitForRelease(BEAT),
                request(backend).resuming("the-source"),
                request(backend).overAnyState())) {
            assertThatThrownBy(request::acquire).isInstanceOf(InUseException.class);
        }
        assertThat(row()).isEqualTo(held);
        ticker.onSleep(() -> {
            lease.mark(LeaseState.HELD);
            lease.close();
        });
        closing(request(backend).waitForRelease(Duration.ofMinutes(1)).acquire())
                .commit(put("1", "a"));
    }

    @Test
    @DisplayName("L11 a migration whose owner died is resumed, and stays one when nobody resumes it")
    void deadMigration() {
        write(new LeaseRecord(new LeaseState.Migrating("the-source"), Optional.of(foreigner())));
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InUseException.class);
        assertThatThrownBy(() ->
                        request(backend).waitForRelease(Duration.ofMinutes(1)).acquire())
                .isInstanceOf(InUseException.class)
                .hasMessageContaining("the-source");
        Lease lease = closing(request(backend).resuming("the-source").acquire());
        assertThat(lease.record().state()).isEqualTo(new LeaseState.Migrating("the-source"));
    }

    @Test
    @DisplayName("L11 erasing opens any state, and keeps it until it is marked otherwise")
    void anyState() {
        for (LeaseState state :
                List.of(new LeaseState.Retired("x"), new LeaseState.Migrating("x"), LeaseState.CLEARING)) {
            write(new LeaseRecord(state, Optional.empty()));
            try (Lease lease = request(backend).overAnyState().acquire()) {
                assertThat(lease.record().state()).isEqualTo(state);
            }
            assertThat(row()).contains(new LeaseRecord(state, Optional.empty()).toBytes());
            try (Lease lease = request(backend).overAnyState().acquire()) {
                lease.mark(LeaseState.HELD);
            }
            assertThat(row()).isEmpty();
        }
    }

    @Test
    @DisplayName("L11 an erasure that did not finish is told to the next owner, whoever that is")
    void clearingIsTold() {
        try (Lease lease = request(backend).acquire()) {
            lease.mark(LeaseState.CLEARING);
        }
        try (Lease next = request(backend).acquire()) {
            assertThat(next.record().state()).isEqualTo(LeaseState.CLEARING);
        }
        assertThat(row()).contains(Bytes.utf8("{\"state\":\"clearing\"}"));
        Lease next = lease();
        Lease third = closing(request(backend).takeOver().acquire());
        assertThat(third.record().state()).isEqualTo(LeaseState.CLEARING);
        assertThatThrownBy(() -> next.commit(Batch.EMPTY)).isInstanceOf(FencedException.class);
    }
}
