package dev.pawl.message;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Puts messages into a draft, with the rows that follow from them: each at its place and with its words, and the row that
 * says when it disappears.
 *
 * @param draft what they go into
 */
record MessageDraft(Draft draft) {

    /** Where it stands when a message disappears. */
    static Key timer(Key message) {
        return Key.of(Family.EXPIRY, message.partition() + "|" + message.id());
    }

    /**
     * Puts a message.
     *
     * @param before what it was
     * @param timeless the order that it has when it does not say one
     */
    void put(Key key, Optional<JsonObject> before, JsonObject row, long timeless) {
        WaMessage view = WaMessage.of(row);
        String text = view.text().orElse("");
        Facets facets = text.isEmpty() ? Facets.NONE : new Facets(false, false, false, text);
        draft.put(key, row, MessageTimes.place(row).orElse(timeless), facets);
        moveTimer(timer(key), before.flatMap(MessageDraft::expiry), view.expiry());
    }

    /** Removes a message. */
    void delete(Key key, JsonObject before) {
        moveTimer(timer(key), expiry(before), Optional.empty());
        draft.delete(key);
        SecondAuthors.mark(key).ifPresent(draft::delete);
    }

    /**
     * Makes a message one that stands in two rows.
     *
     * @return what follows for other messages
     */
    List<Act> unite(Key stays, Key goes, Aliases aliases) {
        JsonObject stored = draft.object(stays).orElseThrow();
        JsonObject other = draft.object(goes).orElseThrow();
        Outcome outcome = TwinRules.united(stored, other, aliases);
        JsonObject row = outcome.row().orElse(stored);
        long earlier = Math.min(draft.order(stays), draft.order(goes));
        if (row != stored || MessageTimes.place(row).orElse(earlier) != draft.order(stays)) {
            put(stays, Optional.of(stored), row, earlier);
        }
        delete(goes, other);
        return outcome.follows();
    }

    private static Optional<Instant> expiry(JsonObject row) {
        return WaMessage.of(row).expiry();
    }

    /** Has a message disappear at another time, or never; what the message says of the row of it spares reading that. */
    private void moveTimer(Key timer, Optional<Instant> from, Optional<Instant> to) {
        if (from.equals(to)) {
            return;
        }
        draft.know(
                timer,
                from.map(at -> new Draft.Known(Optional.of(JsonObject.EMPTY), at.getEpochSecond()))
                        .orElse(Draft.Known.ABSENT));
        if (to.isPresent()) {
            draft.put(timer, JsonObject.EMPTY, to.get().getEpochSecond(), Facets.NONE);
        } else {
            draft.delete(timer);
        }
    }
}
