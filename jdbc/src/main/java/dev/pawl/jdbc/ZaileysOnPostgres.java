package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables of zaileys in PostgreSQL: keys are bytes of text, everything else is {@code jsonb}. */
final class ZaileysOnPostgres implements ZaileysTables.Words {

    /** What zaileys calls them. */
    static final ZaileysNames NAMES = new ZaileysNames("zaileys_", ",updated_at");

    /** Which of the tables are there, and the columns of each with commas between them, in one query. */
    static final String COLUMNS_THAT_ARE_THERE = NAMES.tables().stream()
            .collect(Collectors.joining(
                    "', '",
                    "SELECT t.name, string_agg(a.attname, ',' ORDER BY a.attnum) FROM unnest(ARRAY['",
                    "']) AS t (name) JOIN pg_attribute AS a ON a.attrelid = to_regclass(t.name) AND a.attnum > 0"
                            + " AND NOT a.attisdropped GROUP BY t.name"));

    /** Those that are there in another schema than that in which tables are made. */
    static final String TABLES_ELSEWHERE = NAMES.tables().stream()
            .collect(Collectors.joining(
                    "', '",
                    "SELECT n.nspname || '.' || c.relname FROM unnest(ARRAY['",
                    "']) AS t (name) JOIN pg_class AS c ON c.oid = to_regclass(t.name)"
                            + " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                            + " WHERE n.nspname IS DISTINCT FROM current_schema() ORDER BY 1 LIMIT 1"));

    /** Where Pawl has been. */
    static final Dialect COMPLETE = new PostgresDialect(ZaileysTables.complete(new ZaileysOnPostgres()));

    private ZaileysOnPostgres() {}

    /** Where Pawl has not been, and these are there. */
    static Dialect bare(Set<Family> there) {
        return new PostgresDialect(ZaileysTables.bare(new ZaileysOnPostgres(), there));
    }

    @Override
    public String table(Family family) {
        return NAMES.table(family);
    }

    @Override
    public Content content(Family family) {
        return family == Family.KEY ? Content.DATA : Content.DATA_AS_JSONB;
    }

    @Override
    public Content beside() {
        return Content.JSONB;
    }

    @Override
    public String bytewise(String column) {
        return column + " COLLATE \"C\"";
    }

    @Override
    public String rowId() {
        return "(CASE WHEN from_me THEN id || '|1' WHEN starts_with(id, '|') THEN substr(id, 2) ELSE id || '|0' END)"
                + " COLLATE \"C\"";
    }

    @Override
    public String order(String number) {
        return "greatest(0, least(" + Row.MAX_ORDER + ", " + number + "))";
    }

    @Override
    public String lastActivity(String value) {
        return "coalesce(substring(coalesce(" + value + " #>> '{conversationTimestamp,low}', " + value
                + " ->> 'conversationTimestamp') from '^[0-9]{1,15}')::int8, 0)";
    }

    @Override
    public String observed() {
        return "greatest(0, floor(extract(epoch FROM z.updated_at)))::int8";
    }

    @Override
    public String touch() {
        return "updated_at = now()";
    }

    @Override
    public FamilyTable ours(Family family) {
        return FamilyTable.of(family, ZaileysTables.PREFIX, Content.JSON, "jid_user");
    }
}
