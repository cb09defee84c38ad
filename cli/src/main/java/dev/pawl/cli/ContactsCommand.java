package dev.pawl.cli;

import dev.pawl.backend.Page;
import dev.pawl.message.MessageStore;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code pawl contacts LOC}. */
@Command(
        name = "contacts",
        description = "Lists contacts by their addresses. With --json each is one line, as it is stored.",
        footerHeading = "%nExamples:%n",
        footer = {"  pawl contacts sqlite:history.db", "  pawl contacts --json sqlite:history.db#main"})
final class ContactsCommand extends HistoryCommand {

    private static final int PAGE = 1000;
    private static final int COLUMNS = 4;

    ContactsCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        MessageStore history = reading(resources);
        Table table = new Table(COLUMNS);
        Page.stream((Optional<String> after) -> history.contacts(after, PAGE)).forEach(contact -> {
            if (json()) {
                streams().json(contact.json());
            } else {
                table.row(
                        Plain.cell(contact.jid()),
                        contact.phoneNumber().map(Plain::cell).orElse("-"),
                        contact.name().map(Plain::name).orElse("-"),
                        contact.verifiedName()
                                .or(contact::pushName)
                                .map(Plain::name)
                                .orElse("-"));
            }
        });
        table.lines().forEach(streams()::line);
        return ExitStatus.DONE;
    }
}
