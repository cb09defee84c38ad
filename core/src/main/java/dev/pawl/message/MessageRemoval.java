package dev.pawl.message;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.event.Event;
import dev.pawl.event.MessageKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes messages of the history of a session, with what belongs to them, in the turns of its writer.
 *
 * <p><b>Thread-safety.</b> Safe; removals take turns with everything else that is written.
 */
final class MessageRemoval {

    /** So many rows go in one step where nothing else says how many. */
    private static final int SOME = 1000;

    private final MessageWriter writer;
    private final MessageRows rows;
    private final Owned owned;
    private final InstantSource clock;

    MessageRemoval(MessageWriter writer, MessageRows rows, Owned owned, InstantSource clock) {
        this.writer = writer;
        this.rows = rows;
        this.owned = owned;
        this.clock = clock;
    }

    /** Removes messages; they need not exist. */
    int delete(List<MessageKey> keys) {
        return writer.inTurn(() -> {
            Draft draft = new Draft(rows);
            int deleted = new EventMerge(draft, owned, clock.instant()).delete(keys);
            Batch batch = draft.batch();
            if (writer.isTooMuch(batch) && keys.size() > 1) {
                int middle = keys.size() / 2;
                return delete(keys.subList(0, middle)) + delete(keys.subList(middle, keys.size()));
            }
            writer.commit(batch);
            owned.keep(draft);
            return deleted;
        });
    }

    /** Removes all messages of a chat with what belongs to them, in bounded steps. In one's turn only. */
    int empty(String chat) {
        Pruning pruning = new Pruning(rows, owned.aliases(), clock.instant(), step -> remove(step.get()));
        long removed = pruning.empty(chat);
        List<String> addresses = owned.aliases().addresses(chat);
        List<Key> others = new ArrayList<>(owned.early().of(addresses));
        // also those on messages that are not there: else a replay would leave them
        others.addAll(pruning.labelsIn(chat));
        for (int from = 0; from < others.size(); from += SOME) {
            remove(others.subList(from, Math.min(others.size(), from + SOME)));
        }
        owned.doubt();
        owned.refresh();
        return (int) removed;
    }

    private void remove(List<Key> keys) {
        writer.commit(new Batch(List.of(), List.of(), keys));
    }

    /** Removes what a retention does not keep; others may write between its steps. */
    long prune(Retention retention) {
        Pruning.Steps steps = step -> writer.inTurn(() -> {
            remove(step.get());
            return 0;
        });
        try (AgeHorizon.Run run = writer.inTurn(owned.ageHorizon()::begin)) {
            Pruning pruning = new Pruning(rows, owned.aliases(), clock.instant(), steps).lookingFrom(run.from());
            long gone = pruning.prune(retention);
            if (retention.chats().isEmpty()) {
                writer.inTurn(() -> {
                    pruning.cutoff(retention).ifPresent(run::reached);
                    return 0;
                });
            }
            return gone;
        }
    }

    /** Removes a chat and all of its messages. */
    void deleteChat(String jid) {
        writer.inTurn(() -> empty(jid) + writer.store(List.of(new Event.ChatsDelete(List.of(jid)))));
    }
}
