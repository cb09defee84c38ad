package dev.pawl.cli;

import dev.pawl.json.JsonObject;
import dev.pawl.message.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl prune LOC}. */
@Command(
        name = "prune",
        description = {
            "Removes messages that are not to be kept and prints how many went. Nothing else removes any by itself.",
            "",
            "A message goes when any of the options says so. With none of --older-than and --keep those go whose own timer"
                    + " has run out (disappearing messages); beside them --disappeared asks for that. Messages that do not"
                    + " say when they were sent have no age."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl prune sqlite:history.db --older-than 90d --dry-run",
            "  pawl prune sqlite:history.db --keep 10000 --chat 120363021234567890@g.us"
        })
final class PruneCommand extends HistoryCommand {

    @Option(
            names = "--older-than",
            paramLabel = "DURATION",
            converter = DurationArgument.class,
            description = "Messages older than this go: 90d, 12h, 30m, 45s, or as ISO 8601 has it (P90D).")
    private Optional<Duration> olderThan = Optional.empty();

    @Option(names = "--keep", paramLabel = "N", description = "Of each chat all but the newest N messages go.")
    private Optional<Integer> keep = Optional.empty();

    @Option(names = "--disappeared", description = "Messages whose own timer has run out go.")
    private boolean disappeared = false;

    @Option(
            names = "--chat",
            paramLabel = "JID",
            description = "Only in this chat. Given again, or with more of them behind LOC, in all of these.")
    private Set<String> chats = new LinkedHashSet<>();

    /** An option that took several values would take a LOC behind it for one of them. */
    @Parameters(index = "1..*", hidden = true)
    private List<String> moreChats = new ArrayList<>();

    @Option(names = "--dry-run", description = "Only counts what would go; removes nothing and takes no lease.")
    private boolean dryRun = false;

    @Mixin
    private TakeOver takeOver = new TakeOver();

    PruneCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Retention retention = retention();
        requireHistory();
        Store store = resources.own(dryRun ? Store.reading(locator()) : Store.writing(locator()));
        long messages;
        try (ProgressBar bar = new ProgressBar(streams())) {
            Store shown = store.shown(bar, "pruning, read");
            messages = dryRun
                    ? reading(shown, resources).countToPrune(retention)
                    : writing(shown, resources, takeOver).prune(retention);
            if (!dryRun) {
                store.awaitSearch(bar);
            }
        }
        if (json()) {
            streams()
                    .json(JsonObject.builder()
                            .put("messages", messages)
                            .put("dryRun", dryRun)
                            .build());
        } else {
            streams().line((dryRun ? "would remove " : "removed ") + Numbers.of(messages, "message"));
        }
        return ExitStatus.DONE;
    }

    private Retention retention() {
        if (chats.isEmpty() && !moreChats.isEmpty()) {
            throw Failure.usage("chats are named by --chat");
        }
        Set<String> only = new LinkedHashSet<>(chats);
        only.addAll(moreChats);
        Retention retention = Retention.EVERYTHING.only(only);
        if (olderThan.isPresent()) {
            retention = retention.withoutOlderThan(olderThan.get());
        }
        if (keep.isPresent()) {
            if (keep.get() < 0) {
                throw Failure.usage("--keep is a number of messages, at least 0");
            }
            retention = retention.withNewest(keep.get());
        }
        boolean alone = olderThan.isEmpty() && keep.isEmpty();
        return disappeared || alone ? retention.withoutDisappeared() : retention;
    }
}
