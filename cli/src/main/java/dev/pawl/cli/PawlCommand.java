package dev.pawl.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code pawl} command. */
@Command(
        name = "pawl",
        mixinStandardHelpOptions = true,
        version = "pawl 0.1.0-SNAPSHOT",
        description = "Keeps the credentials and Signal keys of WhatsApp linked devices safe.")
public final class PawlCommand implements Runnable {

    private PawlCommand() {}

    /**
     * Runs the command and ends the process with its exit status.
     *
     * @param arguments the words after {@code pawl}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PawlCommand()).execute(arguments));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.err);
    }
}
