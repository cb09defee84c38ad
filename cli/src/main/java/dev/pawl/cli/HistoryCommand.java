package dev.pawl.cli;

import dev.pawl.backend.Locator;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStore;
import dev.pawl.migrate.Part;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Parameters;

/** What commands about messages have in common: the store, and how values are printed. */
abstract class HistoryCommand extends Subcommand {

    /** How much a page has when nothing else is said. */
    static final int DEFAULT_LIMIT = 100;

    private static final byte LINE_FEED = '\n';

    @Parameters(index = "0", paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    HistoryCommand(Streams streams) {
        super(streams);
    }

    final Locator locator() {
        return locator;
    }

    /**
     * The history that the command line named, for reading.
     *
     * @throws Failure with status 1 when there is none
     */
    final MessageStore reading(Resources resources) {
        return reading(resources.own(Store.reading(locator)), resources);
    }

    /** The same in a store that is open. */
    static MessageStore reading(Store store, Resources resources) {
        MessageStore history = resources.own(MessageStore.openReadOnly(store.backend(), store.session()));
        if (!store.hasRows(Part.MESSAGES.families())) {
            throw Failure.notFound(
                    Plain.line(store.locator().toString()), "no history of a session " + store.session());
        }
        return history;
    }

    /** Checks that there is a history before anything is opened that would make one. */
    final void requireHistory() {
        try (Resources looking = new Resources()) {
            reading(looking);
        }
    }

    /** The history of a store that is open for writing; it is made when something is written. */
    static MessageStore writing(Store store, Resources resources, TakeOver takeOver) {
        MessageStore.Opening opening = MessageStore.opening(store.backend(), store.session());
        return resources.own(takeOver.takingOver() ? opening.takeOver().open() : opening.open());
    }

    /** Prints the text of a stored value as one line, byte for byte unless it has lines of its own. */
    final void print(Bytes text, JsonObject json) {
        boolean oneLine = true;
        for (byte each : text.toArray()) {
            oneLine &= each != LINE_FEED;
        }
        streams().write(oneLine ? text : json.toBytes());
        streams().write(Bytes.utf8("\n"));
    }

    /** Tells where a page that is not the last one goes on. */
    final void sayNext(Optional<String> cursor) {
        streams().flush();
        cursor.ifPresent(text -> streams().say("next-cursor: " + text));
    }

    /** Takes what a store says about an argument of the command line for wrong usage. */
    static <T> T checked(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        }
    }

    static int requireLimit(int limit) {
        if (limit < 1) {
            throw Failure.usage("--limit is at least 1");
        }
        return limit;
    }
}
