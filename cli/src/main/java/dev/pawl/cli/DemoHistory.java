package dev.pawl.cli;

import dev.pawl.backend.Locator;
import dev.pawl.backend.Page;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.message.ChatFilter;
import dev.pawl.message.ChatView;
import dev.pawl.message.Ingested;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageCursor;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The part of the demonstration that is about messages: events that real Baileys gave, replayed into a history.
 *
 * @param store the history
 * @param events how many events there were
 * @param rows how many rows they made
 * @param chats the chats that came of them
 * @param messages the newest messages of the first chat
 */
record DemoHistory(Locator store, long events, long rows, List<ChatView> chats, List<WaMessage> messages) {

    private static final String RECORDED = "events/talk.jsonl";
    private static final int SHOWN = 10;

    /** Replays the recorded events into a store that is made by that. */
    static DemoHistory in(Locator locator, Resources resources) {
        Store store = resources.own(Store.writing(locator));
        MessageStore history = resources.own(MessageStore.open(store.backend(), store.session()));
        long events = 0;
        long rows = 0;
        try (InputStream recorded = DemoHistory.class.getResourceAsStream(RECORDED)) {
            if (recorded == null) {
                throw new IOException("this build of pawl comes without the recorded events");
            }
            try (EventLines lines = new EventLines(recorded)) {
                Optional<EventLines.Chunk> next = lines.next();
                while (next.isPresent()) {
                    Ingested ingested = history.ingest(next.get().events());
                    events += next.get().events().size();
                    rows += ingested.rows();
                    next = lines.next();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the recorded events", e);
        }
        List<ChatView> chats =
                history.chats(ChatFilter.ANY, Optional.empty(), SHOWN).items();
        Page<WaMessage, PageCursor> page = history.messages(
                chats.stream().map(ChatView::jid).findFirst().orElse(""),
                PageRequest.newest().limit(SHOWN));
        return new DemoHistory(locator, events, rows, chats, page.items());
    }

    /** The chats, a line each. */
    List<String> chatLines() {
        Table table = new Table(2);
        for (ChatView chat : chats) {
            table.row(
                    Plain.cell(chat.jid()),
                    chat.lastActivity().map(Object::toString).orElse("-"));
        }
        return table.lines();
    }

    JsonObject json() {
        return JsonObject.builder()
                .put("store", store.toString())
                .put("events", events)
                .put("rows", rows)
                .put(
                        "chats",
                        JsonArray.copyOf(chats.stream()
                                .map(chat -> new JsonString(chat.jid()))
                                .toList()))
                .put("messages", messages.size())
                .build();
    }
}
