package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.UnsupportedException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What zaileys calls its tables and their columns in one of the databases. */
final class ZaileysNames {

    private final Map<Family, String> tables = new EnumMap<>(Family.class);
    private final Map<Family, String> columns = new EnumMap<>(Family.class);

    /**
     * The same in both databases but for two things.
     *
     * @param prefix what names of tables begin with
     * @param more columns of presence, each with a comma before it
     */
    ZaileysNames(String prefix, String more) {
        add(Family.CREDENTIALS, prefix + "auth_creds", "id,data");
        add(Family.KEY, prefix + "auth_signal", "type,id,data");
        add(Family.MESSAGE, prefix + "messages", "remote_jid,id,from_me,timestamp,data");
        add(Family.CHAT, prefix + "chats", "jid,archived,data");
        add(Family.CONTACT, prefix + "contacts", "jid,data");
        add(Family.PRESENCE, prefix + "presence", "jid,data" + more);
    }

    private void add(Family family, String table, String columnsInOrder) {
        tables.put(family, table);
        columns.put(family, columnsInOrder);
    }

    /** The table of a family that zaileys keeps. */
    String table(Family family) {
        return Objects.requireNonNull(tables.get(family));
    }

    /** All of them. */
    List<String> tables() {
        return List.copyOf(tables.values());
    }

    /** Whether a table with these columns, with commas between them, is that of this family. */
    boolean isTable(Family family, String columnsThere) {
        return columnsThere.equals(columns.get(family));
    }

    /**
     * The families whose tables are there.
     *
     * @param columnsThere of each table that is there, with commas between them
     * @param place for people
     * @throws UnsupportedException when one of that name is another program's
     */
    Set<Family> families(Map<String, String> columnsThere, String place) {
        Set<Family> found = EnumSet.noneOf(Family.class);
        tables.forEach((family, table) -> {
            String there = columnsThere.getOrDefault(table, "");
            if (isTable(family, there)) {
                found.add(family);
            } else if (!there.isEmpty()) {
                throw new UnsupportedException(
                        place + " has a table " + table + " that is not the one of zaileys, which has the columns "
                                + columns.get(family) + "; nothing was changed");
            }
        });
        return found;
    }
}
