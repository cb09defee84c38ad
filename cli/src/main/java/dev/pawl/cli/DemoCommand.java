package dev.pawl.cli;

import dev.pawl.auth.AuthSummary;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.migrate.Migration;
import dev.pawl.migrate.MigrationReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code pawl demo}. */
@Command(
        name = "demo",
        description = {
            "Shows the main job on a copy of the sample session in a temporary directory: takes a directory written by real"
                    + " Baileys, checks it, migrates it into a log of Pawl's own and from there back into a new directory of"
                    + " Baileys, and compares the two byte for byte; then replays events that Baileys gave into a history.",
            "",
            "All of it stays, to be looked at; nothing else is touched. The account in them does not exist."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl demo"})
final class DemoCommand extends Subcommand {

    private static final SessionName DEMO = SessionName.of("demo");

    DemoCommand(Streams streams) {
        super(streams);
    }

    /** What a run found. */
    private record Result(
            Path original,
            Path store,
            Path copy,
            AuthSummary summary,
            long warnings,
            MigrationReport out,
            MigrationReport back,
            SameFiles same,
            DemoHistory history) {}

    @Override
    int run(Resources resources) {
        Result result = tryOut(resources, directory());
        if (json()) {
            streams().json(json(result));
        } else {
            show(result);
        }
        return ExitStatus.DONE;
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("pawl-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary directory", e);
        }
    }

    private Result tryOut(Resources resources, Path directory) {
        Path original = directory.resolve("baileys");
        Path log = directory.resolve("pawl");
        Path copy = directory.resolve("copy");
        SampleSession.copyTo(original);
        Store source = resources.own(Store.reading(locator("baileys", original)));
        List<Issue> issues = Issue.of(source, streams());
        issues.stream().filter(Issue::problem).findFirst().ifPresent(issue -> {
            throw Failure.problem(issue.line());
        });
        Store durable = resources.own(Store.writing(inLog(log)));
        MigrationReport out = migrate(source, durable);
        Store target = resources.own(Store.writing(locator("baileys", copy)));
        MigrationReport back = migrate(durable, target);
        return new Result(
                original,
                log,
                copy,
                AuthSummary.of(durable.backend(), durable.session()),
                issues.size(),
                out,
                back,
                SameFiles.of(original, copy),
                DemoHistory.in(
                        locator("sqlite", directory.resolve("history.db")).session(DEMO), resources));
    }

    private static MigrationReport migrate(Store from, Store to) {
        return Migration.from(from.backend(), from.session())
                .to(to.backend(), to.session())
                .run();
    }

    private static Locator inLog(Path store) {
        return locator("native", store).session(DEMO);
    }

    private static Locator locator(String scheme, Path path) {
        // A path may hold what a locator writes otherwise.
        String text = path.toString().replace("%", "%25").replace("#", "%23").replace("?", "%3F");
        return Locator.parse(scheme + ":" + text);
    }

    private void show(Result result) {
        step("1", "A session that real Baileys wrote (a made-up account) was copied to");
        detail(result.original().toString());
        Table identity = new Table(2);
        IdentityText.lines(result.summary()).forEach(identity::row);
        identity.lines().forEach(this::detail);
        step("2", "Every record was read and checked");
        long records = result.summary().records() + 1;
        detail(Numbers.of(records, "record") + ", no problems, " + Numbers.of(result.warnings(), "warning"));
        Table table = new Table(2);
        table.row("creds", "1");
        result.summary().types().forEach(type -> table.row(type.name(), Numbers.grouped(type.records())));
        table.lines().forEach(this::detail);
        step("3", "It was migrated into an append-only log, as the session demo; every commit is forced to the disk");
        copied(result.out());
        detail(result.store().toString());
        step("4", "It was migrated from there back into a new Baileys directory");
        copied(result.back());
        detail(result.copy().toString());
        step("5", "Both directories were compared, file by file");
        detail(Numbers.grouped(result.same().files()) + " files, "
                + Numbers.grouped(result.same().bytes()) + " bytes: identical byte for byte");
        step("6", "Events that real Baileys gave were replayed into a history, in a SQLite file");
        detail(Numbers.of(result.history().events(), "event") + " made "
                + Numbers.of(result.history().rows(), "row"));
        detail(result.history().store().toString());
        result.history().chatLines().forEach(this::detail);
        step("7", "The newest messages of the first chat");
        MessageText.lines(result.history().messages()).forEach(this::detail);
        streams().line("");
        streams().line("Try next:");
        next(result).forEach(command -> streams().line("  " + command));
    }

    private void copied(MigrationReport report) {
        detail(Numbers.grouped(report.total().rows()) + " records, "
                + Numbers.grouped(report.total().bytes()) + " bytes, read back and compared, in "
                + report.duration().toMillis() + " ms");
    }

    private void step(String number, String text) {
        streams().line((number.equals("1") ? "" : "\n") + number + ". " + text);
    }

    private void detail(String text) {
        streams().line("   " + text);
    }

    private static List<String> next(Result result) {
        String store = quoted(inLog(result.store()).toString());
        Path database = result.store().resolveSibling("pawl.db");
        Locator inDatabase = locator("sqlite", database).session(DEMO);
        return List.of(
                "./pawl inspect " + store,
                "./pawl keys " + store + " pre-key",
                "./pawl get " + store + " lid-mapping 6281234567890",
                "./pawl chats " + quoted(result.history().store().toString()),
                // For who wants to ask in SQL.
                "./pawl migrate " + store + " " + quoted(inDatabase.toString()),
                "sqlite3 " + quoted(database.toString())
                        + " \"SELECT session, value -> 'me' ->> 'id' AS jid, value ->> 'platform' AS platform"
                        + " FROM pawl_credentials\"");
    }

    /** As a word of a shell. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9:/._-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private static JsonObject json(Result result) {
        return JsonObject.builder()
                .put("original", result.original().toString())
                .put("directory", result.store().toString())
                .put("store", inLog(result.store()).toString())
                .put("copy", result.copy().toString())
                .put("identity", IdentityText.json(result.summary()))
                .put("records", result.summary().records() + 1)
                .put("problems", 0)
                .put("warnings", result.warnings())
                .put("migrations", JsonArray.of(MigrationText.json(result.out()), MigrationText.json(result.back())))
                .put("identicalFiles", result.same().files())
                .put("identicalBytes", result.same().bytes())
                .put("history", result.history().json())
                .put(
                        "next",
                        JsonArray.copyOf(
                                next(result).stream().map(JsonString::new).toList()))
                .build();
    }
}
