package dev.pawl.cli;

import dev.pawl.backend.Page;
import dev.pawl.message.MessageStore;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code pawl groups LOC}. */
@Command(
        name = "groups",
        description = {
            "Lists groups by their addresses. With --json each is one line, as it is stored.",
            "",
            "A number of members with \"at least\" is of a group of which only changes were seen."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl groups sqlite:history.db", "  pawl groups --json sqlite:history.db#main"})
final class GroupsCommand extends HistoryCommand {

    private static final int PAGE = 1000;
    private static final int COLUMNS = 3;

    GroupsCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        MessageStore history = reading(resources);
        Table table = new Table(COLUMNS);
        Page.stream((Optional<String> after) -> history.groups(after, PAGE)).forEach(group -> {
            if (json()) {
                streams().json(group.json());
            } else {
                String members = Numbers.grouped(group.participants().size());
                table.row(
                        Plain.cell(group.jid()),
                        group.complete() ? members : "at least " + members,
                        group.subject().map(Plain::name).orElse("-"));
            }
        });
        table.lines().forEach(streams()::line);
        return ExitStatus.DONE;
    }
}
