package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Beat;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRecord.Owner;
import dev.pawl.lease.LeaseState;
import dev.pawl.lease.LeaseTiming;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rows of a holder: its beat, the form of the lease, and damage: L09, L10, L15. */
abstract class LeaseRowRules extends LeaseProcessRules {

    @Test
    @DisplayName("L09 one beat row for all leases of a backend, gone with the last")
    void oneBeatRow() {
        Lease auth = lease();
        Lease messages = closing(Lease.on(backend, SESSION, "messages")
                .timing(LeaseTiming.STANDARD.with(ticker))
                .acquire());
        Beat other = Beat.keep(backend, LeaseTiming.STANDARD.with(ticker));
        assertThat(beats()).hasSize(1);
        assertThat(beats().get(0).key()).isEqualTo(beatRow(other.node()));
        assertThat(auth.record().owner().orElseThrow().node()).isEqualTo(other.node());
        auth.close();
        messages.close();
        assertThat(beats()).hasSize(1);
        other.close();
        other.close();
        assertThat(beats()).isEmpty();
    }

    @Test
    @DisplayName("L09 the beat row changes with every beat, and the lease row does not")
    void beatsChange() {
        lease();
        Optional<Bytes> before = row();
        Set<Bytes> seen = new HashSet<>();
        seen.add(beats().get(0).value());
        for (int i = 0; i < 5; i++) {
            ticker.letBeat();
            assertThat(seen.add(beats().get(0).value())).isTrue();
        }
        assertThat(row()).isEqualTo(before);
    }

    @Test
    @DisplayName("L09 the beat row is there before the lease row, so that no holder is ever seen without")
    void beatsBeforeItHolds() {
        AtomicBoolean beating = new AtomicBoolean();
        Backend watching = new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (session.equals(SESSION)) {
                    beating.set(!beats().isEmpty());
                }
                super.commit(session, batch);
            }
        };
        closing(request(watching).acquire());
        assertThat(beating).isTrue();
    }

    @Test
    @DisplayName("L09 beating goes on after a beat that failed")
    void beatsAgainAfterFailure() {
        lease();
        Bytes before = beats().get(0).value();
        backend.cut(true);
        ticker.letBeat();
        backend.cut(false);
        assertThat(beats().get(0).value()).isEqualTo(before);
        ticker.letBeat();
        assertThat(beats().get(0).value()).isNotEqualTo(before);
    }

    @Test
    @DisplayName("L09 who was fenced beats no more")
    void fencedDoesNotBeat() {
        Lease lease = lease();
        holdElsewhere();
        assertThatThrownBy(() -> lease.commit(put("1", "a"))).isInstanceOf(FencedException.class);
        assertThat(beats()).isEmpty();
    }

    @Test
    @DisplayName("L09 who is refused leaves no beat row behind")
    void refusedDoesNotBeat() {
        write(new LeaseRecord(new LeaseState.Retired("there"), Optional.empty()));
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InUseException.class);
        assertThat(beats()).isEmpty();
    }

    @Test
    @DisplayName("L10 the row keeps its bytes through commits and erasures; renewing and marking change it")
    void rowKeepsItsBytes() {
        Lease lease = lease();
        Bytes taken = row().orElseThrow();
        assertThat(taken).isEqualTo(lease.record().toBytes());
        for (int i = 0; i < 5; i++) {
            lease.commit(put("1", "a" + i));
        }
        lease.erase(Set.of(Family.KEY));
        assertThat(stored("1")).isEmpty();
        assertThat(row()).contains(taken);
        Set<Bytes> seen = new HashSet<>(Set.of(taken));
        lease.renew();
        assertThat(seen.add(row().orElseThrow())).isTrue();
        lease.mark(LeaseState.CLEARING);
        assertThat(seen.add(row().orElseThrow())).isTrue();
        lease.mark(LeaseState.HELD);
        assertThat(seen.add(row().orElseThrow())).isTrue();
        assertThat(row()).contains(lease.record().toBytes());
        lease.commit(put("1", "b"));
        lease.close();
        assertThat(row()).isEmpty();
    }

    @Test
    @DisplayName("L10 the JSON form of a row is read back the same, and unknown members do no harm")
    void jsonForm() {
        for (LeaseState state : List.of(
                LeaseState.HELD,
                LeaseState.CLEARING,
                new LeaseState.Migrating("a \"place\""),
                new LeaseState.Retired("b"))) {
            for (Optional<Owner> owner : List.of(Optional.of(foreigner()), Optional.<Owner>empty())) {
                LeaseRecord record = new LeaseRecord(state, owner);
                assertThat(LeaseRecord.parse(record.toBytes())).isEqualTo(record);
            }
        }
        assertThat(LeaseRecord.parse(Bytes.utf8("{\"more\":[1],\"state\":\"clearing\"}")))
                .isEqualTo(new LeaseRecord(LeaseState.CLEARING, Optional.empty()));
    }

    @Test
    @DisplayName("L15 a damaged row is reported with its place and only a take-over writes over it")
    void damagedRows() {
        for (String text : List.of(
                "[]",
                "{}",
                "{\"state\":\"new-in-2030\"}",
                "{\"state\":\"held\",\"owner\":1}",
                "{\"state\":\"held\",\"owner\":\"a\",\"node\":\"b\"}",
                "{\"state\":\"migrating\"}")) {
            backend.commit(SESSION, Batch.of(Row.of(LEASE, Bytes.utf8(text))));
            assertThatThrownBy(() -> request(backend).acquire())
                    .isInstanceOfSatisfying(
                            CorruptDataException.class, e -> assertThat(e.key()).contains(LEASE))
                    .hasMessageContaining(backend.locate(SESSION, LEASE));
            assertThatThrownBy(() -> Lease.read(backend, SESSION, "auth")).isInstanceOf(CorruptDataException.class);
            assertThat(row()).contains(Bytes.utf8(text));
            request(backend).takeOver().acquire().close();
            assertThat(row()).isEmpty();
        }
    }

    @Test
    @DisplayName("L15 a row that the backend itself cannot read is taken over blindly")
    void unreadableRows() {
        AtomicBoolean damaged = new AtomicBoolean(true);
        Backend damaging = new ForwardingBackend(backend) {
            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                if (damaged.get() && keys.contains(LEASE)) {
                    throw new CorruptDataException(LEASE, "the place", "no JSON");
                }
                return super.get(session, keys);
            }

            @Override
            public void commit(SessionName session, Batch batch) {
                super.commit(session, batch);
                if (batch.puts().stream().anyMatch(row -> row.key().equals(LEASE))) {
                    damaged.set(false);
                }
            }
        };
        holdElsewhere();
        assertThatThrownBy(() -> request(damaging).acquire()).isInstanceOf(CorruptDataException.class);
        Lease lease = closing(request(damaging).takeOver().acquire());
        lease.commit(put("1", "a"));
        assertThat(row()).contains(lease.record().toBytes());
    }
}
