package dev.pawl.jdbc;

import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The steps that made the tables what they are, and the table that remembers them, such as {@code pawl_schema}.
 *
 * <p>A step is a resource file and never changes once it was released. It says from which step on a program can use a
 * store that has it: a column more needs no newer program, a column that moved does.
 */
final class Schema {

    private static final String COLUMNS = " (step INTEGER PRIMARY KEY, name TEXT NOT NULL,"
            + " compatible_from INTEGER NOT NULL, applied TEXT NOT NULL)";

    private static final Pattern COMPATIBLE = Pattern.compile("-- compatible from: ([0-9]+)\n");
    private static final Pattern END_OF_STATEMENT = Pattern.compile(";\\s*\n");

    private final String table;
    private final List<Step> steps;

    /**
     * One step.
     *
     * @param number its place, from 1
     * @param name the name of its resource
     * @param compatibleFrom the last step that a program must know to use a store with this one
     */
    private record Step(int number, String name, int compatibleFrom, List<String> statements) {}

    private Schema(String table, List<Step> steps) {
        this.table = table;
        this.steps = steps;
    }

    /**
     * Reads the steps of a database.
     *
     * @param table remembers them
     * @param directory the resource directory, relative to this class
     * @param names the files in it, in their order
     */
    static Schema of(String table, String directory, String... names) {
        List<Step> steps = new ArrayList<>();
        for (String name : names) {
            String text = resource(directory + "/" + name);
            Matcher compatible = COMPATIBLE.matcher(text);
            if (!compatible.find()) {
                throw new IllegalStateException(name + " does not say from which step on it is compatible");
            }
            steps.add(new Step(steps.size() + 1, name, Integer.parseInt(compatible.group(1)), statements(text)));
        }
        return new Schema(table, steps);
    }

    private static String resource(String name) {
        try (InputStream in = Schema.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static List<String> statements(String text) {
        String code = text.replaceAll("(?m)^\\s*--.*\n", "");
        return END_OF_STATEMENT
                .splitAsStream(code)
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private String tableOfSteps() {
        return "CREATE TABLE IF NOT EXISTS " + table + COLUMNS;
    }

    /** The table that remembers the steps. */
    String table() {
        return table;
    }

    /** The last step there is. */
    int last() {
        return steps.size();
    }

    /**
     * Refuses tables that only a newer program understands.
     *
     * @param place what is opened, for people
     * @return the last step that the tables have
     */
    int require(SqlConnection connection, String place) throws SQLException {
        PreparedStatement select = connection.prepare("SELECT max(step), max(compatible_from) FROM " + table);
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            int step = rows.getInt(1);
            int needed = rows.getInt(2);
            if (needed > last()) {
                throw new UnsupportedException(
                        place + " was written by a newer version of Pawl: its tables are at step "
                                + step + ", which needs a program that knows step " + needed + ", and this one knows "
                                + last() + ". Use that version or a newer one; nothing was changed");
            }
            return step;
        }
    }

    /** All of it, for somebody who runs it with a tool of the database. */
    String script() {
        StringBuilder script = new StringBuilder("BEGIN;\n\n" + tableOfSteps() + ";\n\n");
        for (Step step : steps) {
            step.statements().forEach(statement -> script.append(statement).append(";\n\n"));
            script.append("INSERT INTO " + table + " (step, name, compatible_from, applied) VALUES (" + step.number()
                    + ", '" + step.name() + "', " + step.compatibleFrom() + ", 'by hand');\n\n");
        }
        return script.append("COMMIT;\n").toString();
    }

    /** Takes the steps that are missing, in a transaction that somebody else has begun and that locks others out. */
    void bring(SqlConnection connection, String place) throws SQLException {
        connection.runOnce(tableOfSteps());
        int step = require(connection, place);
        for (Step next : steps.subList(Math.min(step, last()), last())) {
            for (String statement : next.statements()) {
                connection.runOnce(statement);
            }
            PreparedStatement insert = connection.prepare(
                    "INSERT INTO " + table + " (step, name, compatible_from, applied) VALUES (?, ?, ?, ?)");
            insert.setInt(1, next.number());
            insert.setString(2, next.name());
            insert.setInt(3, next.compatibleFrom());
            insert.setString(4, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
            insert.executeUpdate();
        }
    }
}
