package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.ProcessLocking;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Beat;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRecord.Owner;
import dev.pawl.lease.LeaseRequest;
import dev.pawl.lease.LeaseState;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.tck.UncertainBackend.Fate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The rules of owning a session, on any backend. A subclass says how the same store is opened as often as one likes.
 *
 * <p>No test waits: the clock is a {@link ManualTicker}. Holders on other machines are rows that the test writes.
 */
@Timeout(60)
public abstract class LeaseTck extends ContractSuite {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final Key LEASE = Key.of(Family.LEASE, "auth");
    private static final Duration BEAT = LeaseTiming.STANDARD.beat();
    private static final Duration DEAD = LeaseTiming.STANDARD.dead();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ManualTicker ticker = new ManualTicker();

    /** The store that most tests use. */
    private UncertainBackend backend = new UncertainBackend(new MemoryBackend());

    /** For subclasses. */
    protected LeaseTck() {}

    /**
     * Opens a store. Opened again at the same place it is another backend object with the same rows; closing one leaves
     * the others usable.
     */
    protected abstract Backend open(Path place);

    @Override
    protected final Subject subject(Path directory) {
        return Subject.stored(access -> open(directory.resolve("store")));
    }

    @BeforeEach
    void openBackend() {
        backend = another();
    }

    @AfterEach
    void closeEverything() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private UncertainBackend another() {
        UncertainBackend other = new UncertainBackend(open(directory.resolve("store")));
        opened.add(other);
        return other;
    }

    private LeaseRequest request(Backend on) {
        return Lease.on(on, SESSION, "auth").timing(LeaseTiming.STANDARD.with(ticker));
    }

    private Lease lease() {
        return closing(request(backend).acquire());
    }

    private Lease closing(Lease lease) {
        opened.add(lease);
        return lease;
    }

    private static Key key(String id) {
        return Key.ofKey("pre-key", id);
    }

    private static Batch put(String id, String text) {
        return Batch.of(Row.of(key(id), value(text)));
    }

    private static Bytes value(String text) {
        return Bytes.utf8("{\"text\":\"" + text + "\"}");
    }

    private Optional<Bytes> stored(String id) {
        return backend.get(SESSION, key(id)).map(Row::value);
    }

    private Optional<Bytes> row() {
        return backend.get(SESSION, LEASE).map(Row::value);
    }

    /** A holder on another machine. */
    private static Owner foreigner() {
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

    private void write(LeaseRecord record) {
        write(SESSION, record);
    }

    private void write(SessionName session, LeaseRecord record) {
        backend.commit(session, Batch.of(Row.of(LEASE, record.toBytes())));
    }

    private void holdElsewhere() {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(foreigner())));
    }

    private static Key beatRow(String node) {
        return Key.of(Family.LEASE, "node:" + node);
    }

    private void beatElsewhere(long count) {
        backend.commit(
                SessionName.PAWL,
                Batch.of(Row.of(beatRow(foreigner().node()), Bytes.utf8("{\"beat\":" + count + "}"))));
    }

    private List<Row> beats() {
        return backend.scan(SessionName.PAWL, Scan.of(Family.LEASE)).items();
    }

    // L1: one owner

    @Test
    @DisplayName("L01 a second opener is refused, told who holds the session, and does not disturb the holder")
    void secondOpenerIsRefused() {
        Lease first = lease();
        Optional<Bytes> before = row();
        int commits = backend.commits();
        for (Backend other : List.of(backend, another())) {
            Owner owner = first.record().owner().orElseThrow();
            assertThatThrownBy(() -> request(other).acquire())
                    .isInstanceOf(InUseException.class)
                    .hasMessageContaining(owner.host())
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
                    .hasMessageContaining(owner.since().toString())
                    .hasMessageNotContainingAny(owner.token(), owner.node());
        }
        assertThat(ticker.elapsed()).isZero();
        assertThat(row()).isEqualTo(before);
        assertThat(backend.commits()).isEqualTo(commits);
        assertThat(beats()).hasSize(1);
        first.commit(put("1", "a"));
        assertThat(stored("1")).contains(value("a"));
    }

    @Test
    @DisplayName("L01 leases of other names and sessions are apart")
    void otherNamesAreApart() {
        lease();
        try (Lease messages = Lease.on(backend, SESSION, "messages").acquire()) {
            messages.commit(Batch.EMPTY);
        }
        if (backend.traits().manySessions()) {
            try (Lease other =
                    Lease.on(backend, SessionName.of("other"), "auth").acquire()) {
                other.commit(Batch.EMPTY);
            }
        }
    }

    // L2: release

    @Test
    @DisplayName("L02 a release takes the row away and lets the next one in at once")
    void releaseLetsTheNextIn() {
        Lease first = lease();
        first.close();
        first.close();
        assertThat(row()).isEmpty();
        Lease second = closing(request(another()).acquire());
        second.commit(put("1", "b"));
        assertThat(ticker.elapsed()).isZero();
        assertThatThrownBy(() -> first.commit(put("1", "a"))).isInstanceOf(ClosedException.class);
        assertThat(stored("1")).contains(value("b"));
    }

    @Test
    @DisplayName("L02 a release never touches the row of another owner")
    void releaseLeavesOthersAlone() {
        Lease first = lease();
        holdElsewhere();
        Optional<Bytes> others = row();
        first.close();
        assertThat(row()).isEqualTo(others);
    }

    @Test
    @DisplayName("L02 a release waits for the commits in flight, so that none is lost")
    void releaseWaitsForCommits() throws Exception {
        AtomicBoolean released = new AtomicBoolean();
        AtomicReference<Callable<Void>> closing = new AtomicReference<>(() -> null);
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try {
            AtomicReference<Future<Void>> close = new AtomicReference<>();
            Backend pausing = new ForwardingBackend(backend) {
                @Override
                public void commit(SessionName session, Batch batch) {
                    boolean data =
                            batch.puts().stream().anyMatch(row -> row.key().family() == Family.KEY);
                    if (data) {
                        close.set(threads.submit(closing.get()));
                        assertThatThrownBy(() -> close.get().get(50, TimeUnit.MILLISECONDS))
                                .isInstanceOf(TimeoutException.class);
                        assertThat(released).isFalse();
                    }
                    super.commit(session, batch);
                }
            };
            Lease lease = request(pausing).acquire();
            closing.set(() -> {
                lease.close();
                released.set(true);
                return null;
            });
            lease.commit(put("1", "a"));
            close.get().get(20, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        assertThat(stored("1")).contains(value("a"));
        assertThat(row()).isEmpty();
    }

    // L3: take-over

    @Test
    @DisplayName("L03 after a take-over the old owner commits nothing and everything of the new one is there")
    void takeOverFences() {
        Lease old = lease();
        old.commit(put("1", "old"));
        UncertainBackend newer = another();
        Lease current = closing(request(newer).takeOver().acquire());
        for (int i = 2; i < 30; i++) {
            String id = Integer.toString(i);
            current.commit(put(id, "new"));
            assertThatThrownBy(() -> old.commit(put(id, "old"))).isInstanceOf(FencedException.class);
        }
        assertThatThrownBy(() -> old.erase(Set.of(Family.KEY))).isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> old.mark(LeaseState.CLEARING)).isInstanceOf(FencedException.class);
        assertThatThrownBy(old::renew).isInstanceOf(FencedException.class);
        Optional<Bytes> held = row();
        old.close();
        assertThat(row()).isEqualTo(held);
        assertThat(stored("1")).contains(value("old"));
        for (int i = 2; i < 30; i++) {
            assertThat(stored(Integer.toString(i))).contains(value("new"));
        }
        current.commit(put("1", "new"));
        assertThat(stored("1")).contains(value("new"));
    }

    @Test
    @DisplayName("L03 mark, renew and erase find out that they are fenced")
    void everyMethodFindsOut() {
        for (int what = 0; what < 3; what++) {
            Lease old = closing(request(backend).takeOver().acquire());
            Lease current = closing(request(backend).takeOver().acquire());
            current.commit(put("1", "new"));
            Optional<Bytes> held = row();
            int which = what;
            assertThatThrownBy(() -> {
                        if (which == 0) {
                            old.mark(LeaseState.CLEARING);
                        } else if (which == 1) {
                            old.renew();
                        } else {
                            old.erase(Set.of(Family.KEY));
                        }
                    })
                    .isInstanceOf(FencedException.class);
            assertThat(row()).isEqualTo(held);
            assertThat(stored("1")).contains(value("new"));
        }
    }

    @Test
    @DisplayName("L03 being fenced is found before any conflict, and then the backend is not asked any more")
    void fencingWinsOverConflicts() {
        Lease old = lease();
        closing(request(another()).takeOver().acquire());
        Batch conflicting = put("1", "old").with(Check.exact(key("1"), value("never there")));
        assertThatThrownBy(() -> old.commit(conflicting)).isInstanceOf(FencedException.class);
        int commits = backend.commits();
        assertThatThrownBy(() -> old.commit(put("1", "old"))).isInstanceOf(FencedException.class);
        assertThat(backend.commits()).isEqualTo(commits);
    }

    @Test
    @DisplayName("L03 a conflict of the batch's own is no fencing")
    void conflictsAreNoFencing() {
        Lease lease = lease();
        assertThatThrownBy(() -> lease.commit(put("1", "a").with(Check.exact(key("1"), value("x")))))
                .isInstanceOf(ConflictException.class);
        lease.commit(put("1", "a"));
        assertThat(stored("1")).contains(value("a"));
    }

    @Test
    @DisplayName("L03 a take-over does not wait and does not care whether the holder lives")
    void takeOverDoesNotWait() {
        holdElsewhere();
        closing(request(backend).takeOver().acquire()).commit(put("1", "a"));
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    @DisplayName("L03 a batch that touches the lease row is refused")
    void leaseRowIsReserved() {
        Lease lease = lease();
        assertThatThrownBy(() -> lease.commit(new Batch(List.of(), List.of(), List.of(LEASE))))
                .isInstanceOf(IllegalArgumentException.class);
        lease.commit(Batch.EMPTY);
    }

    // L4: beats

    @Test
    @DisplayName("L04 a holder elsewhere whose beat stands still is dead after the time of death and not before")
    void deadWhenBeatStops() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger early = new AtomicInteger();
        Optional<Bytes> before = row();
        ticker.onSleep(() -> {
            if (ticker.elapsed().compareTo(DEAD) < 0) {
                early.incrementAndGet();
                assertThat(row()).isEqualTo(before);
            }
        });
        Lease lease = lease();
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(DEAD).isLessThanOrEqualTo(DEAD.plus(BEAT));
        assertThat(early.get()).isPositive();
        lease.commit(put("1", "a"));
        assertThat(beats()).hasSize(1);
    }

    @Test
    @DisplayName("L04 a holder elsewhere without any beat row is dead after the same time")
    void deadWithoutBeatRow() {
        holdElsewhere();
        lease();
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(DEAD);
    }

    @Test
    @DisplayName("L04 a holder elsewhere that beats is live, whatever the clocks say")
    void liveWhileItBeats() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger count = new AtomicInteger(7);
        ticker.onSleep(() -> beatElsewhere(count.incrementAndGet()));
        assertThatThrownBy(() -> request(backend).acquire())
                .isInstanceOf(InUseException.class)
                .hasMessageContaining("elsewhere")
                .hasMessageContaining("4711");
        assertThat(beats()).hasSize(1);
    }

    @Test
    @DisplayName("L04 a beat just before the end of the window saves the holder")
    void lateBeatSaves() {
        holdElsewhere();
        beatElsewhere(7);
        ticker.onSleep(() -> {
            if (ticker.elapsed().compareTo(DEAD.minus(BEAT)) >= 0) {
                beatElsewhere(8);
            }
        });
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InUseException.class);
    }

    @Test
    @DisplayName("L04 the window ends at the start of the last read: an answer that took long proves nothing")
    void slowReadsProveNothing() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger reads = new AtomicInteger();
        AtomicReference<Duration> slowUntil = new AtomicReference<>(Duration.ZERO);
        backend.beforeBeatRead(() -> {
            if (reads.incrementAndGet() == 2) {
                ticker.advance(DEAD);
                slowUntil.set(ticker.elapsed());
            }
        });
        lease();
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(slowUntil.get().plus(DEAD));
    }

    @Test
    @DisplayName("L04 the window begins at the return of the first read")
    void windowBeginsAtReturn() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger reads = new AtomicInteger();
        Duration almostABeat = Duration.ofSeconds(4);
        LeaseTiming timing = new LeaseTiming(BEAT, Duration.ofSeconds(18), ticker);
        backend.beforeBeatRead(() -> {
            if (reads.incrementAndGet() == 1) {
                ticker.advance(almostABeat);
            }
        });
        closing(request(backend).timing(timing).acquire());
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(almostABeat.plus(timing.dead()));
    }

    @Test
    @DisplayName("L04 a read that fails begins the window anew: an outage is nobody's death")
    void failedReadsRestart() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger reads = new AtomicInteger();
        AtomicReference<Duration> failed = new AtomicReference<>(Duration.ZERO);
        backend.beforeBeatRead(() -> {
            if (reads.incrementAndGet() == 4) {
                failed.set(ticker.elapsed());
                throw UnavailableException.readFailed("outage", new IOException("outage"));
            }
        });
        lease();
        assertThat(failed.get()).isPositive();
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(failed.get().plus(DEAD));
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("L04 fifty sessions of one dead node cost one window")
    void oneWindowForAllSessions() {
        beatElsewhere(7);
        for (int i = 0; i < 50; i++) {
            write(SessionName.of("s" + i), new LeaseRecord(LeaseState.HELD, Optional.of(foreigner())));
        }
        for (int i = 0; i < 50; i++) {
            closing(Lease.on(backend, SessionName.of("s" + i), "auth")
                    .timing(LeaseTiming.STANDARD.with(ticker))
                    .acquire());
        }
        assertThat(ticker.elapsed()).isLessThanOrEqualTo(DEAD.plus(BEAT));
    }

    @Test
    @DisplayName("L04 the beat row of a node that beats again after it was judged stays")
    void returningNodesKeepTheirBeat() {
        holdElsewhere();
        beatElsewhere(7);
        Backend watching = new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (session.equals(SESSION)) {
                    beatElsewhere(8);
                }
                super.commit(session, batch);
            }
        };
        closing(request(watching).acquire());
        assertThat(backend.get(SessionName.PAWL, beatRow(foreigner().node()))).isPresent();
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("L04 a node that was found dead and beats again is live again")
    void deadNodesMayReturn() {
        SessionName second = SessionName.of("second");
        beatElsewhere(7);
        holdElsewhere();
        write(second, new LeaseRecord(LeaseState.HELD, Optional.of(foreigner())));
        lease();
        assertThat(beats())
                .noneMatch(row -> row.key().equals(beatRow(foreigner().node())));
        beatElsewhere(8);
        assertThatThrownBy(() -> Lease.on(backend, second, "auth")
                        .timing(LeaseTiming.STANDARD.with(ticker))
                        .acquire())
                .isInstanceOf(InUseException.class);
    }

    // L5: the same host

    /** The owner that this process would be under another node name: somebody else's process, as far as rows tell. */
    private Owner ourTwin(boolean locked, Optional<Long> started, Optional<String> namespace) {
        Owner ours;
        try (Lease lease = request(backend).acquire()) {
            ours = lease.record().owner().orElseThrow();
        }
        assumeTrue(ours.namespace().isPresent(), "this system does not tell process namespaces");
        return new Owner(
                foreigner().token(),
                foreigner().node(),
                locked,
                ours.host(),
                ours.process(),
                started.or(ours::started),
                ours.boot(),
                namespace.or(ours::namespace),
                ours.since());
    }

    @Test
    @DisplayName("L05 a process of this host that lives is live at once, even without a beat")
    void livingProcess() {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(ourTwin(false, Optional.empty(), Optional.empty()))));
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InUseException.class);
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    @DisplayName("L05 a process id of this host that another process has now is dead at once")
    void reusedProcessId() {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(ourTwin(false, Optional.of(1L), Optional.empty()))));
        lease().commit(put("1", "a"));
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    @DisplayName("L05 a process id of another namespace, of another or an unknown boot says nothing: beats decide")
    void otherNamespacesSayNothing() {
        Owner twin = ourTwin(true, Optional.of(1L), Optional.empty());
        for (Owner owner : List.of(
                ourTwin(true, Optional.of(1L), Optional.of("pid:[2]")),
                withBoot(twin, Optional.of("another")),
                withBoot(twin, Optional.empty()))) {
            write(new LeaseRecord(LeaseState.HELD, Optional.of(owner)));
            Duration before = ticker.elapsed();
            lease().close();
            assertThat(ticker.elapsed().minus(before)).isGreaterThanOrEqualTo(DEAD);
        }
    }

    private static Owner withBoot(Owner owner, Optional<String> boot) {
        return new Owner(
                owner.token(),
                owner.node(),
                owner.locked(),
                owner.host(),
                owner.process(),
                owner.started(),
                boot,
                owner.namespace(),
                owner.since());
    }

    @Test
    @DisplayName("L05 a live process that stopped beating is found dead by who waits anyway")
    void stuckProcess() {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(ourTwin(false, Optional.empty(), Optional.empty()))));
        closing(request(backend).waitForRelease(Duration.ofMinutes(1)).acquire());
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(DEAD).isLessThan(Duration.ofMinutes(1));
    }

    // L6, L7

    @Test
    @DisplayName("L06 a row that is gone, or anybody else's, means fenced")
    void goneMeansFenced() {
        Lease lease = lease();
        backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(LEASE)));
        assertThatThrownBy(() -> lease.commit(put("1", "a"))).isInstanceOf(FencedException.class);
        assertThat(stored("1")).isEmpty();
        Lease again = lease();
        holdElsewhere();
        assertThatThrownBy(() -> again.commit(put("1", "a"))).isInstanceOf(FencedException.class);
        assertThat(stored("1")).isEmpty();
    }

    @Test
    @DisplayName("L07 reading who owns a session writes nothing")
    void readingWritesNothing() {
        assertThat(Lease.read(backend, SESSION, "auth")).isEmpty();
        holdElsewhere();
        int commits = backend.commits();
        int beats = backend.beats();
        assertThat(Lease.read(backend, SESSION, "auth"))
                .contains(new LeaseRecord(LeaseState.HELD, Optional.of(foreigner())));
        assertThat(backend.commits()).isEqualTo(commits);
        assertThat(backend.beats()).isEqualTo(beats);
    }

    // L8: waiting

    @Test
    @DisplayName("L08 who waits for a release gets in as soon as it comes")
    void waitingForRelease() {
        Lease first = lease();
        ticker.onSleep(() -> {
            if (ticker.elapsed().compareTo(BEAT.multipliedBy(7)) >= 0) {
                first.close();
            }
        });
        closing(request(backend).waitForRelease(Duration.ofMinutes(2)).acquire());
        assertThat(ticker.elapsed()).isEqualTo(BEAT.multipliedBy(7));
    }

    @Test
    @DisplayName("L08 who waits for a release that does not come is refused when the time is over")
    void waitingInVain() {
        lease();
        ticker.onSleep(ticker::letBeat);
        assertThatThrownBy(() -> request(another())
                        .waitForRelease(Duration.ofSeconds(32))
                        .acquire())
                .isInstanceOf(InUseException.class);
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(32));
    }

    @Test
    @DisplayName("L08 who waits for a holder that dies gets in")
    void waitingForDeath() {
        holdElsewhere();
        AtomicInteger count = new AtomicInteger();
        ticker.onSleep(() -> {
            if (ticker.elapsed().compareTo(Duration.ofSeconds(60)) < 0) {
                beatElsewhere(count.incrementAndGet());
            }
        });
        closing(request(backend).waitForRelease(Duration.ofMinutes(10)).acquire());
        assertThat(ticker.elapsed())
                .isGreaterThanOrEqualTo(Duration.ofSeconds(60).plus(DEAD).minus(BEAT))
                .isLessThan(Duration.ofMinutes(2));
    }

    @Test
    @DisplayName("L08 a wait that is interrupted ends, and the interruption stays visible")
    void interruptedWait() {
        lease();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() ->
                        request(another()).waitForRelease(Duration.ofMinutes(1)).acquire())
                .isInstanceOf(InUseException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    // L9: beating

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

    // L10: the row

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

    // L11: states that outlive their owner

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

    // L12: races

    @Test
    @DisplayName("L12 of many openers at once exactly one gets in")
    void oneWins() throws Exception {
        int openers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(openers);
        List<UncertainBackend> backends = List.of(backend, another(), another(), backend);
        try {
            for (int round = 0; round < 20; round++) {
                CyclicBarrier barrier = new CyclicBarrier(openers);
                List<Future<Optional<Lease>>> attempts = new ArrayList<>();
                for (UncertainBackend each : backends) {
                    attempts.add(threads.submit(() -> {
                        barrier.await();
                        try {
                            return Optional.of(request(each).acquire());
                        } catch (InUseException e) {
                            return Optional.empty();
                        }
                    }));
                }
                List<Lease> winners = new ArrayList<>();
                for (Future<Optional<Lease>> attempt : attempts) {
                    attempt.get(30, TimeUnit.SECONDS).ifPresent(winners::add);
                }
                assertThat(winners).hasSize(1);
                winners.get(0).commit(put("1", "round" + round));
                winners.get(0).close();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(beats()).isEmpty();
    }

    // L13: doubt

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

    // L14: taking in doubt

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

    // L15: damage

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

    // L16: leaks

    @Test
    @DisplayName("L16 a row of this very process that no open lease stands for is dead at once")
    void leakedRows() {
        Owner ours;
        try (Lease lease = Lease.on(backend, SESSION, "messages").acquire()) {
            ours = lease.record().owner().orElseThrow();
        }
        write(new LeaseRecord(LeaseState.HELD, Optional.of(ours)));
        lease().commit(put("1", "a"));
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    @DisplayName("L16 a lease that is forgotten is released once it is collected")
    void forgottenLeases() throws Exception {
        forget();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (row().isPresent() && System.nanoTime() < end) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(row()).isEmpty();
    }

    private void forget() {
        LeaseTiming quick =
                new LeaseTiming(Duration.ofMillis(20), Duration.ofMillis(100), LeaseTiming.STANDARD.ticker());
        assertThat(Lease.on(backend, SESSION, "auth")
                        .timing(quick)
                        .acquire()
                        .record()
                        .owner())
                .isPresent();
    }

    // L17: releasing when the store is away

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

    // L18: locks of the operating system

    /** Locks as a test wants to see them. */
    private static final class Locks implements ProcessLocking {
        private boolean taken;

        @Override
        public Optional<ProcessLock> tryLock(SessionName session, String name) {
            if (taken) {
                return Optional.empty();
            }
            taken = true;
            return Optional.of(() -> taken = false);
        }
    }

    private Duration timeToTake(Owner owner) {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(owner)));
        Duration before = ticker.elapsed();
        request(backend).acquire().close();
        return ticker.elapsed().minus(before);
    }

    @Test
    @DisplayName("L18 a living process of this host with the lock is live, without it beats decide")
    void lockOfALivingProcess() {
        Locks locks = new Locks();
        Owner twin = ourTwin(true, Optional.empty(), Optional.empty());
        backend.locks(Optional.of(locks));
        locks.taken = true;
        write(new LeaseRecord(LeaseState.HELD, Optional.of(twin)));
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InUseException.class);
        assertThat(ticker.elapsed()).isZero();
        locks.taken = false;
        assertThat(timeToTake(twin)).isGreaterThanOrEqualTo(DEAD);
        assertThat(locks.taken).isFalse();
    }

    @Test
    @DisplayName("L18 a process of this host that is gone is dead whoever has the lock")
    void lockOfADeadProcess() {
        Locks locks = new Locks();
        Owner twin = ourTwin(true, Optional.of(1L), Optional.empty());
        backend.locks(Optional.of(locks));
        locks.taken = true;
        assertThat(timeToTake(twin)).isZero();
    }

    @Test
    @DisplayName("L18 a process in another namespace of this kernel is dead when it had the lock and the lock is free")
    void lockInAnotherNamespace() {
        Locks locks = new Locks();
        Owner locked = ourTwin(true, Optional.empty(), Optional.of("pid:[2]"));
        Owner unlocked = ourTwin(false, Optional.empty(), Optional.of("pid:[2]"));
        backend.locks(Optional.of(locks));
        assertThat(timeToTake(locked)).isZero();
        assertThat(timeToTake(unlocked)).isGreaterThanOrEqualTo(DEAD);
        assertThat(timeToTake(withBoot(locked, Optional.of("another")))).isGreaterThanOrEqualTo(DEAD);
        locks.taken = true;
        assertThat(timeToTake(locked)).isGreaterThanOrEqualTo(DEAD);
    }

    @Test
    @DisplayName("L18 an owner that took over goes on without the lock of the fenced one, which gives it back")
    void takeOverWithoutLock() {
        Locks locks = new Locks();
        backend.locks(Optional.of(locks));
        Lease old = lease();
        assertThat(old.record().owner().orElseThrow().locked()).isTrue();
        Lease newer = closing(request(backend).takeOver().acquire());
        assertThat(newer.record().owner().orElseThrow().locked()).isFalse();
        assertThatThrownBy(() -> old.commit(put("1", "old"))).isInstanceOf(FencedException.class);
        assertThat(locks.taken).isFalse();
        Optional<Bytes> held = row();
        newer.commit(put("1", "new"));
        assertThat(row()).isEqualTo(held);
        newer.close();
        Lease third = lease();
        assertThat(third.record().owner().orElseThrow().locked()).isTrue();
        third.close();
        assertThat(locks.taken).isFalse();
    }
}
