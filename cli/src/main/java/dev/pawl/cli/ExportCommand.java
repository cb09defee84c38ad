package dev.pawl.cli;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.migrate.Part;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pawl export LOC}. */
@Command(
        name = "export",
        description = {
            "Writes everything a session holds to standard output as an archive, one JSON object a line: a header, rows, a"
                    + " checksum every 1,000 rows and at the end. Credentials come last.",
            "",
            "The archive holds private keys: keep it as you would keep them. It is read while a client may be running; of"
                    + " a session in use it holds each record as it was when it was read."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl export sqlite:pawl.db#main | gzip > main.archive.gz", "  pawl export @store.txt > backup"})
final class ExportCommand extends Subcommand {

    private static final int PAGE = 1_000;

    @Parameters(paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    private final Checksum checksum = new Checksum();
    private long rows;

    ExportCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Store store = resources.own(Store.reading(locator));
        store.requireSomething();
        Set<Family> families = EnumSet.complementOf(EnumSet.of(Family.LEASE, Family.CREDENTIALS));
        families.retainAll(store.backend().traits().families());
        // Read before the keys: credentials count upwards and must not know of keys that the archive lacks.
        Optional<Row> credentials = credentials(store);
        List<Part> parts = Arrays.stream(Part.values())
                .filter(part -> store.hasRows(part.families()))
                .toList();
        streams().json(ArchiveLine.header(store.session().name(), locator.scheme(), parts));
        try (ProgressBar bar = new ProgressBar(streams())) {
            for (Family family : families) {
                if (family == Family.JOB) {
                    exportJobs(store, bar);
                } else {
                    export(store, Scan.of(family).limit(PAGE), bar, row -> write(store, row));
                }
            }
            credentials.ifPresent(row -> write(store, row));
        }
        streams().json(ArchiveLine.end(rows, checksum.soFar()));
        streams().flush();
        streams().say("exported " + Numbers.of(rows, "record") + " of " + Plain.line(locator.toString()));
        return ExitStatus.DONE;
    }

    private static Optional<Row> credentials(Store store) {
        return store.backend().traits().families().contains(Family.CREDENTIALS)
                ? store.backend().get(store.session(), Key.CREDENTIALS)
                : Optional.empty();
    }

    private void exportJobs(Store store, ProgressBar bar) {
        ExportedJobs jobs = new ExportedJobs(store, row -> write(store, row));
        Scan all = Scan.of(Family.JOB).limit(PAGE);
        export(store, all, bar, jobs::add);
        while (jobs.isMissingSome()) {
            export(store, all.withoutValues(), bar, jobs::look);
            jobs.addMissed();
        }
        if (jobs.moved()) {
            streams()
                    .say(
                            "warning: jobs were sent or scheduled while they were exported; for an archive of one moment, stop"
                                    + " what sends them first");
        }
    }

    private void export(Store store, Scan scan, ProgressBar bar, Consumer<Row> action) {
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = store.backend().scan(store.session(), next.get());
            page.items().forEach(action);
            bar.show("exporting", rows, 0);
            next = page.next().map(scan::after);
        }
    }

    private void write(Store store, Row row) {
        Bytes line;
        try {
            line = ArchiveLine.of(row);
        } catch (JsonException e) {
            throw new CorruptDataException(
                    row.key(), store.backend().locate(store.session(), row.key()), "not JSON: " + e.getMessage());
        }
        streams().write(line);
        checksum.add(line);
        rows++;
        if (rows % ArchiveLine.BLOCK == 0) {
            streams().json(ArchiveLine.checksum(rows, checksum.soFar()));
        }
    }
}
