package dev.pawl.message;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.event.Event;
import dev.pawl.event.Keyed;
import dev.pawl.event.MessageKey;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Makes one of the messages that came under both addresses of a conversation before it was known that they are one:
 * rule A8 of {@code docs/message-rules.md}. What stands under one address alone stays where it is.
 *
 * <p>Goes over the rows under the phone number in bounded steps, each a commit; the chat says that it is under way until
 * the last one, so that a crash in between leaves it to be done again.
 */
final class PartitionMerge {

    private static final int STEP = 500;

    private final MessageRows rows;
    private final Aliases aliases;

    PartitionMerge(MessageRows rows, Aliases aliases) {
        this.rows = rows;
        this.aliases = aliases;
    }

    /**
     * Does all of it for one chat.
     *
     * @param chat the row of the chat, which says that it is to be done
     * @param committing commits what a step puts into a draft
     */
    void run(Key chat, String phoneNumber, Consumer<Draft> committing) {
        Scan all = Scan.of(Family.MESSAGE).in(phoneNumber).limit(STEP).withoutValues();
        Optional<Scan> next = Optional.of(all);
        while (next.isPresent()) {
            Page<Row, Position> page = rows.scan(next.get());
            Draft draft = new Draft(rows);
            mergeSome(page.items(), chat.id(), draft);
            committing.accept(draft);
            next = page.next().map(all::after);
        }
        Draft done = new Draft(rows);
        done.object(chat).ifPresent(json -> {
            JsonObject merged = ChatRules.merged(json);
            done.put(chat, merged, ChatRules.order(merged), ChatRules.facets(merged));
        });
        committing.accept(done);
    }

    private void mergeSome(List<Row> some, String lid, Draft draft) {
        Map<Key, Key> others = new LinkedHashMap<>();
        some.forEach(row ->
                others.put(row.key(), new Key(Family.MESSAGE, lid, row.key().id())));
        List<Key> twice = new ArrayList<>();
        Map<Key, Row> found = rows.get(others.values());
        others.forEach((own, other) -> {
            if (found.containsKey(other)) {
                twice.add(own);
            }
        });
        List<Key> needs = new ArrayList<>();
        for (Key own : twice) {
            Key into = new Key(Family.MESSAGE, lid, own.id());
            needs.addAll(List.of(own, into, MessageMerge.timer(own), MessageMerge.timer(into)));
        }
        draft.read(needs);
        for (Key own : twice) {
            Key into = new Key(Family.MESSAGE, lid, own.id());
            draft.object(own).ifPresent(json -> mergeOne(own, json, into, draft));
        }
    }

    private void mergeOne(Key own, JsonObject json, Key into, Draft draft) {
        for (Act arrival : Acts.of(inHistory(json))) {
            MessageRules.apply(draft.object(into), arrival, aliases, Optional.empty())
                    .row()
                    .ifPresent(merged -> put(into, merged, draft));
        }
        draft.delete(own);
        draft.delete(MessageMerge.timer(own));
    }

    /** As a message in a history: it does nothing to others. */
    private static Event inHistory(JsonObject json) {
        return new Event.HistorySet(
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new Keyed(MessageKey.ofMessage(json), json)),
                List.of());
    }

    private static void put(Key into, JsonObject merged, Draft draft) {
        long order = MessageTimes.of(merged).orElse(draft.order(into));
        WaMessage view = WaMessage.of(merged);
        draft.put(
                into, merged, order, new Facets(false, false, false, view.text().orElse("")));
        Key timer = MessageMerge.timer(into);
        view.expiry()
                .ifPresentOrElse(
                        at -> draft.put(timer, JsonObject.EMPTY, at.getEpochSecond(), Facets.NONE),
                        () -> draft.delete(timer));
    }
}
