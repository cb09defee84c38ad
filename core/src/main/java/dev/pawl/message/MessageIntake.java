package dev.pawl.message;

import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.RawEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Takes events as they come from a source into the store of a {@link MessageWriter}, one commit a call. */
final class MessageIntake implements Intake {

    private final MessageWriter writer;

    /** What the last call would have taken, when nobody knows whether it did. */
    private Optional<Uncertain> uncertain = Optional.empty();

    private record Uncertain(Doubt doubt, Taken taken) {}

    /** An event that is none, or an item of one. */
    private record Poison(RawEvent event, String reason, String problem) {}

    /** What is in the first events of those that are to be taken. */
    private static final class Pieces {
        private final List<Event> events = new ArrayList<>();
        private final List<Poison> poison = new ArrayList<>();

        void add(RawEvent raw) {
            Optional<InvalidEventException> wrong = addWhole(raw);
            if (wrong.isEmpty()) {
                return;
            }
            List<RawEvent> parts = raw.split();
            for (RawEvent part : parts) {
                Optional<InvalidEventException> wrongPart = parts.size() == 1 ? wrong : addWhole(part);
                wrongPart.ifPresent(e -> poison.add(new Poison(part, reason(e), String.valueOf(e.getMessage()))));
            }
        }

        private Optional<InvalidEventException> addWhole(RawEvent raw) {
            try {
                events.add(Event.of(raw));
                return Optional.empty();
            } catch (InvalidEventException e) {
                return Optional.of(e);
            }
        }

        private static String reason(InvalidEventException e) {
            return switch (e.reason()) {
                case UNREADABLE -> "unreadable";
                case NO_IDENTITY -> Aside.NO_IDENTITY;
            };
        }
    }

    MessageIntake(MessageWriter writer) {
        this.writer = writer;
    }

    @Override
    public Taken take(List<RawEvent> events) {
        uncertain = Optional.empty();
        return writer.inTurn(() -> takeSome(events));
    }

    private Taken takeSome(List<RawEvent> events) {
        List<RawEvent> todo = events;
        int count = todo.size();
        while (true) {
            Pieces pieces = new Pieces();
            int taken = 0;
            while (taken < count) {
                Pieces more = new Pieces();
                more.add(todo.get(taken));
                Optional<String> emptied = emptied(more);
                if (emptied.isPresent() && taken > 0) {
                    break;
                }
                emptied.ifPresent(writer.removal()::empty);
                pieces.events.addAll(more.events);
                pieces.poison.addAll(more.poison);
                taken++;
            }
            List<RawEvent> rest = todo.subList(taken, todo.size());
            Optional<Taken> done = store(pieces, rest);
            if (done.isPresent()) {
                return done.get();
            }
            count = taken / 2;
            if (count == 0) {
                todo = parts(todo);
                count = (todo.size() - rest.size()) / 2;
            }
        }
    }

    private static Optional<String> emptied(Pieces pieces) {
        return pieces.events.stream()
                .filter(Event.MessagesDelete.class::isInstance)
                .flatMap(event -> ((Event.MessagesDelete) event).wholeChat().stream())
                .findFirst();
    }

    private static List<RawEvent> parts(List<RawEvent> events) {
        List<RawEvent> parts = new ArrayList<>(events.get(0).split());
        if (parts.size() < 2) {
            throw new UnsupportedException("one item of an event is more than this backend takes at once");
        }
        parts.addAll(events.subList(1, events.size()));
        return parts;
    }

    private Optional<Taken> store(Pieces pieces, List<RawEvent> rest) {
        AtomicReference<Taken> taken = new AtomicReference<>(new Taken(rest, List.of()));
        // may commit pairs by themselves: a doubt about that is none about the events
        writer.learn(pieces.events);
        try {
            return writer.storeOnce(pieces.events, draft -> {}, merge -> {
                        pieces.poison.forEach(each -> merge.putAside(each.reason(), each.problem(), each.event()));
                        taken.set(new Taken(rest, merge.aside(), 0, merge.dropped()));
                    })
                    .map(stored -> taken.get().changed(stored.changed()));
        } catch (InDoubtException e) {
            uncertain =
                    writer.doubt().map(doubt -> new Uncertain(doubt, taken.get().changed(doubt.changed())));
            throw e;
        }
    }

    @Override
    public Optional<Taken> settle() {
        return writer.inTurn(
                () -> uncertain.filter(one -> one.doubt().applied()).map(Uncertain::taken));
    }

    @Override
    public Optional<SetAside> putAside(RawEvent event, String reason, String problem) {
        return writer.inTurn(() -> {
            MessageWriter.Stored stored = writer.storeOnce(
                            List.of(), draft -> {}, merge -> merge.putAside(reason, problem, event))
                    .orElseThrow(() -> new UnsupportedException(
                            "an event that is put aside is more than this backend takes at once"));
            return stored.aside().stream().findFirst();
        });
    }

    /** Helps the index with what it does not have yet, and takes as long as that takes. */
    @Override
    public boolean awaitFound(long nanos) {
        return writer.awaitFound(Duration.ofNanos(nanos));
    }
}
