package dev.pawl.cli;

import java.util.ArrayList;
import java.util.List;

/** Cells in columns for people. Numbers stand to the right, all else to the left. */
final class Table {

    private final int columns;
    private final List<String[]> rows = new ArrayList<>();

    Table(int columns) {
        this.columns = columns;
    }

    /** Adds a row of as many cells as there are columns. */
    void row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells in " + columns + " columns");
        }
        rows.add(cells.clone());
    }

    List<String> lines() {
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(row[i]));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String gap = " ".repeat(widths[i] - width(row[i]));
            boolean number = !row[i].isEmpty() && row[i].chars().allMatch(c -> c >= '0' && c <= '9' || c == ',');
            line.append(i == 0 ? "" : "  ").append(number ? gap + row[i] : row[i] + gap);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
