package dev.pawl.cli;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Scan;
import dev.pawl.json.JsonObject;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.Part;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl erase LOC}. */
@Command(
        name = "erase",
        description = {
            "Removes a session's data for good, after asking. The device stays linked on the phone until it is unlinked"
                    + " there, and nobody can use it any more.",
            "",
            "Without a terminal nobody can be asked, so --yes is needed. The unfinished target of a migration and a"
                    + " retired session are erased too."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl erase baileys:old", "  pawl erase --yes sqlite:pawl.db#old"})
final class EraseCommand extends Subcommand {

    @Parameters(paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            converter = PartArgument.class,
            description = "Erases only these parts: auth, messages, jobs.")
    private Set<Part> only = EnumSet.noneOf(Part.class);

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes = false;

    @Mixin
    private TakeOver takeOver = new TakeOver();

    EraseCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Map<Part, Long> rows = rows();
        if (rows.isEmpty()) {
            throw Failure.notFound(
                    Plain.line(locator.toString()), "nothing to erase of a session " + locator.session());
        }
        long total = rows.values().stream().mapToLong(Long::longValue).sum();
        if (!yes) {
            confirm(total);
        }
        Store store = resources.own(Store.writing(locator));
        rows.keySet().forEach(part -> erase(store, part));
        if (json()) {
            streams().json(JsonObject.builder().put("erased", total).build());
        } else {
            streams().say("erased " + Numbers.of(total, "record") + " of " + Plain.line(locator.toString()));
        }
        return ExitStatus.DONE;
    }

    private void confirm(long total) {
        if (!streams().canAsk()) {
            throw Failure.usage("there is no terminal to ask on: --yes erases without asking; nothing was erased");
        }
        if (!streams()
                .confirm("Erase " + Numbers.of(total, "record") + " of " + Plain.line(locator.toString())
                        + " for good?")) {
            throw Failure.usage("nothing was erased");
        }
    }

    /** What is there, found out without writing anything. */
    private Map<Part, Long> rows() {
        Map<Part, Long> rows = new EnumMap<>(Part.class);
        try (Store store = Store.reading(locator)) {
            for (Part part : only.isEmpty() ? EnumSet.allOf(Part.class) : only) {
                long count = held(store, part).stream()
                        .mapToLong(family -> Listing.count(store, Scan.of(family)))
                        .sum();
                // The mark of an unfinished migration or of a moved session goes with its data, and may outlive it.
                if (count > 0 || marked(store, part)) {
                    rows.put(part, count);
                }
            }
        }
        return rows;
    }

    private boolean marked(Store store, Part part) {
        try {
            return Lease.read(store.backend(), store.session(), part.lease())
                    .filter(lease -> !(lease.state() instanceof LeaseState.Held))
                    .isPresent();
        } catch (CorruptDataException damaged) {
            if (takeOver.takingOver()) {
                return true;
            }
            throw damaged;
        }
    }

    private static Set<Family> held(Store store, Part part) {
        Set<Family> families = EnumSet.copyOf(part.families());
        families.retainAll(store.backend().traits().families());
        return families;
    }

    private void erase(Store store, Part part) {
        try (Lease lease = takeOver.request(store, part.lease()).overAnyState().acquire()) {
            lease.clear(held(store, part));
        }
    }
}
