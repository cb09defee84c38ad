package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnsupportedException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * The table of a family: what its columns are called, and the statements that find and change single rows of it.
 *
 * <p>Every table has a session, an id and a value. A family without partitions, or whose order is always 0, has no
 * column for that; only chats have columns for flags. Texts of statements are made once: putting one together costs more
 * than finding a row.
 */
final class FamilyTable {

    private static final Map<Family, FamilyTable> TABLES = new EnumMap<>(Family.class);

    static {
        for (Family family : Family.values()) {
            TABLES.put(
                    family,
                    switch (family) {
                        case CREDENTIALS -> table("pawl_credentials", "", "id", "");
                        case KEY -> table("pawl_keys", "type", "id", "");
                        case LEASE -> table("pawl_leases", "", "name", "");
                        case MESSAGE -> table("pawl_messages", "chat", "row_id", "timestamp");
                        case CHAT ->
                            new FamilyTable("pawl_chats", Optional.empty(), "jid", Optional.of("last_activity"), true);
                        case CONTACT -> table("pawl_contacts", "", "jid", "");
                        case GROUP -> table("pawl_groups", "", "jid", "");
                        case PRESENCE -> table("pawl_presence", "chat", "participant", "observed");
                        case LABEL -> table("pawl_labels", "kind", "row_id", "");
                        case ALIAS -> table("pawl_aliases", "kind", "user", "learnt");
                        case JOB -> table("pawl_jobs", "state", "id", "fire_at");
                        case SET_ASIDE -> table("pawl_set_aside", "reason", "id", "arrived");
                        case EXPIRY -> table("pawl_expiries", "", "row_id", "expires");
                    });
        }
    }

    private final String name;
    private final Optional<String> partition;
    private final String id;
    private final Optional<String> order;
    private final boolean flags;
    private final String selectValue;
    private final String upsert;
    private final String delete;
    private final ConcurrentMap<Integer, String> selectIds = new ConcurrentHashMap<>();

    private FamilyTable(String name, Optional<String> partition, String id, Optional<String> order, boolean flags) {
        this.name = name;
        this.partition = partition;
        this.id = id;
        this.order = order;
        this.flags = flags;
        this.selectValue = "SELECT value FROM " + name + " WHERE " + isKey();
        this.upsert = upsertText();
        this.delete = "DELETE FROM " + name + " WHERE " + isKey();
    }

    private static FamilyTable table(String name, String partition, String id, String order) {
        return new FamilyTable(name, column(partition), id, column(order), false);
    }

    private static Optional<String> column(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    /** The table of this family. */
    static FamilyTable of(Family family) {
        return Objects.requireNonNull(TABLES.get(family));
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

    /**
     * Refuses a key that has no place here.
     *
     * @throws UnsupportedException when the family has no partitions and the key has one
     */
    void requirePlace(Key key) {
        if (partition.isEmpty() && !key.partition().isEmpty()) {
            throw new UnsupportedException(key.family() + " has no partitions, so none is called " + key.partition());
        }
    }

    /**
     * Refuses a row that has no place here.
     *
     * @throws UnsupportedException when the family has no partitions or no order, and the row has
     */
    void requirePlace(Row row) {
        requirePlace(row.key());
        if (order.isEmpty() && row.order() != 0) {
            throw new UnsupportedException(
                    row.key() + " has an order, and all of " + row.key().family() + " have 0");
        }
    }

    /** Whether rows of this partition can be here. */
    boolean canHold(String rowsOf) {
        return partition.isPresent() || rowsOf.isEmpty();
    }

    /** The columns that make a {@link Row}, in the order in which {@link RowReader} takes them. */
    String columns(boolean withValue) {
        return partition.orElse("''") + ", " + id + ", " + order.orElse("0")
                + (flags ? ", archived, unread, pinned" : "") + (withValue ? ", value" : ", ''");
    }

    /** The columns that tell rows of a session apart. */
    private List<String> key() {
        List<String> columns = new ArrayList<>(List.of("session"));
        partition.ifPresent(columns::add);
        columns.add(id);
        return columns;
    }

    private String isKey() {
        return key().stream().map(column -> column + " = ?").collect(Collectors.joining(" AND "));
    }

    /** {@code SELECT} of some ids of one partition: session, partition if there is one, ids. */
    String selectIds(int ids) {
        return selectIds.computeIfAbsent(
                ids,
                count -> "SELECT " + columns(true) + " FROM " + name + " WHERE session = ?"
                        + partition.map(column -> " AND " + column + " = ?").orElse("") + " AND " + id
                        + (count == 1 ? " = ?" : " IN (?" + ", ?".repeat(count - 1) + ")"));
    }

    /** {@code SELECT} of the value of one row: session, partition if there is one, id. */
    String selectValue() {
        return selectValue;
    }

    /** Inserts or replaces a row: session, partition if there is one, id, order if there is one, flags, value. */
    String upsert() {
        return upsert;
    }

    private String upsertText() {
        List<String> columns = key();
        List<String> changed = new ArrayList<>();
        order.ifPresent(changed::add);
        if (flags) {
            changed.addAll(List.of("archived", "unread", "pinned"));
        }
        columns.addAll(changed);
        changed.add("value");
        // A value goes over as bytes, so that no byte of it changes, and is kept as text, so that people can read it.
        return "INSERT INTO " + name + " (" + String.join(", ", columns) + ", value) VALUES ("
                + "?, ".repeat(columns.size()) + "CAST(? AS TEXT)) ON CONFLICT (" + String.join(", ", key())
                + ") DO UPDATE SET "
                + changed.stream()
                        .map(column -> column + " = excluded." + column)
                        .collect(Collectors.joining(", "));
    }

    /** {@code DELETE} of one row: session, partition if there is one, id. */
    String delete() {
        return delete;
    }

    /** {@code DELETE} of some rows of a session: session, how many. */
    String deleteSome() {
        return "DELETE FROM " + name + " WHERE rowid IN (SELECT rowid FROM " + name + " WHERE session = ? LIMIT ?)";
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
