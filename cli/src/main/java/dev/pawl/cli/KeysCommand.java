package dev.pawl.cli;

import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Scan;
import dev.pawl.json.JsonObject;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pawl keys LOC [TYPE]}. */
@Command(
        name = "keys",
        description = {
            "Lists the types of Signal keys with their counts, or the ids of one type, one a line.",
            "",
            "An id that is empty, begins with a quote, or holds what a terminal would not show, is written as a JSON"
                    + " string; so what begins with a quote is always JSON. With --json every id is."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl keys baileys:auth_info", "  pawl keys sqlite:pawl.db#main pre-key"})
final class KeysCommand extends Subcommand {

    private static final int PAGE = 1000;

    @Parameters(index = "0", paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TYPE", description = "A key type, such as pre-key.")
    private Optional<String> type = Optional.empty();

    KeysCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Store store = resources.own(Store.reading(locator));
        store.requireSession();
        if (type.isPresent()) {
            ids(store, type.get());
        } else {
            types(store);
        }
        return ExitStatus.DONE;
    }

    private void types(Store store) {
        Table table = new Table(2);
        Optional<String> after = Optional.empty();
        do {
            Page<Partition, String> page = store.backend().partitions(store.session(), Family.KEY, after, PAGE);
            for (Partition partition : page.items()) {
                long count = count(store, partition);
                if (json()) {
                    streams()
                            .json(JsonObject.builder()
                                    .put("type", partition.name())
                                    .put("count", count)
                                    .build());
                } else {
                    table.row(Plain.cell(partition.name()), Long.toString(count));
                }
            }
            after = page.next();
        } while (after.isPresent());
        table.lines().forEach(streams()::line);
    }

    private static long count(Store store, Partition partition) {
        if (partition.rows().isPresent()) {
            return partition.rows().getAsLong();
        }
        return Listing.count(store, Scan.of(Family.KEY).in(partition.name()));
    }

    private void ids(Store store, String ofType) {
        Listing.each(store, Scan.of(Family.KEY).in(ofType), row -> {
            String id = row.key().id();
            if (json()) {
                streams()
                        .json(JsonObject.builder()
                                .put("type", ofType)
                                .put("id", id)
                                .build());
            } else {
                streams().line(Plain.name(id));
            }
        });
    }
}
