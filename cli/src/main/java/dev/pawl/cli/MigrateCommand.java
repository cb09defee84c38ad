package dev.pawl.cli;

import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.migrate.Migration;
import dev.pawl.migrate.MigrationPlan;
import dev.pawl.migrate.MigrationReport;
import dev.pawl.migrate.Part;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl migrate FROM TO}. */
@Command(
        name = "migrate",
        description = {
            "Copies everything that TO can hold and lists what it cannot.",
            "",
            "The whole source is checked before anything is written. While the copy runs TO is marked, so that no client"
                    + " opens it; everything is read back and compared; credentials go last. If FROM changes meanwhile,"
                    + " or the copy is interrupted, the same command goes on with it. FROM is only read.",
            "",
            "Scheduled jobs then stand in both, and whoever runs those of FROM sends them as well: stop that first, or"
                    + " --retire-source, which refuses while jobs are being sent."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl migrate baileys:auth_info native:pawl#main",
            "  pawl migrate --dry-run baileys:auth_info native:pawl",
            "  pawl migrate --overwrite --retire-source baileys:auth_info native:pawl"
        })
final class MigrateCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "FROM", description = "The source.", converter = LocatorArgument.class)
    private Locator from = NO_LOCATOR;

    @Parameters(index = "1", paramLabel = "TO", description = "The target.", converter = LocatorArgument.class)
    private Locator to = NO_LOCATOR;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            converter = PartArgument.class,
            description = "Copies only these parts: auth, messages, jobs.")
    private Set<Part> only = EnumSet.noneOf(Part.class);

    @Option(
            names = "--overwrite",
            description = "Erases what TO holds of these parts, once all of FROM was found to be sound.")
    private boolean overwrite = false;

    @Option(names = "--dry-run", description = "Writes nothing and says what would be copied.")
    private boolean dryRun = false;

    @Option(
            names = "--all",
            description =
                    "Copies every session of FROM, each to the same name. If one of them cannot be copied because of what"
                            + " TO holds, none is. After an interruption the same command goes on with those that are not"
                            + " there yet.")
    private boolean all = false;

    @Option(names = "--retire-source", description = "Marks FROM in the end, so that it refuses to be opened.")
    private boolean retireSource = false;

    @Mixin
    private TakeOver takeOver = new TakeOver();

    MigrateCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        boolean writingSource = retireSource && !dryRun;
        Store source = resources.own(Store.reading(from));
        List<SessionName> sessions = all ? sessions(source) : List.of(from.session());
        if (sessions.isEmpty()) {
            throw Failure.notFound(Plain.line(from.toString()), "no sessions");
        }
        if (writingSource) {
            source = resources.own(Store.writing(from));
        }
        Store target = resources.own(Store.target(to, dryRun));
        requireRoom(target, sessions);
        try (ProgressBar bar = new ProgressBar(streams())) {
            if (all) {
                migrateAll(source, target, sessions, bar);
            } else {
                tell(
                        migration(source, target, from.session(), to.session(), bar)
                                .run(),
                        bar);
            }
            if (!dryRun) {
                target.awaitSearch(bar);
            }
        }
        return ExitStatus.DONE;
    }

    /** What can be refused is refused before the first session is written. */
    private void migrateAll(Store source, Store target, List<SessionName> sessions, ProgressBar bar) {
        List<MigrationPlan> plans = new ArrayList<>();
        for (SessionName session : sessions) {
            try {
                plans.add(migration(source, target, session, session, bar).plan());
            } catch (StoreException e) {
                bar.clear();
                streams().say("session " + session + " cannot be copied, so none was; nothing was changed");
                throw e;
            }
        }
        for (int done = 0; done < plans.size(); done++) {
            try {
                tell(plans.get(done).run(), bar);
            } catch (StoreException e) {
                bar.clear();
                streams().say(MigrationText.stopped(sessions.get(done), sessions.subList(0, done), sessions.size()));
                throw e;
            }
        }
    }

    private void requireRoom(Store target, List<SessionName> sessions) {
        boolean fits = sessions.equals(List.of(SessionName.DEFAULT))
                || target.backend().traits().manySessions();
        if (all && !fits) {
            throw new UnsupportedException(Plain.line(to.toString()) + " holds one session, "
                    + SessionName.DEFAULT + ", and there are others in " + Plain.line(from.toString())
                    + ": name one with #, and one target for each");
        }
    }

    private List<SessionName> sessions(Store source) {
        Set<Family> families = EnumSet.noneOf(Family.class);
        parts().forEach(part -> families.addAll(part.families()));
        return source.backend().sessions(families).toList();
    }

    private Set<Part> parts() {
        return only.isEmpty() ? EnumSet.allOf(Part.class) : only;
    }

    private Migration migration(
            Store source, Store target, SessionName session, SessionName targetSession, ProgressBar bar) {
        Migration migration = Migration.from(source.backend(), session)
                .to(target.backend(), targetSession)
                .only(parts())
                .progress((stage, rows, total) -> bar.show(MigrationText.stage(stage), rows, total));
        migration = overwrite ? migration.overwrite() : migration;
        migration = dryRun ? migration.dryRun() : migration;
        migration = retireSource ? migration.retireSource() : migration;
        return takeOver.takingOver() ? migration.takeOver() : migration;
    }

    private void tell(MigrationReport report, ProgressBar bar) {
        bar.clear();
        if (json()) {
            streams().json(MigrationText.json(report));
        } else {
            MigrationText.lines(report, from, to).forEach(streams()::line);
        }
        streams().flush();
    }
}
