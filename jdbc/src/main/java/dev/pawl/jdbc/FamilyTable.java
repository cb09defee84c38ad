package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The table of a family: what its columns are called, and the statement that finds single rows of it.
 *
 * <p>Every table has a session, an id and a value. A family without partitions, or whose order is always 0, has no
 * column for that; only chats have columns for flags. Texts of statements are made once: putting one together costs more
 * than finding a row.
 */
final class FamilyTable {

    /** The columns of {@link Row#facets}. */
    static final List<String> FLAGS = List.of("archived", "unread", "pinned");

    private final String name;
    private final Optional<String> partition;
    private final String id;
    private final Optional<String> order;
    private final boolean flags;
    private final List<String> values;
    private final ConcurrentMap<Integer, String> selectIds = new ConcurrentHashMap<>();

    private FamilyTable(
            String name,
            Optional<String> partition,
            String id,
            Optional<String> order,
            boolean flags,
            List<String> values) {
        this.name = name;
        this.partition = partition;
        this.id = id;
        this.order = order;
        this.flags = flags;
        this.values = List.copyOf(values);
    }

    /**
     * The table of a family.
     *
     * @param values the columns one of which holds the value, the others nothing
     * @param user what the column of the user of an alias is called, which is not free everywhere
     */
    static FamilyTable of(Family family, List<String> values, String user) {
        return switch (family) {
            case CREDENTIALS -> table("pawl_credentials", "", "id", "", values);
            case KEY -> table("pawl_keys", "type", "id", "", values);
            case LEASE -> table("pawl_leases", "", "name", "", values);
            case MESSAGE -> table("pawl_messages", "chat", "row_id", "timestamp", values);
            case CHAT ->
                new FamilyTable("pawl_chats", Optional.empty(), "jid", Optional.of("last_activity"), true, values);
            case CONTACT -> table("pawl_contacts", "", "jid", "", values);
            case GROUP -> table("pawl_groups", "", "jid", "", values);
            case PRESENCE -> table("pawl_presence", "chat", "participant", "observed", values);
            case LABEL -> table("pawl_labels", "kind", "row_id", "", values);
            case ALIAS -> table("pawl_aliases", "kind", user, "learnt", values);
            case JOB -> table("pawl_jobs", "state", "id", "fire_at", values);
            case SET_ASIDE -> table("pawl_set_aside", "reason", "id", "arrived", values);
            case EXPIRY -> table("pawl_expiries", "", "row_id", "expires", values);
        };
    }

    private static FamilyTable table(String name, String partition, String id, String order, List<String> values) {
        return new FamilyTable(name, column(partition), id, column(order), false, values);
    }

    private static Optional<String> column(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    String name() {
        return name;
    }

    /** The column of {@link Key#partition}, if there is one. */
    Optional<String> partition() {
        return partition;
    }

    /** The column of {@link Key#id}. */
    String id() {
        return id;
    }

    /** The column of {@link Row#order}, if there is one. */
    Optional<String> order() {
        return order;
    }

    /** Whether archived, unread and pinned are columns. */
    boolean flags() {
        return flags;
    }

    /** The columns one of which holds the value. */
    List<String> values() {
        return values;
    }

    /**
     * Refuses a key that has no place here.
     *
     * @throws UnsupportedException when the family has no partitions and the key has one
     */
    private void requirePlace(Key key) {
        if (partition.isEmpty() && !key.partition().isEmpty()) {
            throw new UnsupportedException(key.family() + " has no partitions, so none is called " + key.partition());
        }
    }

    /**
     * Refuses a row that has no place here.
     *
     * @throws UnsupportedException when the family has no partitions or no order, and the row has
     */
    private void requirePlace(Row row) {
        requirePlace(row.key());
        if (order.isEmpty() && row.order() != 0) {
            throw new UnsupportedException(
                    row.key() + " has an order, and all of " + row.key().family() + " have 0");
        }
    }

    /**
     * Refuses a batch any row of which has no place, among them rows that are only checked or deleted: whoever asks for
     * such a row means another one.
     *
     * @throws UnsupportedException naming the first
     */
    static void requirePlaces(Dialect dialect, Batch batch) {
        requirePlaces(dialect, batch.checks());
        batch.puts().forEach(row -> dialect.table(row.key().family()).requirePlace(row));
        batch.deletes().forEach(key -> dialect.table(key.family()).requirePlace(key));
    }

    /**
     * Likewise for checks alone.
     *
     * @throws UnsupportedException naming the first
     */
    static void requirePlaces(Dialect dialect, List<Check> checks) {
        checks.forEach(check -> dialect.table(check.key().family()).requirePlace(check.key()));
    }

    /** Whether rows of this partition can be here. */
    boolean canHold(String rowsOf) {
        return partition.isPresent() || rowsOf.isEmpty();
    }

    /** The columns that make a {@link Row}, in the order in which {@link RowReader} takes them. */
    String columns(boolean withValue) {
        return partition.orElse("''") + ", " + id + ", " + order.orElse("0")
                + (flags ? ", " + String.join(", ", FLAGS) : "")
                + (withValue ? ", " + String.join(", ", values) : ", ''");
    }

    /** The columns that tell rows apart. */
    List<String> key() {
        List<String> columns = new ArrayList<>(List.of("session"));
        partition.ifPresent(columns::add);
        columns.add(id);
        return columns;
    }

    /** {@code SELECT} of some ids of one partition: session, partition if there is one, ids. */
    String selectIds(int ids) {
        return selectIds.computeIfAbsent(
                ids,
                count -> "SELECT " + columns(true) + " FROM " + name + " WHERE session = ?"
                        + partition.map(column -> " AND " + column + " = ?").orElse("") + " AND " + id
                        + (count == 1 ? " = ?" : " IN (?" + ", ?".repeat(count - 1) + ")"));
    }

    /** How a row is called in a message: unambiguous whatever its key holds. */
    String locate(String session, Key key) {
        return name + " (session " + quoted(session)
                + partition
                        .map(column -> ", " + column + " " + quoted(key.partition()))
                        .orElse("") + ", " + id + " "
                + quoted(key.id()) + ")";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
