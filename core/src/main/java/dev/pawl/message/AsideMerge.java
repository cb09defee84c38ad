package dev.pawl.message;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Key;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Puts what cannot be applied into a draft as long as there is room, and counts what is not kept: W1, W2 and W4 of {@code
 * docs/message-rules.md}.
 */
final class AsideMerge {

    private final Draft draft;
    private final Owned owned;
    private final Instant now;
    private final List<SetAside> aside = new ArrayList<>();
    private final List<SetAside> notKept = new ArrayList<>();

    /** What this draft sets aside that no commit put yet. */
    private int rows;

    private long bytes;

    /** Of how many messages the waiting parts go. */
    private int givenUp;

    /**
     * For one draft.
     *
     * @param now when the events arrive
     */
    AsideMerge(Draft draft, Owned owned, Instant now) {
        this.draft = draft;
        this.owned = owned;
        this.now = now;
    }

    /** What was set aside. */
    List<SetAside> aside() {
        return aside;
    }

    /** What is kept nowhere. */
    Dropped dropped() {
        return new Dropped(notKept, givenUp);
    }

    /** Sets an event aside, where it may stand already. When there is no room for it, it is counted. */
    void put(String reason, String problem, RawEvent event) {
        Key key = Aside.place(reason, event);
        SetAside one = new SetAside(reason + "/" + key.id(), reason, problem, now, event);
        if (draft.value(key).isEmpty()) {
            JsonObject value = Aside.value(reason, problem, event);
            int size = value.toBytes().size();
            if (!owned.asideRoom().takes(key, size, rows, bytes)) {
                notKept.add(one);
                count(reason, 1);
                return;
            }
            rows++;
            bytes += size;
            long first = draft.order(key) > 0 ? draft.order(key) : now.getEpochSecond();
            draft.put(key, value, first, Facets.NONE);
        }
        aside.add(one);
    }

    /**
     * Has the parts go that waited for too long, or are too many.
     *
     * @param waiting where this draft has put parts, some of which may have been done since
     */
    void makeRoom(Collection<Key> waiting) {
        for (Key key : owned.early().surplus(now.getEpochSecond(), draft, waiting)) {
            // what it holds is not read: it goes
            draft.know(key, new Draft.Known(Optional.of(JsonObject.EMPTY), 0));
            draft.delete(key);
            givenUp++;
        }
        count(Aside.EARLY, givenUp);
    }

    /** Adds to the count of what is not kept. */
    private void count(String reason, int more) {
        if (more > 0) {
            Key key = Aside.dropped(reason);
            long count = Aside.dropped(draft.object(key)) + more;
            draft.put(
                    key, JsonObject.EMPTY.with(Aside.DROPPED, JsonNumber.of(count)), now.getEpochSecond(), Facets.NONE);
        }
    }
}
