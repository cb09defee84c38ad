package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRecord.Owner;
import dev.pawl.lease.LeaseRequest;
import dev.pawl.lease.LeaseState;
import dev.pawl.lease.LeaseTiming;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Opens the store of one test and says what the rules say in few words. The classes below it hold the rules; {@link LeaseTck} stands for all of them. */
@Timeout(60)
abstract class LeaseFixture extends ContractSuite {

    static final SessionName SESSION = SessionName.DEFAULT;
    static final Key LEASE = Key.of(Family.LEASE, "auth");
    static final Duration BEAT = LeaseTiming.STANDARD.beat();
    static final Duration DEAD = LeaseTiming.STANDARD.dead();

    final ManualTicker ticker = new ManualTicker();

    /** The store that most tests use. */
    UncertainBackend backend;

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Opens the store at this place, beside the others that are open on it. */
    protected abstract Backend open(Path place);

    @Override
    protected final Subject subject(Path directory) {
        return Subject.stored(access -> open(directory.resolve("store")));
    }

    @BeforeEach
    final void openBackend() {
        backend = another();
    }

    @AfterEach
    final void closeEverything() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    final UncertainBackend another() {
        UncertainBackend other = new UncertainBackend(open(directory.resolve("store")));
        opened.add(other);
        return other;
    }

    final LeaseRequest request(Backend on) {
        return Lease.on(on, SESSION, "auth").timing(LeaseTiming.STANDARD.with(ticker));
    }

    final Lease lease() {
        return closing(request(backend).acquire());
    }

    final Lease closing(Lease lease) {
        opened.add(lease);
        return lease;
    }

    static Key key(String id) {
        return Key.ofKey("pre-key", id);
    }

    static Batch put(String id, String text) {
        return Batch.of(Row.of(key(id), value(text)));
    }

    static Bytes value(String text) {
        return Bytes.utf8("{\"text\":\"" + text + "\"}");
    }

    final Optional<Bytes> stored(String id) {
        return backend.get(SESSION, key(id)).map(Row::value);
    }

    final Optional<Bytes> row() {
        return backend.get(SESSION, LEASE).map(Row::value);
    }

    /** A holder on another machine. */
    static Owner foreigner() {
        return new Owner(
                "00112233445566778899aabbccddeeff",
                "ffeeddccbbaa99887766554433221100",
                false,
                "elsewhere",
                4711,
                Optional.of(99L),
                Optional.of("another-boot"),
                Optional.of("pid:[1]"),
                Instant.parse("2026-01-31T12:00:00Z"));
    }

    final void write(LeaseRecord record) {
        write(SESSION, record);
    }

    final void write(SessionName session, LeaseRecord record) {
        backend.commit(session, Batch.of(Row.of(LEASE, record.toBytes())));
    }

    final void holdElsewhere() {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(foreigner())));
    }

    static Key beatRow(String node) {
        return Key.of(Family.LEASE, "node:" + node);
    }

    final void beatElsewhere(long count) {
        backend.commit(
                SessionName.PAWL,
                Batch.of(Row.of(beatRow(foreigner().node()), Bytes.utf8("{\"beat\":" + count + "}"))));
    }

    final List<Row> beats() {
        return backend.scan(SessionName.PAWL, Scan.of(Family.LEASE)).items();
    }
}
