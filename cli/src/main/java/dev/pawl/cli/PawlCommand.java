package dev.pawl.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code pawl} command. */
@Command(
        name = "pawl",
        mixinStandardHelpOptions = true,
        versionProvider = PawlCommand.ManifestVersion.class,
        description = "Keeps the credentials and Signal keys of WhatsApp linked devices safe.")
public final class PawlCommand implements Runnable {

    private PawlCommand() {}

    /** The version that the build wrote into the jar's manifest. */
    static final class ManifestVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = PawlCommand.class.getPackage().getImplementationVersion();
            return new String[] {"pawl " + (version == null ? "(not from a jar)" : version)};
        }
    }

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
