package dev.pawl.migrate;

import dev.pawl.auth.Credentials;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Reads a whole source before anything is written: every record is sound, and the target can hold it as far as that is known.
 */
final class SourceReading {

    /** How many refused records are named. */
    private static final int NAMED = 10;

    /** A longer text cannot be one of the values that look absent. */
    private static final int LONGEST_SCALAR = 64;

    /** More than the lease row, which every batch checks. */
    private static final int LEASE_BYTES = 4096;

    private final End source;
    private final End target;
    private final Amounts amounts = new Amounts();
    private final Map<String, Key> places = new HashMap<>();
    private final List<String> refused = new ArrayList<>();
    private final Fingerprint fingerprint = new Fingerprint();

    /** What was found. */
    record Found(Amounts amounts, Bytes fingerprint) {}

    private SourceReading(End source, End target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Reads these families, in this order.
     *
     * @throws CorruptDataException for the first damaged record
     * @throws UnsupportedException naming what the target cannot hold
     */
    static Found of(End source, End target, List<Family> families, LongConsumer progress) {
        SourceReading reading = new SourceReading(source, target);
        for (Family family : families) {
            for (Rows all = source.rows(family); all.hasNext(); ) {
                reading.add(all.next());
                progress.accept(reading.amounts.rows());
            }
        }
        reading.requireAllAccepted();
        return new Found(reading.amounts, reading.fingerprint.end());
    }

    private void add(Row row) {
        requireSound(row);
        lookAtTarget(row);
        fingerprint.add(row);
        amounts.add(row);
    }

    private void requireSound(Row row) {
        problem(row).ifPresent(problem -> {
            throw new CorruptDataException(row.key(), source.place(row.key()), problem);
        });
    }

    /** Why no store may hold such a record, or empty when it is sound. */
    static Optional<String> problem(Row row) {
        Key key = row.key();
        Bytes value = row.value();
        if (key.family() == Family.CREDENTIALS) {
            return credentialsProblem(value);
        }
        try {
            JsonValue.check(value);
        } catch (JsonException e) {
            return Optional.of(value.size() == 0 ? "is empty" : "is not JSON: " + e.getMessage());
        }
        return key.family() == Family.KEY && looksAbsent(value)
                ? Optional.of("null, false, 0 and \"\" are no values of a key record: Baileys takes it for absent")
                : Optional.empty();
    }

    private static Optional<String> credentialsProblem(Bytes value) {
        try {
            Credentials.parse(value);
            return Optional.empty();
        } catch (CorruptDataException e) {
            return Optional.of(e.problem());
        }
    }

    private static boolean looksAbsent(Bytes value) {
        if (value.size() > LONGEST_SCALAR) {
            return false;
        }
        JsonValue json = JsonValue.parse(value);
        return json instanceof JsonNull
                || json.equals(JsonBoolean.FALSE)
                || json instanceof JsonNumber number && number.doubleValue() == 0
                || json instanceof JsonString string && string.value().isEmpty();
    }

    private void lookAtTarget(Row row) {
        Key key = row.key();
        Traits.Limits limits = target.backend().traits().limits();
        long most = Math.min(limits.valueBytes(), limits.bytes() - LEASE_BYTES);
        if (row.value().size() > most) {
            refuse(key, row.value().size() + " bytes, the target takes " + most);
        }
        if (key.family() != Family.KEY) {
            return;
        }
        try {
            Key other = places.putIfAbsent(target.place(key), key);
            if (other != null) {
                refuse(key, "the target would keep it in the same place as " + other);
            }
        } catch (UnsupportedException e) {
            refuse(key, String.valueOf(e.getMessage()));
        }
    }

    private void refuse(Key key, String why) {
        refused.add(key.partition() + " " + key.id() + " (" + why + ")");
    }

    private void requireAllAccepted() {
        if (!refused.isEmpty()) {
            throw new UnsupportedException("the target cannot hold "
                    + String.join(", ", refused.subList(0, Math.min(NAMED, refused.size())))
                    + (refused.size() > NAMED ? " and " + (refused.size() - NAMED) + " more" : "")
                    + "; nothing was written");
        }
    }
}
