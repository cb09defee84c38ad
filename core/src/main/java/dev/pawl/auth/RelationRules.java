package dev.pawl.auth;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * What must be true of records towards each other. Holds counters and single ids only, however many records there are.
 *
 * <p>Somebody may write while we read, so whatever seems to contradict itself is read once more before it is said.
 */
final class RelationRules {

    private static final String REVERSE = "_reverse";

    /** Baileys stores 812 at first; so many more than that have piled up without being used. */
    private static final long MANY_PRE_KEYS = 2000;

    /** How many pre-keys Baileys makes at a time: at first, and whenever the server runs short. */
    private static final Set<Long> BATCHES = Set.of(812L, 5L);

    private final Function<Collection<Key>, Map<Key, Row>> reader;
    private final Function<Key, Remarks> remarks;

    private long keys;
    private long preKeys;
    private long highestPreKey = -1;
    private long staleReverses;
    private String staleReverse = "";

    /**
     * With what reads rows, leaving out those that cannot be read, and what takes remarks on a record.
     */
    RelationRules(Function<Collection<Key>, Map<Key, Row>> reader, Function<Key, Remarks> remarks) {
        this.reader = reader;
        this.remarks = remarks;
    }

    /** Takes note of a key, readable or not. */
    void listed(Key key) {
        keys++;
        if (key.partition().equals(KeyType.PRE_KEY.name())) {
            preKeys++;
            KeyRules.preKeyId(key.id()).ifPresent(id -> highestPreKey = Math.max(highestPreKey, id));
        }
    }

    /** Compares some records of one type with the others they speak of. */
    void compare(String type, List<Row> rows) {
        if (type.equals(KeyType.SESSION.name())) {
            sessions(rows);
        } else if (type.equals(KeyType.LID_MAPPING.name())) {
            mappings(rows);
        }
    }

    /** Says what only shows when everything was read. */
    void conclude(Optional<JsonObject> credentials, boolean credentialsThere) {
        if (!credentialsThere && keys > 0) {
            remarks.apply(Key.CREDENTIALS).warning("orphans", "there are no credentials, but " + keys + " key records");
        }
        credentials.ifPresent(this::counter);
        credentials.ifPresent(this::appStateKey);
        if (preKeys > MANY_PRE_KEYS) {
            remarks.apply(KeyType.PRE_KEY.key(Long.toString(highestPreKey)))
                    .warning("pre-keys-unused", preKeys + " pre-keys are stored that nobody has used yet");
        }
        if (staleReverses > 0) {
            remarks.apply(KeyType.LID_MAPPING.key(staleReverse))
                    .warning(
                            "lid-mapping-stale-reverse",
                            "the phone number has another LID by now; records like this: " + staleReverses);
        }
    }

    /**
     * Baileys stores a batch of new pre-keys first and the counters with the next save of the credentials. Exactly one whole
     * batch above both counters is what a stop in between leaves, and what is made next takes its place.
     */
    private void counter(JsonObject credentials) {
        if (!preKeyAhead(credentials)) {
            return;
        }
        JsonObject now = read(Key.CREDENTIALS).flatMap(RelationRules::object).orElse(JsonObject.EMPTY);
        Key highest = KeyType.PRE_KEY.key(Long.toString(highestPreKey));
        if (!preKeyAhead(now) || read(highest).isEmpty()) {
            return;
        }
        long next = CredentialsRules.number(now, "nextPreKeyId").orElseThrow();
        if (unsavedBatch(now, next)) {
            remarks.apply(Key.CREDENTIALS)
                    .warning(
                            "pre-key-batch-unsaved",
                            "nextPreKeyId: is " + next + ", pre-keys up to " + highestPreKey
                                    + " were made, but the counter was not saved; if they have been uploaded, messages to them will fail");
        } else {
            remarks.apply(Key.CREDENTIALS)
                    .problem(
                            "pre-key-counter",
                            "nextPreKeyId: is " + next + ", but pre-key " + highestPreKey
                                    + " is stored: its id will be given out again and its key overwritten");
        }
    }

    private boolean unsavedBatch(JsonObject credentials, long next) {
        OptionalLong firstUnuploaded = CredentialsRules.number(credentials, "firstUnuploadedPreKeyId");
        if (firstUnuploaded.isEmpty()
                || firstUnuploaded.getAsLong() != next
                || !BATCHES.contains(highestPreKey - next + 1)) {
            return false;
        }
        Set<Key> batch = new HashSet<>();
        for (long id = next; id <= highestPreKey; id++) {
            batch.add(KeyType.PRE_KEY.key(Long.toString(id)));
        }
        return reader.apply(batch).keySet().equals(batch);
    }

    private boolean preKeyAhead(JsonObject credentials) {
        OptionalLong next = CredentialsRules.number(credentials, "nextPreKeyId");
        return next.isPresent() && highestPreKey >= next.getAsLong();
    }

    private void appStateKey(JsonObject credentials) {
        if (appStateKeyMissing(credentials)
                && appStateKeyMissing(
                        read(Key.CREDENTIALS).flatMap(RelationRules::object).orElse(JsonObject.EMPTY))) {
            remarks.apply(Key.CREDENTIALS)
                    .warning("app-state-key-missing", "myAppStateKeyId: there is no app-state-sync-key of this id");
        }
    }

    private boolean appStateKeyMissing(JsonObject credentials) {
        return CredentialsRules.string(credentials, "myAppStateKeyId")
                .filter(id -> read(KeyType.APP_STATE_SYNC_KEY.key(id)).isEmpty())
                .isPresent();
    }

    private void sessions(List<Row> sessions) {
        Map<Key, Row> identities = reader.apply(sessions.stream()
                .map(row -> KeyType.IDENTITY_KEY.key(row.key().id()))
                .toList());
        for (Row session : sessions) {
            Key identity = KeyType.IDENTITY_KEY.key(session.key().id());
            if (differ(session.value(), Optional.ofNullable(identities.get(identity)))) {
                Map<Key, Row> again = reader.apply(List.of(session.key(), identity));
                Optional<Bytes> now =
                        Optional.ofNullable(again.get(session.key())).map(Row::value);
                if (now.isPresent() && differ(now.get(), Optional.ofNullable(again.get(identity)))) {
                    remarks.apply(session.key())
                            .warning("identity-differs", "its open session is with another key than the identity-key");
                }
            }
        }
    }

    private static boolean differ(Bytes session, Optional<Row> identity) {
        try {
            Optional<Bytes> stored = identity.flatMap(row -> BufferJson.bytes(JsonValue.parse(row.value())));
            return stored.isPresent()
                    && object(session)
                            .map(record -> SessionRules.openIdentities(record).stream()
                                    .anyMatch(remote -> !remote.equals(stored.get())))
                            .orElse(false);
        } catch (JsonException | ShapeException e) {
            return false; // that it has no shape is said elsewhere
        }
    }

    private void mappings(List<Row> mappings) {
        List<Key> others = new ArrayList<>();
        for (Row mapping : mappings) {
            otherHalf(mapping.key(), mapping.value()).ifPresent(others::add);
        }
        Map<Key, Row> found = reader.apply(others);
        for (Row mapping : mappings) {
            Key key = mapping.key();
            Optional<Key> other = otherHalf(key, mapping.value());
            if (other.isPresent() && !pointsTo(found, other.get(), key) && stillOneWay(key)) {
                if (isReverse(key)) {
                    staleReverse = staleReverses++ == 0 ? key.id() : staleReverse;
                } else {
                    remarks.apply(key)
                            .warning("lid-mapping-one-way", "the mapping of the LID does not lead back to it");
                }
            }
        }
    }

    private boolean stillOneWay(Key key) {
        Optional<Key> other = read(key).flatMap(value -> otherHalf(key, value));
        return other.isPresent() && !pointsTo(reader.apply(List.of(other.get())), other.get(), key);
    }

    private static boolean pointsTo(Map<Key, Row> found, Key from, Key to) {
        return Optional.ofNullable(found.get(from))
                .flatMap(row -> otherHalf(from, row.value()))
                .filter(to::equals)
                .isPresent();
    }

    /** The record of the other direction. */
    private static Optional<Key> otherHalf(Key key, Bytes value) {
        try {
            return KeyRules.text(value).map(user -> KeyType.LID_MAPPING.key(isReverse(key) ? user : user + REVERSE));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a text that cannot be an id
        }
    }

    private static boolean isReverse(Key key) {
        return key.id().endsWith(REVERSE);
    }

    private Optional<Bytes> read(Key key) {
        return Optional.ofNullable(reader.apply(List.of(key)).get(key)).map(Row::value);
    }

    private static Optional<JsonObject> object(Bytes record) {
        try {
            return JsonValue.parse(record) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
