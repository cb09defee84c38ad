package dev.pawl.cli;

import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Salvageable.Lost;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.migrate.MigrationReport.Amount;
import dev.pawl.migrate.RepairReport;
import dev.pawl.migrate.RepairReport.Change;
import dev.pawl.migrate.RepairReport.Fate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A report of a repair, for people and as JSON. */
final class RepairText {

    /** How many records are named in a line; JSON names all. */
    private static final int NAMED = 10;

    private RepairText() {}

    static List<String> lines(RepairReport report, Locator from, Locator to) {
        List<String> lines = new ArrayList<>();
        Amount total = report.copy().total();
        lines.add((report.copy().dryRun() ? "would save " : "saved ") + Numbers.of(total.rows(), "record") + ", "
                + Numbers.of(total.bytes(), "byte"));
        lines.add("from  " + Plain.line(from.toString()));
        lines.add("to    " + Plain.line(to.toString()));
        lines.addAll(table(report).lines());
        report.copy()
                .leftOut()
                .forEach(left -> lines.add("left out: " + Numbers.grouped(left.rows()) + " of "
                        + MigrationText.family(left.family()) + ": " + left.why()));
        if (!report.copy().dryRun()) {
            lines.add("everything was read back and compared");
        }
        if (report.whole()) {
            lines.add("nothing was lost: the source is not damaged");
            return lines;
        }
        lost(report, lines);
        named(report, Fate.LOST, "lost, nothing usable is left", lines);
        named(report, Fate.OLDER, "kept in an older version, the last one is lost", lines);
        if (!report.advice().isEmpty()) {
            lines.add("");
            lines.add("what follows");
            report.advice().forEach(advice -> lines.add("  " + Plain.line(advice)));
        }
        return lines;
    }

    /** How much was lost, in one line. */
    static String loss(RepairReport report) {
        long gone = count(report, Set.of(Fate.LOST, Fate.DROPPED));
        long old = count(report, Set.of(Fate.DOUBTFUL, Fate.OLDER));
        return Numbers.of(report.lost().size(), "lost part") + ", " + Numbers.of(gone, "record") + " left out, "
                + Numbers.of(old, "record") + " that may be old";
    }

    private static long count(RepairReport report, Set<Fate> fates) {
        return report.changes().stream()
                .filter(change -> fates.contains(change.fate()))
                .count();
    }

    /** One kind of records: what is saved of it, and what became of the rest. */
    private static final class Tally {
        private Amount saved = Amount.NONE;
        private final Map<Fate, Long> fates = new LinkedHashMap<>();

        private String cell(Fate fate) {
            long count = fates.getOrDefault(fate, 0L);
            return count == 0 ? "" : Numbers.grouped(count);
        }
    }

    private static Table table(RepairReport report) {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        report.copy()
                .copied()
                .forEach((family, types) -> types.forEach((type, amount) ->
                        tallies.computeIfAbsent(MigrationText.name(family, type), name -> new Tally()).saved = amount));
        for (Change change : report.changes()) {
            String name = MigrationText.name(change.key().family(), change.key().partition());
            tallies.computeIfAbsent(name, added -> new Tally()).fates.merge(change.fate(), 1L, Long::sum);
        }
        Table table = new Table(7);
        boolean whole = report.whole();
        table.row(
                "  records",
                "saved",
                "bytes",
                whole ? "" : "may be old",
                whole ? "" : "are old",
                whole ? "" : "dropped",
                whole ? "" : "lost");
        tallies.forEach((name, tally) -> table.row(
                "  " + Plain.cell(name),
                Numbers.grouped(tally.saved.rows()),
                Numbers.grouped(tally.saved.bytes()),
                tally.cell(Fate.DOUBTFUL),
                tally.cell(Fate.OLDER),
                tally.cell(Fate.DROPPED),
                tally.cell(Fate.LOST)));
        return table;
    }

    private static void lost(RepairReport report, List<String> lines) {
        if (report.lost().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("what cannot be read");
        for (Lost part : report.lost()) {
            String what = part.records()
                    .map(records -> records.isEmpty()
                            ? "no records stood there"
                            : names(records.stream()
                                    .map(RepairText::name)
                                    .sorted(Key.BYTE_ORDER)
                                    .toList()))
                    .orElse("nobody knows which records");
            lines.add("  " + Plain.line(part.place()) + " bytes " + part.from() + " to " + part.to() + ": "
                    + Plain.line(part.text()) + " (" + what + ")");
        }
    }

    private static void named(RepairReport report, Fate fate, String title, List<String> lines) {
        List<String> names = report.changes().stream()
                .filter(change -> change.fate() == fate)
                .map(change -> name(change.key()))
                .toList();
        if (!names.isEmpty()) {
            lines.add("");
            lines.add(title);
            lines.add("  " + names(names));
        }
    }

    private static String names(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
                + (names.size() > NAMED ? " and " + Numbers.grouped(names.size() - NAMED) + " more" : "");
    }

    private static String name(Key key) {
        String type = MigrationText.name(key.family(), key.partition());
        return key.equals(Key.CREDENTIALS) ? type : Plain.cell(type) + " " + Plain.cell(key.id());
    }

    static JsonObject json(RepairReport report) {
        return JsonObject.builder()
                .put("whole", report.whole())
                .put("copy", MigrationText.json(report.copy()))
                .put(
                        "lost",
                        JsonArray.copyOf(
                                report.lost().stream().map(RepairText::json).toList()))
                .put(
                        "records",
                        JsonArray.copyOf(
                                report.changes().stream().map(RepairText::json).toList()))
                .put(
                        "nextPreKeyId",
                        report.raised()
                                .<JsonValue>map(raised -> JsonObject.builder()
                                        .put("from", raised.from())
                                        .put("to", raised.to())
                                        .build())
                                .orElse(JsonNull.NULL))
                .put(
                        "advice",
                        JsonArray.copyOf(
                                report.advice().stream().map(JsonString::new).toList()))
                .build();
    }

    private static JsonValue json(Lost part) {
        return JsonObject.builder()
                .put("place", part.place())
                .put("from", part.from())
                .put("to", part.to())
                .put("text", part.text())
                .put(
                        "records",
                        part.records()
                                .<JsonValue>map(records -> JsonArray.copyOf(records.stream()
                                        .sorted(RepairText::byName)
                                        .map(key -> record(key).build())
                                        .toList()))
                                .orElse(JsonNull.NULL))
                .build();
    }

    private static int byName(Key left, Key right) {
        return Key.BYTE_ORDER.compare(name(left), name(right));
    }

    private static JsonValue json(Change change) {
        return record(change.key())
                .put("fate", change.fate().name().toLowerCase(Locale.ROOT))
                .build();
    }

    private static JsonObject.Builder record(Key key) {
        return JsonObject.builder()
                .put("family", MigrationText.family(key.family()))
                .put("type", key.partition())
                .put("id", key.id());
    }
}
