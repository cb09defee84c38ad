package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.tck.UncertainBackend.Fate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Commits, takings and releases of which nobody knows whether they happened: L13, L14, L17. */
abstract class LeaseDoubtRules extends LeaseStateRules {

    @Test
    @DisplayName("L13 a commit in doubt that was not applied is never applied later")
    void delayedCommitsNeverArrive() {
        Lease lease = lease();
        lease.commit(put("1", "a"));
        Optional<Bytes> before = row();
        backend.next(Fate.DELAYED);
        assertThatThrownBy(() -> lease.commit(put("1", "b"))).isInstanceOf(InDoubtException.class);
        assertThat(row()).isNotEqualTo(before);
        assertThat(row()).contains(lease.record().toBytes());
        assertThat(stored("1")).contains(value("a"));
        assertThat(backend.deliver()).containsExactly(false);
        assertThat(stored("1")).contains(value("a"));
        lease.commit(put("1", "c"));
        assertThat(stored("1")).contains(value("c"));
    }

    @Test
    @DisplayName("L13 a commit in doubt that was applied stays, and the lease goes on")
    void lostAnswers() {
        Lease lease = lease();
        backend.next(Fate.ANSWER_LOST);
        assertThatThrownBy(() -> lease.commit(put("1", "a"))).isInstanceOf(InDoubtException.class);
        assertThat(stored("1")).contains(value("a"));
        lease.commit(put("1", "b"));
        lease.close();
        assertThat(row()).isEmpty();
    }

    @Test
    @DisplayName("L13 an erasure in doubt is settled likewise")
    void erasureInDoubt() {
        Lease lease = lease();
        lease.commit(put("1", "a"));
        backend.next(Fate.DELAYED);
        assertThatThrownBy(() -> lease.erase(Set.of(Family.KEY))).isInstanceOf(InDoubtException.class);
        assertThat(backend.deliver()).containsExactly(false);
        assertThat(stored("1")).contains(value("a"));
    }

    @Test
    @DisplayName("L13 renewing goes on through refusals, delays and lost answers of its own")
    void renewalsInDoubt() {
        Lease lease = lease();
        for (List<Fate> fates : List.of(
                List.of(Fate.DELAYED, Fate.DELAYED),
                List.of(Fate.DELAYED, Fate.ANSWER_LOST),
                List.of(Fate.DELAYED, Fate.REFUSED, Fate.DELAYED))) {
            Optional<Bytes> before = row();
            backend.next(fates.toArray(Fate[]::new));
            assertThatThrownBy(() -> lease.commit(put("1", "zombie"))).isInstanceOf(InDoubtException.class);
            assertThat(row()).isNotEqualTo(before).contains(lease.record().toBytes());
            assertThat(backend.deliver()).doesNotContain(true);
            assertThat(row()).contains(lease.record().toBytes());
            lease.commit(put("2", "mine"));
        }
        assertThat(stored("1")).isEmpty();
    }

    @Test
    @DisplayName("L13 as long as the doubt lasts nothing is committed, and then it ends")
    void nothingIsCommittedInDoubt() {
        Lease lease = lease();
        backend.next(Fate.DELAYED);
        for (int i = 0; i < 6; i++) {
            backend.next(Fate.REFUSED);
        }
        assertThatThrownBy(() -> lease.commit(put("1", "zombie"))).isInstanceOf(InDoubtException.class);
        for (int i = 0; i < 6; i++) {
            backend.next(Fate.REFUSED);
        }
        assertThatThrownBy(() -> lease.commit(put("2", "a"))).isInstanceOf(UnavailableException.class);
        assertThat(stored("2")).isEmpty();
        lease.commit(put("2", "b"));
        assertThat(backend.deliver()).containsExactly(false);
        assertThat(stored("1")).isEmpty();
        assertThat(stored("2")).contains(value("b"));
    }

    @Test
    @DisplayName("L13 a renewal that arrives after it was given up is still ours")
    void lateRenewalsAreOurs() {
        Lease lease = lease();
        backend.next(Fate.DELAYED, Fate.DELAYED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED);
        assertThatThrownBy(() -> lease.commit(put("1", "zombie"))).isInstanceOf(InDoubtException.class);
        // the commit comes first and is applied, then the renewal
        assertThat(backend.deliver()).containsExactly(true, true);
        lease.commit(put("2", "a"));
        assertThat(row()).contains(lease.record().toBytes());
        lease.close();
        assertThat(row()).isEmpty();
    }

    @Test
    @DisplayName("L13 a doubt that meets a take-over ends in fencing")
    void doubtAndTakeOver() {
        Lease lease = lease();
        backend.next(Fate.DELAYED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED);
        assertThatThrownBy(() -> lease.commit(put("1", "zombie"))).isInstanceOf(InDoubtException.class);
        Lease newer = closing(request(backend).takeOver().acquire());
        assertThat(backend.deliver()).containsExactly(false);
        assertThatThrownBy(() -> lease.commit(put("1", "old"))).isInstanceOf(FencedException.class);
        newer.commit(put("2", "new"));
        assertThat(stored("1")).isEmpty();
    }

    @Test
    @DisplayName("L13 a mark in doubt is written or not, and record tells which counts")
    void marksInDoubt() {
        Lease lease = lease();
        backend.next(Fate.ANSWER_LOST);
        lease.mark(LeaseState.CLEARING);
        assertThat(lease.record().state()).isEqualTo(LeaseState.CLEARING);
        assertThat(row()).contains(lease.record().toBytes());
        backend.next(Fate.DELAYED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED);
        assertThatThrownBy(() -> lease.mark(LeaseState.HELD)).isInstanceOf(InDoubtException.class);
        assertThat(lease.record().state()).isEqualTo(LeaseState.CLEARING);
        assertThat(backend.deliver()).containsExactly(true);
        lease.commit(Batch.EMPTY);
        assertThat(LeaseRecord.parse(row().orElseThrow()).state()).isEqualTo(LeaseState.CLEARING);
    }

    @Test
    @DisplayName("L14 taking a lease in doubt is settled before it returns")
    void takingInDoubt() {
        for (List<Fate> fates : List.of(
                List.of(Fate.ANSWER_LOST), List.of(Fate.DELAYED), List.of(Fate.DELAYED, Fate.REFUSED, Fate.DELAYED))) {
            for (Optional<LeaseRecord> before : List.of(
                    Optional.<LeaseRecord>empty(),
                    Optional.of(new LeaseRecord(LeaseState.CLEARING, Optional.empty())))) {
                before.ifPresent(this::write);
                backend.next(fates.toArray(Fate[]::new));
                Lease lease = request(backend).acquire();
                assertThat(row()).contains(lease.record().toBytes());
                lease.commit(put("1", "a"));
                assertThat(backend.deliver()).doesNotContain(true);
                assertThat(row()).contains(lease.record().toBytes());
                lease.mark(LeaseState.HELD);
                lease.close();
                assertThat(row()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("L14 a lease that was taken after all, too late, is given back")
    void takenTooLate() {
        backend.next(Fate.DELAYED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED, Fate.REFUSED);
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InDoubtException.class);
        assertThat(backend.deliver()).containsExactly(true);
        assertThat(row()).isPresent();
        ticker.letBeat();
        assertThat(row()).isEmpty();
        assertThat(beats()).isEmpty();
    }

    @Test
    @DisplayName("L14 a duplicate of a taken lease that arrives after its release is taken away")
    void echoAfterRelease() {
        backend.next(Fate.DELAYED);
        Lease lease = request(backend).acquire();
        lease.close();
        assertThat(row()).isEmpty();
        assertThat(backend.deliver()).containsExactly(true);
        ticker.letBeat();
        assertThat(row()).isEmpty();
    }

    @Test
    @DisplayName("L14 a lease that cannot be taken because the store fails leaves nothing behind")
    void takingFails() {
        backend.next(Fate.REFUSED);
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(UnavailableException.class);
        assertThat(row()).isEmpty();
        assertThat(beats()).isEmpty();
        lease();
    }

    @Test
    @DisplayName("L17 a release that cannot reach the store throws nothing and is made up for")
    void releaseIsMadeUpFor() {
        Lease lease = lease();
        backend.cut(true);
        lease.close();
        backend.cut(false);
        assertThat(row()).isPresent();
        ticker.letBeat();
        assertThat(row()).isEmpty();
        assertThat(beats()).isEmpty();
    }

    @Test
    @DisplayName("L17 a release in doubt is repeated, and takes no later owner's row")
    void releaseInDoubt() {
        Lease lease = lease();
        backend.next(Fate.DELAYED);
        lease.close();
        Lease next = lease();
        ticker.letBeat();
        assertThat(backend.deliver()).containsExactly(false);
        assertThat(row()).contains(next.record().toBytes());
        next.commit(put("1", "a"));
    }

    @Test
    @DisplayName("L17 closing after the backend throws nothing")
    void closingLast() {
        UncertainBackend shortLived = another();
        Lease lease = request(shortLived).acquire();
        shortLived.close();
        lease.close();
        closing(request(backend).acquire());
        assertThat(ticker.elapsed()).isZero();
    }
}
