package dev.pawl.cli;

import dev.pawl.backend.Page;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageCursor;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl messages LOC JID}. */
@Command(
        name = "messages",
        description = {
            "Shows a page of the messages of a chat, newest first. With --json each is one line, as it is stored.",
            "",
            "When there are more, a line \"next-cursor: C\" on standard error says where --after-cursor goes on. A chat has"
                    + " the same messages under phone number and LID."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl messages sqlite:history.db 6281111111111@s.whatsapp.net",
            "  pawl messages --json --limit 1000 --before 1760000000 sqlite:history.db 120363021234567890@g.us"
        })
final class MessagesCommand extends HistoryCommand {

    @Parameters(index = "1", paramLabel = "JID", description = "The chat.")
    private String chat = "";

    @Option(names = "--limit", paramLabel = "N", description = "The most messages to show, 100 unless said otherwise.")
    private int limit = DEFAULT_LIMIT;

    @Option(
            names = "--before",
            paramLabel = "SECONDS",
            description = "Only what was sent before this second since 1970.")
    private Optional<Long> before = Optional.empty();

    @Option(names = "--after-cursor", paramLabel = "C", description = "Goes on where the page before ended.")
    private Optional<String> cursor = Optional.empty();

    MessagesCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        PageRequest request = request();
        MessageStore history = reading(resources);
        Optional<PageCursor> next = Optional.empty();
        int left = request.limit();
        do {
            // A store may cut a page by its size; the limit is what was asked for.
            PageRequest rest = next.map(request::after).orElse(request).limit(left);
            Page<WaMessage, PageCursor> page = history.messages(chat, rest);
            if (json()) {
                page.items().forEach(message -> print(message.bytes(), message.json()));
            } else {
                MessageText.lines(page.items()).forEach(streams()::line);
            }
            left -= page.items().size();
            next = page.next();
        } while (left > 0 && next.isPresent());
        sayNext(next.map(PageCursor::text));
        return ExitStatus.DONE;
    }

    private PageRequest request() {
        PageRequest request = PageRequest.newest().limit(requireLimit(limit));
        if (cursor.isPresent()) {
            request = request.after(checked(() -> PageCursor.parse(cursor.get())));
        }
        return before.isPresent() ? request.before(second(before.get())) : request;
    }

    private static Instant second(long seconds) {
        try {
            return Instant.ofEpochSecond(seconds);
        } catch (DateTimeException e) {
            throw Failure.usage("--before takes seconds since 1970, not " + seconds);
        }
    }
}
