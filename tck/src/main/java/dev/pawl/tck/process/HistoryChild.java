package dev.pawl.tck.process;

import dev.pawl.Pawl;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.message.Binding;
import dev.pawl.message.BindingOptions;
import dev.pawl.message.MessageStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Another process that takes a {@link HistoryStream} into a store, and says how far it has come. */
public final class HistoryChild {

    /** How events go in. */
    public enum Way {
        /** By {@link MessageStore#apply}. */
        APPLY,
        /** By {@link MessageStore#ingest}. */
        INGEST,
        /** By {@link MessageStore#bind}. */
        BIND
    }

    private static final String AT = "at ";

    /** So that there are many commits. */
    static final BindingOptions FEW = new BindingOptions(
            50, 20, Duration.ZERO, Duration.ofMillis(10), Duration.ofMillis(200), BindingOptions.Problem::log);

    /** What it says when it has stored them all. */
    public static final String DONE = "done";

    private HistoryChild() {}

    /** An order to take in a stream from this event on. */
    public static String order(String locator, HistoryStream stream, int from, Way way) {
        return String.join("\t", locator, "" + stream.seed(), "" + stream.times(), "" + from, way.name());
    }

    /** How many events are stored for sure, as it said last; this many when it said nothing. */
    public static int reached(List<String> lines, int before) {
        int reached = before;
        for (String line : lines) {
            reached = line.startsWith(AT) ? Integer.parseInt(line.substring(AT.length())) : reached;
        }
        return reached;
    }

    /**
     * Warms up, and carries out one order.
     *
     * @param arguments the locator of a store that is warmed up with, and belongs to this process alone
     */
    public static void main(String[] arguments) throws Exception {
        try (Pawl pawl = Pawl.open(arguments[0])) {
            MessageStore store = open(pawl);
            for (RawEvent event : new HistoryStream(0, 1).events()) {
                store.apply(List.of(Event.of(event)));
            }
        }
        say("ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String[] order = String.valueOf(orders.readLine()).split("\t");
        HistoryStream stream = new HistoryStream(Long.parseLong(order[1]), Integer.parseInt(order[2]));
        List<RawEvent> events = stream.events();
        int from = Integer.parseInt(order[3]);
        try (Pawl pawl = Pawl.open(order[0])) {
            MessageStore store = open(pawl);
            Way way = Way.valueOf(order[4]);
            if (way == Way.BIND) {
                bind(store, events, from);
            } else {
                store(store, events, from, way);
            }
            say(DONE);
        }
    }

    private static MessageStore open(Pawl pawl) {
        return pawl.messages(HistoryStream.SESSION.name());
    }

    /** In one piece, so that no kill leaves half a line. */
    private static void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    private static void store(MessageStore store, List<RawEvent> events, int from, Way way) {
        Random random = new Random(from);
        int done = from;
        while (done < events.size()) {
            int end = Math.min(events.size(), done + 1 + random.nextInt(30));
            List<RawEvent> some = events.subList(done, end);
            if (way == Way.APPLY) {
                store.apply(some.stream().map(Event::of).toList());
            } else {
                store.ingest(some);
            }
            done = end;
            say(AT + done);
        }
    }

    private static void bind(MessageStore store, List<RawEvent> events, int from) throws InterruptedException {
        Feed feed = new Feed(events, from);
        try (Binding binding = store.bind(feed, FEW)) {
            int done = from;
            while (done < events.size()) {
                int given = feed.given();
                if (!binding.flush(Duration.ofMinutes(1))) {
                    throw new IllegalStateException("events are not stored within a minute");
                }
                if (given > done) {
                    done = given;
                    say(AT + done);
                }
            }
        }
    }
}
