package dev.pawl.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code pawl} command. */
@Command(
        name = "pawl",
        mixinStandardHelpOptions = true,
        versionProvider = PawlCommand.ManifestVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Keeps the credentials, Signal keys, message history and scheduled jobs of WhatsApp linked devices safe.",
            "",
            "A store is named by a locator: native:DIR, baileys:DIR, zaileys:DIR, sqlite:FILE,"
                    + " postgresql://USER@HOST/DATABASE, redis://HOST:PORT/0?namespace=NAME (rediss: with TLS), convex:https://NAME.convex.cloud?namespace=NAME, memory:. \"#name\" at its end picks a session,"
                    + " \"default\" when there is none; #, ? and %% in a path are written %%23, %%3F and %%25. A locator that"
                    + " holds a password is better kept in a file that only you can read: @FILE takes it from there. A password"
                    + " that the locator lacks is that in the environment: PGPASSWORD for PostgreSQL, PAWL_REDIS_PASSWORD for Redis, CONVEX_SECRET for Convex."
                    + " Data goes to standard output, everything else to standard error."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl demo",
            "  pawl inspect baileys:auth_info",
            "  pawl verify baileys:auth_info",
            "  pawl migrate baileys:auth_info native:pawl#main",
            "  pawl sessions native:pawl",
            "  node bot.js | pawl ingest sqlite:history.db",
            "  pawl chats sqlite:history.db",
            "",
            "\"pawl COMMAND --help\" says more about each command."
        })
public final class PawlCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

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
        Resources.closeWhenProcessEnds();
        System.exit(run(Streams.ofProcess(), arguments));
    }

    /**
     * Runs the command.
     *
     * @return its exit status
     */
    static int run(Streams streams, String... arguments) {
        CommandLine line = new CommandLine(new PawlCommand());
        for (Subcommand command : commands(streams)) {
            line.addSubcommand(command);
        }
        line.addSubcommand(new AutoComplete.GenerateCompletion());
        FailureReport report = new FailureReport(streams);
        line.setExpandAtFiles(false);
        line.setUsageHelpAutoWidth(true);
        line.setOut(new PrintWriter(new DataWriter(streams), true));
        line.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler(report);
        line.setParameterExceptionHandler(report);
        for (CommandLine sub : line.getSubcommands().values()) {
            sub.getCommandSpec().usageMessage().exitCodeListHeading("%nExit status:%n");
            sub.getCommandSpec().usageMessage().exitCodeList(ExitStatus.descriptions());
        }
        line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit status:%n");
        line.getCommandSpec().usageMessage().exitCodeList(ExitStatus.descriptions());
        int status = line.execute(arguments);
        return report.flush(status);
    }

    private static List<Subcommand> commands(Streams streams) {
        return List.of(
                new DemoCommand(streams),
                new InspectCommand(streams),
                new VerifyCommand(streams),
                new MigrateCommand(streams),
                new RepairCommand(streams),
                new SessionsCommand(streams),
                new KeysCommand(streams),
                new GetCommand(streams),
                new PutCommand(streams),
                new DeleteCommand(streams),
                new IngestCommand(streams),
                new ChatsCommand(streams),
                new MessagesCommand(streams),
                new MessageCommand(streams),
                new SearchCommand(streams),
                new ContactsCommand(streams),
                new PresenceCommand(streams),
                new GroupsCommand(streams),
                new PruneCommand(streams),
                new JobsCommand(streams),
                new ExportCommand(streams),
                new ImportCommand(streams),
                new EraseCommand(streams),
                new ConnectCommand(streams));
    }

    /** Without a command there is nothing to do: that is wrong usage. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }
}
