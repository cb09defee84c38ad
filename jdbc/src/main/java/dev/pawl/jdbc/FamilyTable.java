package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The table of a family: what its columns are called, the statement that finds single rows of it, and where they are
 * written.
 *
 * <p>What is read has a session, an id and a value. A family without partitions, or whose order is always 0, has no
 * column for that; only chats have columns for flags. In a layout of somebody else it is a query that gives columns of
 * these names. Texts of statements are made once: putting one together costs more than finding a row.
 */
final class FamilyTable {

    /** The columns of {@link Row#facets}. */
    static final List<String> FLAGS = List.of("archived", "unread", "pinned");

    private static final List<Column<Row>> FLAG_COLUMNS = List.of(
            Column.flag("archived", row -> row.facets().archived()),
            Column.flag("unread", row -> row.facets().unread()),
            Column.flag("pinned", row -> row.facets().pinned()));

    private final String source;
    private final Optional<String> partition;
    private final String id;
    private final Optional<String> order;
    private final boolean flags;
    private final List<String> values;
    private final boolean jsonb;
    private final List<Column<Key>> shared;
    private final List<Column<Key>> single;
    private final List<Home> homes;
    private final ConcurrentMap<Integer, String> selectIds = new ConcurrentHashMap<>();

    private FamilyTable(
            String source,
            Optional<String> partition,
            String id,
            Optional<String> order,
            boolean flags,
            List<Column<Key>> shared,
            List<Column<Key>> single,
            List<Home> homes) {
        this.source = source;
        this.partition = partition;
        this.id = id;
        this.order = order;
        this.flags = flags;
        this.values = homes.get(0).sessions() ? homes.get(0).content().columns() : List.of("value");
        this.jsonb = homes.get(0).content().isJsonb();
        this.shared = List.copyOf(shared);
        this.single = List.copyOf(single);
        this.homes = List.copyOf(homes);
    }

    /**
     * The table of a family in the layout of ours.
     *
     * @param prefix what the names of tables begin with
     * @param content how values are kept
     * @param user what the column of the user of an alias is called, which is not free everywhere
     */
    static FamilyTable of(Family family, String prefix, Content content, String user) {
        return switch (family) {
            case CREDENTIALS -> table(prefix + "credentials", "", "id", "", content);
            case KEY -> table(prefix + "keys", "type", "id", "", content);
            case LEASE -> table(prefix + "leases", "", "name", "", content);
            case MESSAGE -> table(prefix + "messages", "chat", "row_id", "timestamp", content);
            case CHAT -> chats(prefix + "chats", content);
            case CONTACT -> table(prefix + "contacts", "", "jid", "", content);
            case GROUP -> table(prefix + "groups", "", "jid", "", content);
            case PRESENCE -> table(prefix + "presence", "chat", "participant", "observed", content);
            case LABEL -> table(prefix + "labels", "kind", "row_id", "", content);
            case ALIAS -> table(prefix + "aliases", "kind", user, "learnt", content);
            case JOB -> table(prefix + "jobs", "state", "id", "fire_at", content);
            case SET_ASIDE -> table(prefix + "set_aside", "reason", "id", "arrived", content);
            case EXPIRY -> table(prefix + "expiries", "", "row_id", "expires", content);
        };
    }

    private static FamilyTable table(String name, String partition, String id, String order, Content content) {
        List<Column<Key>> shared = partition.isEmpty() ? List.of() : List.of(Column.text(partition, Key::partition));
        List<Column<Key>> single = List.of(Column.text(id, Key::id));
        List<Column<Key>> key = new ArrayList<>(shared);
        key.addAll(single);
        List<Column<Row>> rest = order.isEmpty() ? List.of() : List.of(Column.number(order, Row::order));
        return new FamilyTable(
                name,
                column(partition),
                id,
                column(order),
                false,
                shared,
                single,
                List.of(Home.ofSessions(name, key, rest, content)));
    }

    private static FamilyTable chats(String name, Content content) {
        List<Column<Key>> key = List.of(Column.text("jid", Key::id));
        List<Column<Row>> rest = new ArrayList<>(List.of(Column.number("last_activity", Row::order)));
        rest.addAll(FLAG_COLUMNS);
        return new FamilyTable(
                name,
                Optional.empty(),
                "jid",
                Optional.of("last_activity"),
                true,
                List.of(),
                key,
                List.of(Home.ofSessions(name, key, rest, content)));
    }

    /**
     * A family in the layout of somebody else, who keeps one session.
     *
     * @param query gives the columns {@code session} and {@code value}, those that are named next, and those of shared and
     *     single
     * @param partition the column of {@link Key#partition}, or none
     * @param order the column of {@link Row#order}, or none
     * @param shared the columns that all keys of a partition share
     * @param single those that tell them apart
     * @param homes where rows are written: first the table that keeps the values
     */
    static FamilyTable ofQuery(
            String query,
            String partition,
            String id,
            String order,
            boolean flags,
            List<Column<Key>> shared,
            List<Column<Key>> single,
            List<Home> homes) {
        return new FamilyTable("(" + query + ")", column(partition), id, column(order), flags, shared, single, homes);
    }

    private static Optional<String> column(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    /** What rows are read from: the name of a table, or a query in parentheses. Needs another name in a statement. */
    String source() {
        return source;
    }

    /** Whether what is read has one session only. */
    boolean hasOneSession() {
        return !homes.get(0).sessions();
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

    /** A value from what one of these columns holds. */
    Bytes value(byte[] content) {
        return jsonb ? Jsonb.compact(content) : Bytes.wrap(content);
    }

    /** Whether values come back as the server writes JSON. */
    boolean isJsonb() {
        return jsonb;
    }

    /** The columns that all keys of a partition share, of those by which single rows are found. */
    List<Column<Key>> shared() {
        return shared;
    }

    /** The columns that tell keys of a partition apart, of those by which single rows are found. */
    List<Column<Key>> single() {
        return single;
    }

    /** Where rows are written. */
    List<Home> homes() {
        return homes;
    }

    /** Where the value of this key stands; empty when no row can have it. */
    Optional<Home> home(Key key) {
        return homes.stream().filter(home -> home.hasValue(key)).findFirst();
    }

    /**
     * Refuses a key that has no place here.
     *
     * @throws UnsupportedException when the family has no partitions and the key has one, or the layout has one row only
     */
    private void requirePlace(Key key) {
        if (partition.isEmpty() && !key.partition().isEmpty()) {
            throw new UnsupportedException(key.family() + " has no partitions, so none is called " + key.partition());
        }
        if (home(key).isEmpty()) {
            throw new UnsupportedException("the layout of zaileys has no place for " + key);
        }
    }

    /**
     * Refuses a row that has no place here.
     *
     * @throws UnsupportedException when the family has no partitions or no order, and the row has; or when JSON is kept
     *     and the value has something that the database cannot keep
     */
    private void requirePlace(Row row) {
        requirePlace(row.key());
        if (order.isEmpty() && row.order() != 0) {
            throw new UnsupportedException(
                    row.key() + " has an order, and all of " + row.key().family() + " have 0");
        }
        if (jsonb) {
            Jsonb.obstacle(row.value()).ifPresent(what -> {
                throw new UnsupportedException(
                        row.key() + " cannot be kept in zaileys' tables, whose values are jsonb: " + what
                                + ". Use the layout of Pawl, which keeps every value as it is");
            });
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

    /** Whether a row of this key can be here. */
    boolean canHold(Key key) {
        return canHold(key.partition()) && home(key).isPresent();
    }

    /** Whether rows of this partition can be here. */
    boolean canHold(String rowsOf) {
        return partition.isPresent() || rowsOf.isEmpty();
    }

    /** The columns that make a {@link Row}, in the order in which {@link RowReader} takes them. */
    String columns(boolean withValue) {
        return names() + (withValue ? ", " + String.join(", ", values) : ", ''");
    }

    /** Those of them that hold no value. */
    String names() {
        return partition.orElse("''") + ", " + id + ", " + order.orElse("0")
                + (flags ? ", " + String.join(", ", FLAGS) : "");
    }

    /** {@code SELECT} of some ids of one partition: session, shared columns, single columns of each. */
    String selectIds(int ids) {
        return selectIds.computeIfAbsent(ids, count -> {
            StringBuilder sql = new StringBuilder("SELECT ")
                    .append(columns(true))
                    .append(" FROM ")
                    .append(source)
                    .append(" AS t WHERE session = ?");
            shared.forEach(column -> sql.append(" AND ").append(column.name()).append(" = ?"));
            if (count == 1) {
                single.forEach(
                        column -> sql.append(" AND ").append(column.name()).append(" = ?"));
            } else if (single.size() == 1) {
                sql.append(" AND ").append(single.get(0).name()).append(" IN (?" + ", ?".repeat(count - 1) + ")");
            } else {
                String one = "(?" + ", ?".repeat(single.size() - 1) + ")";
                sql.append(" AND (")
                        .append(String.join(
                                ", ", single.stream().map(Column::name).toList()))
                        .append(") IN (VALUES ")
                        .append(one)
                        .append((", " + one).repeat(count - 1))
                        .append(')');
            }
            return sql.toString();
        });
    }

    /** How a row is called in a message: unambiguous whatever its key holds. */
    String locate(String session, Key key) {
        return home(key).orElse(homes.get(0)).locate(session, key);
    }
}
