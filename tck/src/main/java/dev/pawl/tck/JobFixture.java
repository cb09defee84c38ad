package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.job.Job;
import dev.pawl.job.JobEvent;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobSender;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRecord.Owner;
import dev.pawl.lease.LeaseState;
import dev.pawl.lease.LeaseTiming;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * Opens the jobs of one test and says what the rules say in few words. The classes below it hold the rules;
 * {@link JobStoreTck} stands for all of them.
 */
@Timeout(60)
abstract class JobFixture extends ContractSuite {

    static final SessionName MAIN = SessionName.DEFAULT;
    static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    static final Duration BEAT = LeaseTiming.STANDARD.beat();
    static final Duration DEAD = LeaseTiming.STANDARD.dead();
    private static final int MANY = 2000;

    static final String BUDI = "6281111111111@s.whatsapp.net";
    static final JsonValue HELLO = JsonValue.parse("{\"content\":{\"text\":\"hello\"},\"options\":{}}");
    static final Key LEASE = Key.of(Family.LEASE, "jobs");

    final ManualTicker ticker = new ManualTicker();

    /** What the runners of this test did, in order. */
    final List<JobEvent> events = Collections.synchronizedList(new ArrayList<>());

    /** What they sent, in order. */
    final List<Job> sent = Collections.synchronizedList(new ArrayList<>());

    Subject subject;
    UncertainBackend backend;
    JobStore store;

    /** What the wall clock says; a test may set it. */
    volatile Instant now = START;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    final void openStore() throws IOException {
        subject = subject(Files.createDirectory(directory.resolve("storage")));
        backend = closing(new UncertainBackend(subject.open(Access.READ_WRITE)));
        store = open(MAIN);
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /** Remembers to close this after the test. */
    final <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    final JobStore open(SessionName session) {
        return open(backend, session);
    }

    final JobStore open(Backend on, SessionName session) {
        return closing(JobStore.open(on, session, () -> now, timing()));
    }

    final LeaseTiming timing() {
        return LeaseTiming.STANDARD.with(ticker);
    }

    /** Both clocks go on. */
    final void pass(Duration duration) {
        ticker.advance(duration);
        now = now.plus(duration);
    }

    /** A runner of the store that notes what it sends, as fast as it can. */
    final JobRunner runner() {
        return runner(builder -> builder);
    }

    final JobRunner runner(UnaryOperator<JobRunner.Builder> how) {
        return runner(store, how, sent::add);
    }

    /** A runner that is not started, with the clocks of this test. */
    final JobRunner runner(JobStore of, UnaryOperator<JobRunner.Builder> how, JobSender sender) {
        JobRunner runner = closing(how.apply(JobRunner.builder()
                        .rate(RateLimit.NONE)
                        .clock(this::wall)
                        .timing(timing())
                        .chance(new Random(7))
                        .onEvent(events::add))
                .build());
        runner.add(of, sender);
        return runner;
    }

    /** What a runner sees of the clock, unless it sends without end. */
    private Instant wall() {
        if (sent.size() > MANY) {
            throw new AssertionError("what was sent is sent again and again");
        }
        return now;
    }

    /** Schedules a job of this id. */
    final Job schedule(String id, Instant at) {
        return schedule(id, at, BUDI);
    }

    final Job schedule(String id, Instant at, String recipient) {
        return store.schedule(at, recipient, HELLO, JobOptions.NONE.id(id));
    }

    final Job job(String id) {
        return store.find(id).orElseThrow(() -> new AssertionError("there is no job " + id));
    }

    final JobState state(String id) {
        return job(id).state();
    }

    final List<String> sentIds() {
        return sent.stream().map(Job::id).toList();
    }

    static List<String> ids(List<Job> jobs) {
        return jobs.stream().map(Job::id).toList();
    }

    /** All jobs of a filter, page by page. */
    final List<Job> list(JobFilter filter, int limit) {
        return Page.stream((Optional<String> after) -> store.list(filter, after, limit))
                .toList();
    }

    static Key key(JobState state, String id) {
        return new Key(Family.JOB, state.name().toLowerCase(Locale.ROOT), id);
    }

    /** Writes a row past the store. */
    final void foreign(Key key, long order, String text) {
        backend.commit(MAIN, Batch.of(Row.of(key, order, Bytes.utf8(text))));
    }

    /** A process on another machine. */
    static Owner stranger() {
        return LeaseFixture.foreigner();
    }

    /** Lets that process have claimed a job that waits. */
    final void claimElsewhere(String id) {
        Row row = backend.get(MAIN, key(JobState.WAITING, id)).orElseThrow();
        JsonObject json = (JsonObject) JsonValue.parse(row.value());
        JsonObject ours = (JsonObject) json.get("pawl").orElseThrow();
        JsonValue claim = JsonValue.parse(new LeaseRecord(LeaseState.HELD, Optional.of(stranger())).toBytes());
        JsonObject claimed = ours.toBuilder()
                .put("claim", claim)
                .put("attempts", 1)
                .put("revision", 100)
                .build();
        backend.commit(
                MAIN,
                new Batch(
                        List.of(),
                        List.of(Row.of(
                                key(JobState.CLAIMED, id),
                                row.order(),
                                json.with("pawl", claimed).toBytes())),
                        List.of(row.key())));
    }

    /** The beat of that process. */
    final void beatElsewhere(long count) {
        backend.commit(
                SessionName.PAWL,
                Batch.of(Row.of(LeaseFixture.beatRow(stranger().node()), Bytes.utf8("{\"beat\":" + count + "}"))));
    }

    /** What went wrong, or nothing. */
    static Optional<StoreException> attempt(Runnable action) {
        return AuthFixture.attempt(action);
    }

    /** What happened, in one word each. */
    final List<String> happened() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }
}
