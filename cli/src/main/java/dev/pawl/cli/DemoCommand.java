package dev.pawl.cli;

import dev.pawl.auth.AuthSummary;
import dev.pawl.backend.Locator;
import dev.pawl.backend.MemoryBackend;
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
                    + " Baileys, checks it, copies it into another kind of store and from there into a new directory, and"
                    + " compares the two byte for byte.",
            "",
            "The directory stays, to be looked at; nothing else is touched. The account in it does not exist."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl demo"})
final class DemoCommand extends Subcommand {

    DemoCommand(Streams streams) {
        super(streams);
    }

    /** What a run found. */
    private record Result(
            Path original,
            Path copy,
            AuthSummary summary,
            long warnings,
            MigrationReport out,
            MigrationReport back,
            SameFiles same) {}

    @Override
    int run(Resources resources) {
        Path directory = directory();
        Result result = tryOut(resources, directory.resolve("baileys"), directory.resolve("copy"));
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

    private Result tryOut(Resources resources, Path original, Path copy) {
        SampleSession.copyTo(original);
        Store source = resources.own(Store.reading(locator(original)));
        List<Issue> issues = Issue.of(source, streams());
        issues.stream().filter(Issue::problem).findFirst().ifPresent(issue -> {
            throw Failure.problem(issue.line());
        });
        MemoryBackend memory = resources.own(new MemoryBackend());
        SessionName session = SessionName.of("demo");
        MigrationReport out = Migration.from(source.backend(), source.session())
                .to(memory, session)
                .run();
        Store target = resources.own(Store.writing(locator(copy)));
        MigrationReport back = Migration.from(memory, session)
                .to(target.backend(), target.session())
                .run();
        return new Result(
                original,
                copy,
                AuthSummary.of(target.backend(), target.session()),
                issues.size(),
                out,
                back,
                SameFiles.of(original, copy));
    }

    private static Locator locator(Path directory) {
        // A path may hold what a locator writes otherwise.
        String text =
                directory.toString().replace("%", "%25").replace("#", "%23").replace("?", "%3F");
        return Locator.parse("baileys:" + text);
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
        step("3", "It was migrated into a store in memory, and from there into a new Baileys directory");
        copied(result.out());
        copied(result.back());
        detail(result.copy().toString());
        step("4", "Both directories were compared, file by file");
        detail(Numbers.grouped(result.same().files()) + " files, "
                + Numbers.grouped(result.same().bytes()) + " bytes: identical byte for byte");
        streams().line("");
        streams().line("Durable stores of other kinds, and the message history, come with later versions.");
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
        String copy = locator(result.copy()).toString();
        String quoted = copy.matches("[A-Za-z0-9:/._-]+") ? copy : "'" + copy.replace("'", "'\\''") + "'";
        return List.of(
                "./pawl inspect " + quoted,
                "./pawl keys " + quoted + " pre-key",
                "./pawl get " + quoted + " lid-mapping 6281234567890");
    }

    private static JsonObject json(Result result) {
        return JsonObject.builder()
                .put("original", result.original().toString())
                .put("copy", result.copy().toString())
                .put("identity", IdentityText.json(result.summary()))
                .put("records", result.summary().records() + 1)
                .put("problems", 0)
                .put("warnings", result.warnings())
                .put("migrations", JsonArray.of(MigrationText.json(result.out()), MigrationText.json(result.back())))
                .put("identicalFiles", result.same().files())
                .put("identicalBytes", result.same().bytes())
                .put(
                        "next",
                        JsonArray.copyOf(
                                next(result).stream().map(JsonString::new).toList()))
                .build();
    }
}
