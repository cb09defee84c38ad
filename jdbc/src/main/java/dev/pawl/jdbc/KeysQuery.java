package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads rows of PostgreSQL by their keys: one statement for a family, which gets any number of them as arrays. */
final class KeysQuery {

    private KeysQuery() {}

    /** Reads these rows, at one moment. */
    static Map<Key, Row> get(SqlConnection connection, SessionName session, Collection<Key> keys) throws SQLException {
        Map<Family, List<Key>> families = new EnumMap<>(Family.class);
        for (Key key : keys) {
            if (connection.dialect().families().contains(key.family())
                    && connection.dialect().table(key.family()).canHold(key)) {
                families.computeIfAbsent(key.family(), family -> new ArrayList<>())
                        .add(key);
            }
        }
        return families.size() > 1
                ? connection.atOneMoment(moment -> get(moment, session, families))
                : get(connection, session, families);
    }

    private static Map<Key, Row> get(SqlConnection connection, SessionName session, Map<Family, List<Key>> families)
            throws SQLException {
        Map<Key, Row> found = new HashMap<>();
        for (Map.Entry<Family, List<Key>> family : families.entrySet()) {
            get(connection, session, family.getKey(), family.getValue(), found);
        }
        return found;
    }

    private static void get(
            SqlConnection connection, SessionName session, Family family, List<Key> keys, Map<Key, Row> found)
            throws SQLException {
        FamilyTable table = connection.dialect().table(family);
        List<Column<Key>> columns = new ArrayList<>(table.shared());
        columns.addAll(table.single());
        RowArrays wanted = new RowArrays().withColumns(columns, keys);
        PreparedStatement select = connection.prepare("SELECT t.* FROM " + wanted.from()
                + RowArrays.each(table.source(), true, columns, table.columns(true), "OFFSET 0"));
        int parameter = 1;
        for (Object value : wanted.values()) {
            RowArrays.bind(select, parameter++, value);
        }
        select.setString(parameter, session.name());
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Row row = RowReader.row(rows, connection.dialect(), family, Optional.empty(), true);
                found.put(row.key(), row);
            }
        }
    }
}
