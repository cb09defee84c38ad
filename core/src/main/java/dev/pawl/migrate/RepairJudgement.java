package dev.pawl.migrate;

import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.RepairReport.Change;
import dev.pawl.migrate.RepairReport.Fate;
import dev.pawl.migrate.RepairReport.Raised;
import dev.pawl.migrate.RepairWalk.Found;
import dev.pawl.migrate.RepairWalk.Standing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what of a damaged session may live on.
 *
 * <p>A ratchet ({@code session}, {@code sender-key}) only ever turns forward: an old one reuses message keys, and
 * messages between are never read. None is kept but the last one. Peers notice that it is gone, and start anew.
 *
 * <p>{@code sender-key-memory} says who has our sender key. Kept without the key it speaks of, it would keep the new
 * one from being handed out.
 *
 * <p>Everything else is worth keeping in an older version. A pre-key that was used since then does not hurt much, one
 * that is missing makes a peer's first message unreadable. The counter of pre-keys is moved on when it may be an old
 * one, because a number that is given out twice does the same.
 */
final class RepairJudgement {

    private static final String SESSION = KeyType.SESSION.name();
    private static final String SENDER_KEY = KeyType.SENDER_KEY.name();
    private static final String MEMORY = KeyType.SENDER_KEY_MEMORY.name();

    /** More than the 812 pre-keys that Baileys makes at once. */
    private static final long PRE_KEYS_AT_ONCE = 1000;

    /** Pre-keys have numbers of 24 bits. */
    private static final long LAST_PRE_KEY = (1L << 24) - 1;

    private final RepairWalk walk;
    private final boolean withRatchets;
    private final List<Row> kept = new ArrayList<>();
    private final List<Row> leases = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<String> advice = new ArrayList<>();
    private Optional<Raised> raised = Optional.empty();

    /**
     * Judges what was found.
     *
     * @param withRatchets whether ratchets that may be old are wanted all the same
     */
    RepairJudgement(RepairWalk walk, boolean withRatchets) {
        this.walk = walk;
        this.withRatchets = withRatchets;
        List<Found> found = walk.found();
        Set<String> silent = groupsWithoutKey(found);
        for (Found record : found) {
            if (record.key().family() == Family.LEASE) {
                lease(record);
            } else {
                judge(record, silent);
            }
        }
        advise(found);
    }

    /** The records that the target gets. */
    List<Row> kept() {
        return kept;
    }

    /** Those lease rows that are known to be the last ones. */
    List<Row> leases() {
        return leases;
    }

    List<Change> changes() {
        return changes;
    }

    Optional<Raised> raised() {
        return raised;
    }

    List<String> advice() {
        return advice;
    }

    private void judge(Found record, Set<String> silent) {
        Key key = record.key();
        Optional<Row> row =
                record.row().filter(sound -> SourceReading.problem(sound).isEmpty());
        if (row.isEmpty()) {
            changes.add(new Change(key, Fate.LOST));
            return;
        }
        if (isDropped(record, silent)) {
            changes.add(new Change(key, Fate.DROPPED));
            return;
        }
        if (record.standing() != Standing.CURRENT) {
            changes.add(new Change(key, record.standing() == Standing.OLDER ? Fate.OLDER : Fate.DOUBTFUL));
        }
        boolean oldCredentials = key.equals(Key.CREDENTIALS) && record.standing() != Standing.CURRENT;
        kept.add(oldCredentials ? movedOn(row.get()) : row.get());
    }

    private boolean isDropped(Found record, Set<String> silent) {
        Key key = record.key();
        if (isOf(key, MEMORY)) {
            boolean old = record.standing() != Standing.CURRENT || walk.anyUnknown();
            return silent.contains(key.id()) || old && !withRatchets;
        }
        boolean ratchet = isOf(key, SESSION) || isOf(key, SENDER_KEY);
        return ratchet && record.standing() != Standing.CURRENT && !withRatchets;
    }

    /** The groups of which a sender key is not kept. */
    private Set<String> groupsWithoutKey(List<Found> found) {
        Set<String> groups = new HashSet<>();
        for (Found record : found) {
            boolean gone = record.standing() == Standing.LOST || isDropped(record, Set.of());
            if (gone && isOf(record.key(), SENDER_KEY)) {
                String id = record.key().id();
                int end = id.indexOf("::");
                groups.add(end < 0 ? id : id.substring(0, end));
            }
        }
        return groups;
    }

    private static boolean isOf(Key key, String type) {
        return key.family() == Family.KEY && key.partition().equals(type);
    }

    /** The same credentials, with counters above every pre-key that may have been made since. */
    private Row movedOn(Row row) {
        Credentials credentials = Credentials.parse(row.value());
        long from;
        try {
            from = credentials.nextPreKeyId().orElse(1);
        } catch (CorruptDataException noNumber) {
            return row;
        }
        long above = Math.max(from, walk.highestPreKey() + 1);
        long to = Math.min(above + PRE_KEYS_AT_ONCE, Math.max(above, LAST_PRE_KEY));
        raised = Optional.of(new Raised(from, to));
        JsonNumber number = JsonNumber.of(to);
        // Both, because ids between them are taken for keys that are stored and wait to be uploaded.
        JsonObject counters = JsonObject.builder()
                .put("nextPreKeyId", number)
                .put("firstUnuploadedPreKeyId", number)
                .build();
        return new Row(row.key(), row.order(), credentials.merge(counters).text(), row.facets());
    }

    /** A mark that may be an old one must not keep anybody from saving the rest, but is worth knowing. */
    private void lease(Found record) {
        if (record.standing() == Standing.CURRENT) {
            record.row().ifPresent(leases::add);
            return;
        }
        record.row()
                .map(RepairJudgement::state)
                .filter(state -> !state.equals(LeaseState.HELD))
                .ifPresent(state -> {
                    advice.add("the last mark of the lease " + record.key().id()
                            + " that can be read is not that of a usable" + " store (" + describe(state)
                            + "): find out which store is the true one before a client opens this one");
                });
    }

    private static LeaseState state(Row row) {
        try {
            return LeaseRecord.parse(row.value()).state();
        } catch (IllegalArgumentException | CorruptDataException unreadable) {
            return LeaseState.HELD;
        }
    }

    private static String describe(LeaseState state) {
        if (state instanceof LeaseState.Retired retired) {
            return "retired in favour of " + retired.target();
        }
        return state instanceof LeaseState.Migrating migrating
                ? "half copied from " + migrating.source()
                : "being erased";
    }

    private void advise(List<Found> found) {
        if (walk.lost().isEmpty() && changes.isEmpty()) {
            return;
        }
        if (walk.anyUnknown()) {
            advice.add("nobody knows what stood in the lost parts: records that were only there are missing without a"
                    + " trace, such as pre-keys whose peers wait for an answer, and what was deleted there is back");
        }
        boolean keys = kept.stream().anyMatch(row -> row.key().family() == Family.KEY);
        boolean credentials = kept.stream().anyMatch(row -> row.key().equals(Key.CREDENTIALS));
        if (!credentials
                && (keys || found.stream().anyMatch(record -> record.key().equals(Key.CREDENTIALS)))) {
            advice.add("there are no credentials left: nothing can log in with this store, and the device has to be"
                    + " paired anew");
        }
        raised.ifPresent(counters -> advice.add("the credentials may not be the last ones: the counter of pre-keys was"
                + " moved on from " + counters.from() + " to " + counters.to() + ", but what else changed since then (a"
                + " new signed pre-key, settings) is lost"));
        long dropped = count(Fate.DROPPED, SESSION) + count(Fate.DROPPED, SENDER_KEY);
        if (dropped > 0) {
            advice.add(records(dropped, "ratchet") + " left out because they may be old: the next message from such a"
                    + " peer or member cannot be read, is asked for again, and starts a new one");
        }
        long old = count(Fate.DOUBTFUL, SESSION)
                + count(Fate.OLDER, SESSION)
                + count(Fate.DOUBTFUL, SENDER_KEY)
                + count(Fate.OLDER, SENDER_KEY);
        if (old > 0) {
            advice.add(records(old, "ratchet") + " kept as asked that may be old: such a conversation may break in both"
                    + " directions");
        }
        long preKeys = count(Fate.DOUBTFUL, KeyType.PRE_KEY.name());
        if (preKeys > 0) {
            advice.add(records(preKeys, "pre-key") + " kept that may have been used since: a first message that is"
                    + " delivered a second time could be read a second time");
        }
        long jobs = changes.stream()
                .filter(change -> change.key().family() == Family.JOB && change.fate() != Fate.LOST)
                .count();
        if (jobs > 0) {
            advice.add(records(jobs, "job") + " kept that may have run, or been cancelled, since: they may run again");
        }
    }

    private long count(Fate fate, String type) {
        return changes.stream()
                .filter(change -> change.fate() == fate && isOf(change.key(), type))
                .count();
    }

    private static String records(long count, String noun) {
        return count + " " + noun + (count == 1 ? " was" : "s were");
    }
}
