package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnsupportedException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How one family is kept: the names of its keys behind the prefix of a session. {@code docs/format/redis.md} has the
 * table.
 *
 * <p>A row of most families is a field of a hash, with its order in a sorted set beside it. Credentials are one string,
 * and a Signal key is a string of its own with its id in a set, as zaileys has them.
 */
final class FamilyKeys {

    /** How long presence is kept, as zaileys has it. */
    static final String PRESENCE_SECONDS = "300";

    private static final Set<Family> PARTITIONED = Collections.unmodifiableSet(EnumSet.of(
            Family.KEY, Family.MESSAGE, Family.PRESENCE, Family.LABEL, Family.ALIAS, Family.JOB, Family.SET_ASIDE));

    private static final Map<Family, FamilyKeys> ALL = all();

    private final Family family;
    private final boolean partitioned;
    private final String data;
    private final String order;
    private final String partitions;

    private FamilyKeys(Family family) {
        String name = family.name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.family = family;
        this.partitioned = PARTITIONED.contains(family);
        String end = partitioned ? ":" : "";
        this.data = switch (family) {
            case MESSAGE -> ":msg-data:";
            case CHAT -> ":chats";
            case CONTACT -> ":contacts";
            default -> ":pawl:" + name + end;
        };
        this.order = family == Family.MESSAGE ? ":msg:" : ":pawl:" + name + "-order" + end;
        this.partitions = ":pawl:" + name + "-partitions";
    }

    private static Map<Family, FamilyKeys> all() {
        Map<Family, FamilyKeys> all = new EnumMap<>(Family.class);
        for (Family family : Family.values()) {
            all.put(family, new FamilyKeys(family));
        }
        return all;
    }

    static FamilyKeys of(Family family) {
        return Objects.requireNonNull(ALL.get(family));
    }

    boolean partitioned() {
        return partitioned;
    }

    /** The hash of rows behind the prefix of a session, or what stands before the name of a partition there. */
    String data() {
        return data;
    }

    /** Likewise the sorted set of ids. */
    String order() {
        return order;
    }

    /** The sorted set of names of partitions, behind the prefix of a session. */
    String partitions() {
        return partitions;
    }

    /** The member of a row's JSON that tells when it was, for rows that zaileys wrote; empty where it has none. */
    String timeMember() {
        return switch (family) {
            case CHAT -> "conversationTimestamp";
            case MESSAGE -> "messageTimestamp";
            default -> "";
        };
    }

    /** Whether a row here is a string of its own, as zaileys has keys. A type with a colon would not be told from others. */
    boolean isString(String partition) {
        return family == Family.CREDENTIALS || family == Family.KEY && partition.indexOf(':') < 0;
    }

    /** Whether a row of this key can be here. */
    boolean canHold(Key key) {
        return (partitioned || key.partition().isEmpty())
                && (family != Family.CREDENTIALS || key.equals(Key.CREDENTIALS));
    }

    /**
     * Refuses a key that has no place here.
     *
     * @throws UnsupportedException when the family has no partitions and the key has one, or when these are other
     *     credentials than the one row
     */
    void requirePlace(Key key) {
        if (!partitioned && !key.partition().isEmpty()) {
            throw new UnsupportedException(family + " has no partitions, so none is called " + key.partition());
        }
        if (!canHold(key)) {
            throw new UnsupportedException("the one row of " + family + " is creds, not " + key.id());
        }
    }

    /**
     * Refuses a row that has no place here.
     *
     * @throws UnsupportedException as {@link #requirePlace(Key)}, and when it has an order and the family has none
     */
    void requirePlace(Row row) {
        requirePlace(row.key());
        if (row.order() != 0 && (family == Family.CREDENTIALS || family == Family.KEY)) {
            throw new UnsupportedException(row.key() + " has an order, and all of " + family + " have 0");
        }
    }
}
