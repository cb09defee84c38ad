package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What goes with a message that is removed: its row under every address of the conversation, the rows of its timer, its
 * labels.
 *
 * <p>Labels are found by listing the labels on messages once, when the first message goes; those that are set later stay.
 *
 * <p><b>Thread-safety.</b> None: it belongs to one removal.
 */
final class MessageTraces {

    private static final String LABELS_ON_MESSAGES = "message";
    private static final char BAR = '|';

    private final MessageRows rows;
    private final Aliases aliases;
    private Optional<Map<String, List<Key>>> labels = Optional.empty();

    MessageTraces(MessageRows rows, Aliases aliases) {
        this.rows = rows;
        this.aliases = aliases;
    }

    /** The id of the row that says when a message disappears. */
    static String expiryId(Key message) {
        return message.partition() + BAR + message.id();
    }

    /** Every row that goes when the message of this row goes. Some of them need not exist. */
    List<Key> of(Key message) {
        List<Key> keys = new ArrayList<>();
        for (String address : aliases.addresses(message.partition())) {
            Key place = new Key(Family.MESSAGE, address, message.id());
            keys.add(place);
            keys.add(Key.of(Family.EXPIRY, expiryId(place)));
            SecondAuthors.mark(place).ifPresent(keys::add);
        }
        Map<String, List<Key>> known = labels.orElseGet(this::readLabels);
        if (!known.isEmpty()) {
            String id = MessageRowId.parse(message.id()).map(MessageRowId::id).orElse(message.id());
            keys.addAll(known.getOrDefault(aliases.canonical(message.partition()) + BAR + id, List.of()));
        }
        return keys;
    }

    /** The rows of all labels on messages of a conversation, whether these messages are there or not. */
    List<Key> labelsIn(String chat) {
        List<Key> keys = new ArrayList<>();
        String prefix = aliases.canonical(chat) + BAR;
        labels.orElseGet(this::readLabels).forEach((where, rowsOfLabels) -> {
            if (where.startsWith(prefix)) {
                keys.addAll(rowsOfLabels);
            }
        });
        return keys;
    }

    private Map<String, List<Key>> readLabels() {
        Map<String, List<Key>> found = new HashMap<>();
        Scan all = Scan.of(Family.LABEL)
                .in(LABELS_ON_MESSAGES)
                .limit(MessageRows.PAGE)
                .withoutValues();
        rows.walk(all, row -> {
            String id = row.key().id();
            int chat = id.indexOf(BAR) + 1;
            int message = id.indexOf(BAR, chat) + 1;
            if (chat > 0 && message > 0) {
                String where = aliases.canonical(id.substring(chat, message - 1)) + BAR + id.substring(message);
                found.computeIfAbsent(where, place -> new ArrayList<>()).add(row.key());
            }
        });
        labels = Optional.of(found);
        return found;
    }
}
