package dev.pawl.cli;

import dev.pawl.backend.Locator;
import dev.pawl.backend.Salvageable;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.migrate.Repair;
import dev.pawl.migrate.RepairReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl repair LOC --to LOC}. */
@Command(
        name = "repair",
        description = {
            "Saves every intact batch of a damaged log (native:DIR) into another store, and says exactly what was lost."
                    + " The damaged store is only read, and stays as it is.",
            "",
            "Session and sender-key records are kept only when they are the last ones for sure: an old one breaks the"
                    + " conversation, a missing one is made anew with the next message. Everything else is kept as it was"
                    + " last seen. TO is filled as migrate does it, and the same command goes on after an interruption.",
            "",
            "The exit status is 0 when TO has everything that FROM had, and 1 when anything was lost, although TO can be"
                    + " used: a script must not take what is left for the whole. What was lost is on standard output"
                    + " either way. A log that is sound is copied."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl repair native:pawl --to native:repaired",
            "  pawl repair --dry-run native:pawl#main --to sqlite:pawl.db#main"
        })
final class RepairCommand extends Subcommand {

    @Parameters(paramLabel = "FROM", description = "The damaged store.", converter = LocatorArgument.class)
    private Locator from = NO_LOCATOR;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TO",
            description = "The store that gets what is intact: another one, and empty.",
            converter = LocatorArgument.class)
    private Locator to = NO_LOCATOR;

    @Option(
            names = "--with-ratchets",
            description = "Keeps session and sender-key records that may be old too. Their conversations may break.")
    private boolean withRatchets = false;

    @Option(names = "--overwrite", description = "Erases what TO holds of what is saved, once that is known.")
    private boolean overwrite = false;

    @Option(names = "--dry-run", description = "Writes nothing and says what would be saved, and what is lost.")
    private boolean dryRun = false;

    @Mixin
    private TakeOver takeOver = new TakeOver();

    RepairCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Store source = resources.own(Store.reading(from));
        if (source.backend().as(Salvageable.class).isEmpty()) {
            throw new UnsupportedException(Plain.line(from.toString())
                    + ": only a log of our own (native:DIR) can be repaired; \"pawl verify\" names each damaged record,"
                    + " which \"pawl put\" replaces, \"pawl delete\" removes, or a copy restores");
        }
        Store target = resources.own(Store.target(to, dryRun));
        RepairReport report;
        try (ProgressBar bar = new ProgressBar(streams())) {
            report = repair(source, target, bar).run();
        }
        if (json()) {
            streams().json(RepairText.json(report));
        } else {
            RepairText.lines(report, from, to).forEach(streams()::line);
        }
        if (report.whole()) {
            return ExitStatus.DONE;
        }
        streams().flush();
        streams().say(Plain.line("STORE_CORRUPTED " + from + ": " + RepairText.loss(report)));
        return ExitStatus.PROBLEM;
    }

    private Repair repair(Store source, Store target, ProgressBar bar) {
        Repair repair = Repair.from(source.backend(), source.session())
                .to(target.backend(), target.session())
                .progress((stage, rows, total) -> bar.show(MigrationText.stage(stage), rows, total));
        repair = withRatchets ? repair.withRatchets() : repair;
        repair = overwrite ? repair.overwrite() : repair;
        repair = dryRun ? repair.dryRun() : repair;
        return takeOver.takingOver() ? repair.takeOver() : repair;
    }
}
