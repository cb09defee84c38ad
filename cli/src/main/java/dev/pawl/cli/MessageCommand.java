package dev.pawl.cli;

import dev.pawl.event.MessageKey;
import dev.pawl.message.MessageStore;
import dev.pawl.message.WaMessage;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl message LOC JID ID}. */
@Command(
        name = "message",
        description = {
            "Shows one message. With --json it is printed as it is stored.",
            "",
            "In a group two people can use one id: --participant says whose is meant, otherwise it is the first."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl message sqlite:history.db 6281111111111@s.whatsapp.net 3EB0A1B2C3",
            "  pawl message --json --from-me sqlite:history.db 120363021234567890@g.us 3EB0A1B2C3"
        })
final class MessageCommand extends HistoryCommand {

    @Parameters(index = "1", paramLabel = "JID", description = "The chat.")
    private String chat = "";

    @Parameters(index = "2", paramLabel = "ID", description = "The id of the message.")
    private String id = "";

    @Option(names = "--from-me", description = "The message is ours.")
    private boolean fromMe = false;

    @Option(names = "--participant", paramLabel = "JID", description = "Who wrote it, in a group.")
    private Optional<String> participant = Optional.empty();

    MessageCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        MessageKey bare = checked(() -> MessageKey.of(chat, id, fromMe));
        MessageKey key = participant.map(bare::withParticipant).orElse(bare);
        MessageStore history = reading(resources);
        WaMessage message = checked(() -> history.message(key))
                .orElseThrow(() -> Failure.notFound(
                        Plain.line(locator().toString()),
                        "no message " + Plain.name(id) + (fromMe ? " of ours" : "") + " in " + Plain.name(chat)));
        if (json()) {
            print(message.bytes(), message.json());
        } else {
            MessageText.details(message).forEach(streams()::line);
        }
        return ExitStatus.DONE;
    }
}
