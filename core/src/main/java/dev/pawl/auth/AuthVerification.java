package dev.pawl.auth;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SelfChecking;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Reads the credentials and every key record of a session and says what is wrong with them: what cannot be read, what has not the shape of its type, keys that do not fit, signatures that do not
 * verify, counters and records that contradict each other; and what the storage says of itself, {@link SelfChecking} included.
 *
 * <p>Changes nothing, takes no lease and works beside a running client: what looks wrong is read once more before it is reported, because it may have been half of a change. One damaged record hides no
 * other. Every record is read once, and records that others speak of a second time; of what was read only counters are kept, so that memory does not grow with the number of records, but only with that
 * of the findings.
 *
 * <p><b>Not supported.</b> Telling whether a ratchet is older than it should be: an old session record is as sound as a new one.
 */
public final class AuthVerification {

    private static final String STORAGE = "storage";

    private final Backend backend;
    private final SessionName session;
    private final LongConsumer progress;
    private final RecordReader reader;
    private final RelationRules relations;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Remarks> pending = new ArrayList<>();
    private long done;

    /** Reports what cannot be read where that was not reported yet. */
    private final class KeyVisitor implements RecordReader.Visitor {
        @Override
        public void read(String type, List<Row> rows) {
            for (Row row : rows) {
                relations.listed(row.key());
                record(row);
            }
            relations.compare(type, rows);
            flush();
            done += rows.size();
            progress.accept(done);
        }

        @Override
        public void damaged(CorruptDataException damage) {
            damage.key().ifPresent(relations::listed);
            report(damage);
        }
    }

    /** Leaves out what cannot be read, because it is or will be reported when its turn comes. */
    private static final class QuietVisitor implements RecordReader.Visitor {
        @Override
        public void read(String type, List<Row> rows) {
            throw new AssertionError("nothing is listed here");
        }

        @Override
        public void damaged(CorruptDataException damage) {
            // its own turn reports it
        }
    }

    private AuthVerification(Backend backend, SessionName session, LongConsumer progress) {
        this.backend = backend;
        this.session = session;
        this.progress = progress;
        this.reader = new RecordReader(backend, session);
        this.relations = new RelationRules(this::readQuietly, this::remarks);
    }

    /**
     * Verifies a session.
     *
     * @return what was found, credentials first; empty when all is well, and when there is nothing
     * @throws dev.pawl.backend.UnavailableException when the storage cannot be read at all; the caller tries again
     */
    public static List<Finding> run(Backend backend, SessionName session) {
        return run(backend, session, read -> {});
    }

    /**
     * Verifies a session and says how far it is.
     *
     * @param progress gets the number of key records that were read so far, every now and then, on this thread
     * @return what was found, credentials first; empty when all is well, and when there is nothing
     * @throws dev.pawl.backend.UnavailableException when the storage cannot be read at all; the caller tries again
     */
    public static List<Finding> run(Backend backend, SessionName session, LongConsumer progress) {
        return new AuthVerification(backend, session, progress).run();
    }

    private List<Finding> run() {
        Optional<Row> row = Optional.empty();
        boolean there = true;
        try {
            row = backend.get(session, Key.CREDENTIALS);
            there = row.isPresent();
        } catch (CorruptDataException e) {
            report(e);
        }
        Optional<JsonObject> credentials = row.flatMap(this::credentials);
        reader.keys(new KeyVisitor());
        relations.conclude(credentials, there);
        flush();
        storage();
        return List.copyOf(findings);
    }

    private Optional<JsonObject> credentials(Row row) {
        Remarks first = new Remarks(row.key(), place(row.key()));
        Optional<JsonObject> members = CredentialsRules.check(row.value(), first);
        if (!hasProblem(first)) {
            pending.add(first);
            return members;
        }
        return again(row.key()).flatMap(now -> CredentialsRules.check(now.value(), remarks(now.key())));
    }

    private void record(Row row) {
        Remarks first = new Remarks(row.key(), place(row.key()));
        KeyRules.check(row.key(), row.value(), first);
        if (hasProblem(first)) {
            again(row.key()).ifPresent(now -> KeyRules.check(now.key(), now.value(), remarks(now.key())));
        } else {
            pending.add(first);
        }
    }

    /** A record in which something was wrong, as it is now. */
    private Optional<Row> again(Key key) {
        try {
            return backend.get(session, key);
        } catch (CorruptDataException e) {
            report(e);
            return Optional.empty();
        }
    }

    /** What the backend itself has to say. Damage that ends the quick look does not keep the thorough one from being taken. */
    private void storage() {
        storage(() -> backend.inspect(session).remarks());
        backend.as(SelfChecking.class).ifPresent(self -> storage(() -> self.check(session)));
    }

    private void storage(Supplier<List<Inspection.Remark>> look) {
        try {
            for (Inspection.Remark remark : look.get()) {
                findings.add(new Finding(
                        remark.problem() ? Finding.Severity.PROBLEM : Finding.Severity.WARNING,
                        STORAGE,
                        Optional.empty(),
                        remark.place(),
                        remark.text()));
            }
        } catch (CorruptDataException e) {
            report(e);
        }
    }

    private void report(CorruptDataException damage) {
        findings.add(new Finding(
                Finding.Severity.PROBLEM, KeyRules.DAMAGED, damage.key(), damage.place(), damage.problem()));
    }

    /** Takes remarks on a record from now on until the next flush. */
    private Remarks remarks(Key key) {
        Remarks remarks = new Remarks(key, place(key));
        pending.add(remarks);
        return remarks;
    }

    private void flush() {
        pending.forEach(remarks -> findings.addAll(remarks.findings()));
        pending.clear();
    }

    private static boolean hasProblem(Remarks remarks) {
        return remarks.findings().stream().anyMatch(Finding::isProblem);
    }

    private Map<Key, Row> readQuietly(Collection<Key> keys) {
        Map<Key, Row> found = new HashMap<>();
        List<Key> all = List.copyOf(keys);
        for (int start = 0; start < all.size(); start += reader.batch()) {
            found.putAll(reader.get(
                    all.subList(start, Math.min(all.size(), start + reader.batch())), new QuietVisitor()));
        }
        return found;
    }

    private String place(Key key) {
        return backend.locate(session, key);
    }
}
