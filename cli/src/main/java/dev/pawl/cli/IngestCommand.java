package dev.pawl.cli;

import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.message.Ingested;
import dev.pawl.message.MessageStore;
import dev.pawl.message.SetAside;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pawl ingest LOC}. */
@Command(
        name = "ingest",
        description = {
            "Reads Baileys events from standard input, one {\"event\":…,\"data\":…} a line with bytes in BufferJSON form,"
                    + " and merges them into the history. Ends with {\"events\":…,\"rows\":…,\"seconds\":…}.",
            "",
            "A line that is no event stops it; everything before it is stored. What is an event but cannot be applied is"
                    + " set aside in the store and told on standard error. Events that are known change nothing, so after"
                    + " an interruption the same stream is given again."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  node bot.js | pawl ingest sqlite:history.db",
            "  pawl ingest --skip-invalid sqlite:history.db < events"
        })
final class IngestCommand extends HistoryCommand {

    /** How many events that were set aside are named one by one. */
    private static final int NAMED = 20;

    private static final double NANOS = 1e9;

    @Option(names = "--skip-invalid", description = "Goes on behind a line that is no event, and names it.")
    private boolean skipInvalid = false;

    @Mixin
    private TakeOver takeOver = new TakeOver();

    private long events;
    private long rows;
    private long aside;
    private long dropped;

    IngestCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Store store = resources.own(Store.writing(locator()));
        MessageStore history = writing(store, resources, takeOver);
        long begin = System.nanoTime();
        Optional<String> stopped;
        try {
            stopped = storeAll(history, resources.own(new EventLines(streams().in())));
        } finally {
            // Also of what is interrupted it is said how much is stored.
            tell(System.nanoTime() - begin);
        }
        stopped.ifPresent(
                line -> streams().say("INVALID_EVENT " + Plain.line(line) + "; what came before it is stored"));
        return stopped.isPresent() ? ExitStatus.PROBLEM : ExitStatus.DONE;
    }

    /** Stores events up to the end, or to the line that is returned because it is none. */
    private Optional<String> storeAll(MessageStore history, EventLines lines) {
        Optional<String> stopped = Optional.empty();
        try (ProgressBar bar = new ProgressBar(streams())) {
            Optional<EventLines.Chunk> next = lines.next();
            while (next.isPresent() && stopped.isEmpty()) {
                EventLines.Chunk chunk = next.get();
                store(history, chunk, bar);
                if (chunk.invalid().isPresent() && skipInvalid) {
                    bar.clear();
                    streams().say("skipped " + Plain.line(chunk.invalid().get()));
                } else {
                    stopped = chunk.invalid();
                }
                bar.show("ingesting", events, 0);
                next = stopped.isEmpty() ? lines.next() : Optional.empty();
            }
            awaitSearch(history, bar);
        }
        return stopped;
    }

    private void tell(long nanos) {
        if (aside > NAMED) {
            streams().say("set aside: " + Numbers.grouped(aside - NAMED) + " more");
        }
        if (dropped > 0) {
            streams()
                    .say("dropped: " + Numbers.grouped(dropped) + " that could not be applied, or not yet, and are more"
                            + " than is kept; \"pawl verify\" shows the counts");
        }
        double seconds = nanos / NANOS;
        streams()
                .json(JsonObject.builder()
                        .put("events", events)
                        .put("rows", rows)
                        .put("seconds", JsonNumber.parse(String.format(Locale.ROOT, "%.3f", seconds)))
                        .build());
        streams().flush();
    }

    /** What was stored is found when this has ended, and what was stored before search was switched on. */
    private static void awaitSearch(MessageStore history, ProgressBar bar) {
        long begin = System.nanoTime();
        try {
            while (!history.awaitSearch(Duration.ofMillis(100))) {
                bar.show("indexing, seconds", (long) ((System.nanoTime() - begin) / NANOS), 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void store(MessageStore history, EventLines.Chunk chunk, ProgressBar bar) {
        if (chunk.events().isEmpty()) {
            return;
        }
        Ingested ingested = history.ingest(chunk.events());
        events += chunk.events().size();
        rows += ingested.rows();
        dropped += ingested.dropped();
        name(ingested.setAside(), bar);
    }

    private void name(List<SetAside> events, ProgressBar bar) {
        for (SetAside event : events) {
            aside++;
            if (aside <= NAMED) {
                bar.clear();
                streams()
                        .say(Plain.line("set aside (" + event.reason() + "): "
                                + event.event().name() + ": " + event.problem()));
            }
        }
    }
}
