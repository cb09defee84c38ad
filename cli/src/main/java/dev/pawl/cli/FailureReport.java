package dev.pawl.cli;

import dev.pawl.backend.StoreException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says in one line what went wrong, and which exit status that is. A stack trace only on demand. */
final class FailureReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final Streams streams;

    FailureReport(Streams streams) {
        this.streams = streams;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        streams.say(Plain.line(name + ": " + failure.getMessage()));
        streams.say("\"" + name + " --help\" shows how it is used.");
        return ExitStatus.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (Resources.ending()) {
            return ExitStatus.PROBLEM;
        }
        if (failure instanceof ParameterException wrong) {
            return handleParseException(wrong, new String[0]);
        }
        boolean verbose = command.getCommand() instanceof Subcommand subcommand && subcommand.verbose();
        return report(command.getCommandSpec().qualifiedName(), failure, verbose);
    }

    /** Flushes what is left, which is the last thing that can fail. */
    int flush(int status) {
        try {
            streams.flush();
            return status;
        } catch (UncheckedIOException e) {
            return status == ExitStatus.DONE ? report("pawl", e, false) : status;
        }
    }

    private int report(String name, Exception failure, boolean verbose) {
        int status = ExitStatus.PROBLEM;
        if (failure instanceof StoreException store) {
            streams.say(Plain.line(store.code() + " " + store.getMessage()));
            status = ExitStatus.of(store);
        } else if (failure instanceof Failure ours) {
            boolean usage = ours.status() == ExitStatus.USAGE;
            streams.say(Plain.line((usage ? name + ": " : "") + ours.getMessage()));
            status = ours.status();
        } else if (failure instanceof UncheckedIOException io) {
            String cause =
                    String.valueOf(io.getCause() == null ? "" : io.getCause().getMessage());
            // The reader behind a pipe may stop reading when it has enough; that needs no words.
            if (!cause.contains("Broken pipe")) {
                streams.say(Plain.line("IO_ERROR " + io.getMessage() + ": " + cause));
            }
        } else {
            // The message of an exception that nobody foresaw may hold anything, so only its kind is shown.
            streams.say("INTERNAL_ERROR "
                    + failure.getClass().getSimpleName()
                    + (verbose ? "" : ": this is a bug in pawl; --verbose shows where"));
        }
        if (verbose) {
            failure.printStackTrace(streams.err());
        }
        return status;
    }
}
