package dev.pawl.cli;

import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.migrate.MigrationListener.Stage;
import dev.pawl.migrate.MigrationReport;
import dev.pawl.migrate.MigrationReport.Amount;
import dev.pawl.migrate.MigrationReport.LeftOut;
import dev.pawl.migrate.MigrationState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report of a migration, for people and as JSON. */
final class MigrationText {

    /** How many sessions are named that were done before a failure. */
    private static final int NAMED = 10;

    private MigrationText() {}

    static String stage(Stage stage) {
        return switch (stage) {
            case CHECKING -> "checking the source";
            case COPYING -> "copying";
            case COMPARING -> "comparing";
        };
    }

    static List<String> lines(MigrationReport report, Locator from, Locator to) {
        List<String> lines = new ArrayList<>();
        Amount total = report.total();
        lines.add(verb(report) + " " + Numbers.of(total.rows(), "record") + ", " + Numbers.of(total.bytes(), "byte"));
        lines.add("from  " + Plain.line(from.session(report.from().session()).toString()));
        lines.add("to    " + Plain.line(to.session(report.to().session()).toString()));
        Table table = new Table(3);
        report.copied()
                .forEach((family, types) -> types.forEach((type, amount) -> table.row(
                        "  " + Plain.cell(name(family, type)),
                        Numbers.grouped(amount.rows()),
                        Numbers.grouped(amount.bytes()) + " bytes")));
        lines.addAll(table.lines());
        for (LeftOut leftOut : report.leftOut()) {
            lines.add("left out: " + Numbers.grouped(leftOut.rows()) + " of " + name(leftOut.family(), "") + ": "
                    + leftOut.why());
        }
        if (report.before() == MigrationState.FINISHED) {
            lines.add("nothing was copied: an earlier run had finished with it");
        } else if (!report.dryRun()) {
            lines.add("everything was read back and compared");
        }
        if (report.sourceRetired()) {
            lines.add("the source is retired: it refuses to be opened from now on");
        }
        return lines;
    }

    private static String verb(MigrationReport report) {
        if (report.before() == MigrationState.FINISHED) {
            return "already there:";
        }
        if (report.dryRun()) {
            return "would copy";
        }
        return report.before() == MigrationState.BEGUN ? "finished copying" : "copied";
    }

    /** Says where the copying of several sessions stopped. */
    static String stopped(SessionName session, List<SessionName> done, int all) {
        String before = done.isEmpty()
                ? "nothing"
                : done.stream().limit(NAMED).map(SessionName::name).collect(Collectors.joining(", "))
                        + (done.size() > NAMED ? " and " + (done.size() - NAMED) + " more" : "");
        return "stopped at session " + session + ": " + done.size() + " of " + Numbers.of(all, "session") + " done ("
                + before + "); the same command goes on with the rest";
    }

    static JsonObject json(MigrationReport report) {
        JsonObject.Builder copied = JsonObject.builder();
        report.copied().forEach((family, types) -> copied.put(family(family), types(family, types)));
        List<JsonValue> leftOut = new ArrayList<>();
        for (LeftOut left : report.leftOut()) {
            leftOut.add(JsonObject.builder()
                    .put("family", family(left.family()))
                    .put("rows", left.rows())
                    .put("why", left.why())
                    .build());
        }
        Amount total = report.total();
        return JsonObject.builder()
                .put("from", end(report.from()))
                .put("to", end(report.to()))
                .put("copied", copied.build())
                .put("rows", total.rows())
                .put("bytes", total.bytes())
                .put("leftOut", JsonArray.copyOf(leftOut))
                .put("resumed", report.before() == MigrationState.BEGUN)
                .put("alreadyThere", report.before() == MigrationState.FINISHED)
                .put("sourceRetired", report.sourceRetired())
                .put("dryRun", report.dryRun())
                .put("milliseconds", report.duration().toMillis())
                .build();
    }

    private static JsonValue end(MigrationReport.End end) {
        return JsonObject.builder()
                .put("place", end.place())
                .put("session", end.session().name())
                .build();
    }

    private static JsonValue types(Family family, Map<String, Amount> types) {
        if (family != Family.KEY) {
            return amount(types.getOrDefault("", Amount.NONE));
        }
        JsonObject.Builder byType = JsonObject.builder();
        types.forEach((type, amount) -> byType.put(type, amount(amount)));
        return byType.build();
    }

    private static JsonValue amount(Amount amount) {
        return JsonObject.builder()
                .put("rows", amount.rows())
                .put("bytes", amount.bytes())
                .build();
    }

    /** The type of a key, or the family. */
    static String name(Family family, String type) {
        return family == Family.KEY && !type.isEmpty() ? type : family(family);
    }

    /** The family as people and JSON name it. */
    static String family(Family family) {
        return family == Family.KEY
                ? "keys"
                : family.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
