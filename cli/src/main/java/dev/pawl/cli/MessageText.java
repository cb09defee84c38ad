package dev.pawl.cli;

import dev.pawl.message.MessageKind;
import dev.pawl.message.Reaction;
import dev.pawl.message.WaMessage;
import java.util.List;
import java.util.Locale;

/** Messages as they are shown to people. */
final class MessageText {

    private static final int COLUMNS = 4;

    private MessageText() {}

    /** A line for each message: when, who, which, what. */
    static List<String> lines(List<WaMessage> messages) {
        Table table = new Table(COLUMNS);
        for (WaMessage message : messages) {
            table.row(
                    time(message),
                    Plain.cell(sender(message)),
                    Plain.cell(message.key().id()),
                    what(message));
        }
        return table.lines();
    }

    /** The same with the chat of each, for messages of several chats. */
    static List<String> found(List<WaMessage> messages) {
        Table table = new Table(COLUMNS + 1);
        for (WaMessage message : messages) {
            table.row(
                    time(message),
                    Plain.cell(message.chat()),
                    Plain.cell(sender(message)),
                    Plain.cell(message.key().id()),
                    what(message));
        }
        return table.lines();
    }

    /** Everything about one message. */
    static List<String> details(WaMessage message) {
        Table table = new Table(2);
        table.row("chat", Plain.cell(message.chat()));
        table.row("id", Plain.cell(message.key().id()));
        table.row("from", Plain.cell(sender(message)));
        message.pushName().ifPresent(name -> table.row("name", Plain.name(name)));
        table.row("sent", time(message));
        table.row("kind", kind(message.kind()));
        message.text().ifPresent(text -> table.row("text", Plain.name(text)));
        message.originalText().ifPresent(text -> table.row("before", Plain.name(text)));
        message.editedAt().ifPresent(at -> table.row("edited", at.toString()));
        message.revocation().ifPresent(revocation -> {
            table.row("taken back by", Plain.cell(revocation.by().orElse("somebody")));
            revocation.time().ifPresent(at -> table.row("taken back", at.toString()));
        });
        message.quotedId().ifPresent(id -> table.row("answers", Plain.cell(id)));
        message.media().ifPresent(media -> {
            media.mimetype().ifPresent(type -> table.row("type", Plain.name(type)));
            media.fileName().ifPresent(name -> table.row("file", Plain.name(name)));
            media.fileLength().ifPresent(size -> table.row("bytes", Numbers.grouped(size)));
        });
        message.status().ifPresent(status -> table.row("status", status.name().toLowerCase(Locale.ROOT)));
        for (Reaction reaction : message.reactions()) {
            table.row(
                    "reaction",
                    Plain.name(reaction.text()) + " "
                            + Plain.cell(reaction.author().orElse("me")));
        }
        if (!message.receipts().isEmpty()) {
            table.row("receipts", Numbers.grouped(message.receipts().size()));
        }
        message.expiry().ifPresent(end -> table.row("disappears", end.toString()));
        return table.lines();
    }

    private static String time(WaMessage message) {
        return message.time().map(Object::toString).orElse("-");
    }

    private static String sender(WaMessage message) {
        return message.key().fromMe() ? "me" : message.sender().orElse("-");
    }

    private static String what(WaMessage message) {
        String words = message.text().map(Plain::name).orElse("");
        boolean plain = message.kind() == MessageKind.TEXT && !words.isEmpty();
        return plain ? words : ("[" + kind(message.kind()) + "] " + words).strip();
    }

    private static String kind(MessageKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
