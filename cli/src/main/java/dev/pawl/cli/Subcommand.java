package dev.pawl.cli;

import dev.pawl.backend.Locator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all commands have in common: their streams, and that whatever they opened is closed. */
abstract class Subcommand implements Callable<Integer> {

    /** Stands in a required parameter until it is set. */
    static final Locator NO_LOCATOR = Locator.parse("none:");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // Picocli asks for the option, not for the field.
    private boolean help = false;

    @Option(
            names = {"-v", "--verbose"},
            description = "Shows the stack trace of a failure.")
    private boolean verbose = false;

    @Option(names = "--json", description = "Prints data as one JSON object, or one JSON object a line.")
    private boolean json = false;

    private final Streams streams;

    Subcommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public final Integer call() {
        int status;
        try (Resources resources = new Resources()) {
            status = run(resources);
        }
        streams.flush();
        return status;
    }

    /**
     * Does the work.
     *
     * @return the exit status
     */
    abstract int run(Resources resources);

    final Streams streams() {
        return streams;
    }

    final boolean verbose() {
        return verbose;
    }

    /** Whether data is printed as JSON. */
    final boolean json() {
        return json;
    }
}
