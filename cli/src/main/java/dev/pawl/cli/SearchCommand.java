package dev.pawl.cli;

import dev.pawl.backend.Page;
import dev.pawl.message.MessageStore;
import dev.pawl.message.WaMessage;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl search LOC TEXT}. */
@Command(
        name = "search",
        description = {
            "Finds messages that have all of these words in their text or caption, newest first. Case and accents do not"
                    + " count. With --json each is one line, as it is stored.",
            "",
            "When there are more than --limit, a line \"next-cursor: C\" on standard error says where --after-cursor goes"
                    + " on. A store without an index of words reads the newest 100,000 messages. sqlite: and postgresql: stores have"
                    + " one when the option search=on was given once, as in \"pawl ingest sqlite:history.db?search=on\"."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl search sqlite:history.db 'harbour cafe'",
            "  pawl search --json --chat 120363021234567890@g.us --limit 10 sqlite:history.db invoice"
        })
final class SearchCommand extends HistoryCommand {

    private static final int MOST_AT_ONCE = 1_000;

    @Parameters(index = "1", paramLabel = "TEXT", description = "The words.")
    private String text = "";

    @Option(names = "--chat", paramLabel = "JID", description = "Only in this chat.")
    private Optional<String> chat = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", description = "The most messages to show. Without it all are shown.")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--after-cursor", paramLabel = "C", description = "Goes on where the page before ended.")
    private Optional<String> cursor = Optional.empty();

    SearchCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        requireLimit(limit);
        Store store = resources.own(Store.reading(locator()));
        Optional<String> next;
        try (ProgressBar bar = new ProgressBar(streams())) {
            next = find(reading(store.shown(bar, "searching, read"), resources), bar);
        }
        sayNext(next);
        store.notIndexed()
                .filter(waiting -> waiting > 0)
                .ifPresent(waiting -> streams()
                        .say("not searched yet: " + Numbers.of(waiting, "change") + " that wait for the index"));
        return ExitStatus.DONE;
    }

    /** Prints what is found, and returns where it goes on. */
    private Optional<String> find(MessageStore history, ProgressBar bar) {
        int left = requireLimit(limit);
        Optional<String> next = cursor;
        do {
            Optional<String> from = next;
            int most = Math.min(left, MOST_AT_ONCE);
            Page<WaMessage, String> page = checked(() -> history.search(text, chat, from, most));
            bar.clear();
            if (json()) {
                page.items().forEach(message -> print(message.bytes(), message.json()));
            } else {
                MessageText.found(page.items()).forEach(streams()::line);
            }
            left -= page.items().size();
            next = page.next();
        } while (left > 0 && next.isPresent());
        return next;
    }
}
