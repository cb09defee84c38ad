package dev.pawl.cli;

import dev.pawl.backend.Locator;
import dev.pawl.json.JsonObject;
import dev.pawl.migrate.Part;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl import LOC}. */
@Command(
        name = "import",
        description = {
            "Puts the records of an archive on standard input into a session that has none of their kind, as they are.",
            "",
            "Session and sender-key records are left out unless --with-ratchets: where the device was used since the"
                    + " archive was made, an old ratchet breaks the conversation; without it the conversation is set up"
                    + " anew. Each 1,000 records are checked before they are stored, and credentials come last. What is"
                    + " interrupted has no identity and is marked, so that nothing opens it: import the archive again, which"
                    + " begins anew, or erase what is there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl import sqlite:new.db#main < main.archive",
            "  pawl export baileys:auth_info | pawl import --with-ratchets native:pawl"
        })
final class ImportCommand extends Subcommand {

    @Parameters(paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    @Option(
            names = "--with-ratchets",
            description = "Takes session and sender-key records too. Only when the device was not used since.")
    private boolean withRatchets = false;

    @Mixin
    private TakeOver takeOver = new TakeOver();

    ImportCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        ArchiveReader archive =
                new ArchiveReader(resources.own(new WatchedInput(streams().in())));
        Set<Part> parts = archive.header();
        Store store = resources.own(Store.writing(locator));
        ArchiveTarget target = resources.own(new ArchiveTarget(store, takeOver, withRatchets));
        target.prepare(parts);
        try (ProgressBar bar = new ProgressBar(streams())) {
            while (archive.next(target::put)) {
                bar.show("importing", target.stored(), 0);
            }
            target.finish();
            store.awaitSearch(bar);
        }
        tell(target);
        return ExitStatus.DONE;
    }

    private void tell(ArchiveTarget target) {
        if (json()) {
            JsonObject.Builder leftOut = JsonObject.builder();
            target.leftOut().forEach(leftOut::put);
            streams()
                    .json(JsonObject.builder()
                            .put("rows", target.stored())
                            .put("leftOut", leftOut.build())
                            .build());
            return;
        }
        streams().line("imported " + Numbers.of(target.stored(), "record"));
        for (Map.Entry<String, Long> entry : target.leftOut().entrySet()) {
            streams().line("left out: " + Numbers.grouped(entry.getValue()) + " of " + entry.getKey());
        }
    }
}
