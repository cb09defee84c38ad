package dev.pawl.cli;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.json.JsonObject;
import java.util.EnumSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pawl sessions LOC}. */
@Command(
        name = "sessions",
        description = "Lists the sessions in a store, one a line.",
        footerHeading = "%nExamples:%n",
        footer = {"  pawl sessions sqlite:pawl.db", "  pawl sessions --json @store.txt"})
final class SessionsCommand extends Subcommand {

    @Parameters(paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    SessionsCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        list(resources.own(Store.reading(locator)).backend());
        return ExitStatus.DONE;
    }

    private void list(Backend backend) {
        backend.sessions(EnumSet.complementOf(EnumSet.of(Family.LEASE))).forEach(session -> {
            if (json()) {
                streams()
                        .json(JsonObject.builder()
                                .put("session", session.name())
                                .build());
            } else {
                streams().line(session.name());
            }
        });
    }
}
