package dev.pawl.message;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stores events as they came, all of them: in as few commits as it takes, what cannot be applied put aside.
 *
 * @param intake stores some of them in one commit
 */
record Ingestion(Intake intake) {

    /** Parameters as in {@link MessageStore#ingest}. */
    Ingested all(List<RawEvent> events) {
        List<SetAside> aside = new ArrayList<>();
        long rows = 0;
        long dropped = 0;
        List<RawEvent> rest = List.copyOf(events);
        int most = rest.size();
        while (!rest.isEmpty()) {
            int count = Math.min(most, rest.size());
            List<RawEvent> behind = rest.subList(count, rest.size());
            try {
                Intake.Taken taken = intake.take(rest.subList(0, count));
                aside.addAll(taken.aside());
                rows += taken.changed();
                dropped += taken.dropped().count();
                rest = joined(taken.rest(), behind);
                most = Math.min(events.size(), 2 * most);
            } catch (RuntimeException refused) {
                String problem = problem(refused);
                if (count > 1) {
                    most = count / 2;
                    continue;
                }
                List<RawEvent> parts = rest.get(0).split();
                if (parts.size() > 1) {
                    rest = joined(parts, behind);
                } else {
                    Optional<SetAside> kept = intake.putAside(rest.get(0), "refused", problem);
                    kept.ifPresent(aside::add);
                    dropped += kept.isPresent() ? 0 : 1;
                    rows++;
                    rest = behind;
                }
            }
        }
        return new Ingested(rows, aside, dropped);
    }

    /** What is wrong with an event, without any content; a failure that is not the event's is thrown on. */
    private static String problem(RuntimeException refused) {
        if (refused instanceof UnsupportedException || refused instanceof CorruptDataException) {
            return String.valueOf(refused.getMessage());
        }
        if (refused instanceof StoreException) {
            throw refused;
        }
        return refused.getClass().getName();
    }

    private static List<RawEvent> joined(List<RawEvent> first, List<RawEvent> behind) {
        List<RawEvent> all = new ArrayList<>(first);
        all.addAll(behind);
        return List.copyOf(all);
    }
}
