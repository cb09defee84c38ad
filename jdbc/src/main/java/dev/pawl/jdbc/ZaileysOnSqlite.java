package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import java.util.Set;

/** The tables of zaileys in SQLite: values are bytes of text, and names have no prefix. */
final class ZaileysOnSqlite implements ZaileysTables.Words {

    /** What zaileys calls them. */
    static final ZaileysNames NAMES = new ZaileysNames("", "");

    /** Where Pawl has been. */
    static final Dialect COMPLETE = new SqliteDialect(ZaileysTables.complete(new ZaileysOnSqlite()));

    private ZaileysOnSqlite() {}

    /** Where Pawl has not been, and these are there. */
    static Dialect bare(Set<Family> there) {
        return new SqliteDialect(ZaileysTables.bare(new ZaileysOnSqlite(), there));
    }

    @Override
    public String table(Family family) {
        return NAMES.table(family);
    }

    @Override
    public Content content(Family family) {
        return Content.DATA;
    }

    @Override
    public Content beside() {
        return Content.BYTES;
    }

    @Override
    public String bytewise(String column) {
        return column;
    }

    @Override
    public String rowId() {
        // As bytes, since substr of a text ends at U+0000.
        return "CASE WHEN from_me THEN id || '|1' WHEN substr(CAST(id AS BLOB), 1, 1) = x'7c'"
                + " THEN CAST(substr(CAST(id AS BLOB), 2) AS TEXT) ELSE id || '|0' END";
    }

    @Override
    public String order(String number) {
        return "max(0, min(" + Row.MAX_ORDER + ", CAST(" + number + " AS INTEGER)))";
    }

    @Override
    public String lastActivity(String value) {
        String json = "CAST(" + value + " AS TEXT)";
        return order("CASE WHEN json_valid(" + json + ") THEN coalesce(json_extract(" + json
                + ", '$.conversationTimestamp.low'), json_extract(" + json
                + ", '$.conversationTimestamp'), 0) ELSE 0 END");
    }

    @Override
    public String observed() {
        return "0";
    }

    @Override
    public String touch() {
        return "";
    }

    @Override
    public FamilyTable ours(Family family) {
        return FamilyTable.of(family, ZaileysTables.PREFIX, Content.TEXT, "user");
    }
}
