package dev.pawl.message;

import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.RawEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries events again that were set aside, in one turn of the writer.
 *
 * <p>A row goes in the commit that its events make. What fails again, or still waits, stays as it was.
 */
final class AsideRetry {

    private static final Logger LOG = LoggerFactory.getLogger(AsideRetry.class);

    /** Reasons of what a message does to another one, or an update: the message itself was stored when it came. */
    private static final Set<String> OF_ANOTHER = Set.of(Aside.EARLY, Aside.NOT_THE_AUTHOR);

    private final MessageWriter writer;
    private final SetAsideRows rows;

    AsideRetry(MessageWriter writer, MessageRows rows) {
        this.writer = writer;
        this.rows = new SetAsideRows(rows);
    }

    /** Tries these, and tells how many went well. */
    int all(List<String> ids) {
        int well = 0;
        for (String id : ids) {
            well += rows.find(id).map(this::one).orElse(0);
        }
        return well;
    }

    private int one(SetAsideRows.Kept kept) {
        List<Event> events = new ArrayList<>();
        for (RawEvent raw : kept.events()) {
            try {
                events.add(Event.of(raw));
            } catch (InvalidEventException e) {
                return 0;
            }
        }
        try {
            return apply(kept, events);
        } catch (UnsupportedException | IllegalArgumentException e) {
            LOG.debug("what was set aside in {} is refused again", kept.key().partition(), e);
            return 0;
        }
    }

    private int apply(SetAsideRows.Kept kept, List<Event> events) {
        writer.learn(events);
        // of a whole chat the messages go in steps, and the event itself is about the chat's row only
        events.forEach(event -> MessageWriter.wholeChat(event).ifPresent(writer.removal()::empty));
        String reason = kept.key().partition();
        boolean stored = events.stream().allMatch(event -> wasStored(reason, event));
        int[] left = {0};
        Optional<MessageWriter.Stored> done =
                writer.storeOnce(stored ? List.of() : events, draft -> draft.delete(kept.key()), merge -> {
                    if (stored) {
                        merge.again(kept.events());
                    }
                    if (!merge.dropped().events().isEmpty()) {
                        throw new UnsupportedException("there is no room to set it aside for another reason");
                    }
                    left[0] = merge.aside(kept.key());
                });
        return done.isPresent() ? events.size() - left[0] : 0;
    }

    /** Whether the message of an event was stored when it came: where it is gone now, it was deleted and stays so. */
    private boolean wasStored(String reason, Event event) {
        if (OF_ANOTHER.contains(reason)) {
            return true;
        }
        List<Act> acts = reason.equals(Aside.NO_IDENTITY) ? Acts.of(event) : List.of();
        return acts.size() > 1 && hasPlace(acts.get(0));
    }

    private boolean hasPlace(Act arrival) {
        try {
            return !new MessagePlaces(arrival.target(), writer.aliases())
                    .candidates()
                    .isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
