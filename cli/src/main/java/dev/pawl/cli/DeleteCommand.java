package dev.pawl.cli;

import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.json.JsonObject;
import dev.pawl.lease.Lease;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pawl delete LOC TYPE ID…}. */
@Command(
        name = "delete",
        description = {
            "Deletes keys of one type, all in one commit.",
            "",
            "An id that is not there is named on standard error; the others are deleted all the same and the exit status"
                    + " is 1. An id that begins with a dash goes behind \"--\". Credentials go with the session: see erase."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl delete baileys:auth_info session 6281111111111.0",
            "  pawl delete sqlite:pawl.db#main pre-key 1 2 3"
        })
final class DeleteCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    @Parameters(index = "1", paramLabel = "TYPE", description = "A key type, such as session.")
    private String type = "";

    @Parameters(index = "2..*", arity = "1..*", paramLabel = "ID", description = "The ids.")
    private List<String> ids = new ArrayList<>();

    @Mixin
    private TakeOver takeOver = new TakeOver();

    DeleteCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Set<Key> wanted = new LinkedHashSet<>();
        ids.forEach(id -> wanted.add(RecordArgument.key(type, id)));
        List<Key> present = present(wanted);
        if (!present.isEmpty()) {
            delete(resources, present);
        }
        if (json()) {
            streams().json(JsonObject.builder().put("deleted", present.size()).build());
        }
        wanted.removeAll(present);
        wanted.forEach(key -> streams()
                .say("NOT_FOUND " + Plain.cell(type) + " " + Plain.name(key.id()) + ": there is no such record"));
        return wanted.isEmpty() ? ExitStatus.DONE : ExitStatus.PROBLEM;
    }

    /** Looks before it writes: where nothing is to be deleted nothing is created, not even a lease. */
    private List<Key> present(Set<Key> wanted) {
        try (Store store = Store.reading(locator)) {
            return wanted.stream().filter(key -> present(store, key)).toList();
        }
    }

    /** A damaged record is there, and may be deleted. */
    private static boolean present(Store store, Key key) {
        try {
            return store.backend().get(store.session(), key).isPresent();
        } catch (CorruptDataException damaged) {
            return true;
        }
    }

    private void delete(Resources resources, List<Key> keys) {
        Store store = resources.own(Store.writing(locator));
        Lease lease = resources.own(takeOver.lease(store));
        lease.commit(new Batch(List.of(), List.of(), keys));
    }
}
