package dev.pawl.cli;

import dev.pawl.backend.Page;
import dev.pawl.message.ChatFilter;
import dev.pawl.message.ChatView;
import dev.pawl.message.MessageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pawl chats LOC}. */
@Command(
        name = "chats",
        description = "Lists chats, the most recently active first. With --json each is one line, as it is stored.",
        footerHeading = "%nExamples:%n",
        footer = {"  pawl chats sqlite:history.db", "  pawl chats --json --not-archived sqlite:history.db#main"})
final class ChatsCommand extends HistoryCommand {

    private static final int PAGE = 1000;
    private static final int COLUMNS = 5;

    @ArgGroup
    private Archive archive = new Archive();

    /** In the archive or not. */
    private static final class Archive {

        @Option(names = "--archived", description = "Only chats in the archive.")
        private boolean archived = false;

        @Option(names = "--not-archived", description = "Only chats that are not in the archive.")
        private boolean notArchived = false;
    }

    ChatsCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        MessageStore history = reading(resources);
        ChatFilter filter =
                archive.archived || archive.notArchived ? ChatFilter.ANY.archived(archive.archived) : ChatFilter.ANY;
        Table table = new Table(COLUMNS);
        Page.stream((Optional<String> after) -> history.chats(filter, after, PAGE))
                .forEach(chat -> {
                    if (json()) {
                        streams().json(chat.json());
                    } else {
                        row(table, chat);
                    }
                });
        table.lines().forEach(streams()::line);
        return ExitStatus.DONE;
    }

    private static void row(Table table, ChatView chat) {
        List<String> marks = new ArrayList<>();
        if (chat.archived()) {
            marks.add("archived");
        }
        if (chat.pinned().isPresent()) {
            marks.add("pinned");
        }
        if (chat.unread() && chat.unreadCount() == 0) {
            marks.add("unread");
        }
        if (chat.locked()) {
            marks.add("locked");
        }
        table.row(
                Plain.cell(chat.jid()),
                chat.lastActivity().map(Object::toString).orElse("-"),
                Numbers.grouped(chat.unreadCount()),
                chat.name().map(Plain::name).orElse("-"),
                String.join(" ", marks));
    }
}
