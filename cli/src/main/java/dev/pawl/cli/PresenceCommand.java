package dev.pawl.cli;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import dev.pawl.message.PresenceView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pawl presence LOC JID}. */
@Command(
        name = "presence",
        description = {
            "Shows what people in a chat were doing in the last 300 seconds, the latest first.",
            "",
            "With --json each is one line: {\"participant\":…,\"observed\":…,\"presence\":…}, the time in seconds."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl presence sqlite:history.db 6281111111111@s.whatsapp.net"})
final class PresenceCommand extends HistoryCommand {

    private static final int COLUMNS = 3;

    @Parameters(index = "1", paramLabel = "JID", description = "The chat.")
    private String chat = "";

    PresenceCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Table table = new Table(COLUMNS);
        for (PresenceView presence : reading(resources).presence(chat)) {
            if (json()) {
                streams()
                        .json(JsonObject.builder()
                                .put("participant", presence.participant())
                                .put("observed", presence.observed().getEpochSecond())
                                .put("presence", presence.json())
                                .build());
            } else {
                String doing =
                        ProtoJson.text(presence.json(), "lastKnownPresence").orElse("-");
                table.row(
                        Plain.cell(presence.participant()), presence.observed().toString(), Plain.cell(doing));
            }
        }
        table.lines().forEach(streams()::line);
        return ExitStatus.DONE;
    }
}
