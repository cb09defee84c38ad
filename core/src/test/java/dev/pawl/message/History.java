package dev.pawl.message;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.event.JidPair;
import dev.pawl.json.Bytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Rows of a history in memory, put as a writer would leave them. */
final class History {

    static final String PHONE = "6281111111111@s.whatsapp.net";
    static final String LID = "11122233344455@lid";
    static final String GROUP = "120363021234567890@g.us";

    /** The second at which messages begin. */
    static final long EPOCH = 1_760_000_000;

    final Backend backend = new MemoryBackend();
    final MessageRows rows = new MessageRows(backend, SessionName.DEFAULT);
    final Aliases aliases = new Aliases();

    /** Makes it known that {@link #LID} and {@link #PHONE} are one person. */
    void pair() {
        aliases.learn(new JidPair("11122233344455", "6281111111111"));
    }

    void put(Family family, String partition, String id, long order, String json) {
        put(Row.of(new Key(family, partition, id), order, Bytes.utf8(json.replace('\'', '"'))));
    }

    void put(Row... some) {
        backend.commit(SessionName.DEFAULT, Batch.of(some));
    }

    void delete(List<Key> keys) {
        backend.commit(SessionName.DEFAULT, new Batch(List.of(), List.of(), keys));
    }

    /** A message with something more in its JSON, such as {@code ,'starred':true}. */
    void message(String chat, String id, long second, String more) {
        put(
                Family.MESSAGE,
                chat,
                id + "|0",
                second,
                "{'key':{'remoteJid':'" + chat + "','fromMe':false,'id':'" + id + "'},'messageTimestamp':" + second
                        + more + "}");
    }

    /** A message of words. */
    void words(String chat, String id, long second, String words) {
        message(chat, id, second, ",'message':{'conversation':'" + words + "'}");
    }

    /** A message whose own timer runs out. */
    void timed(String chat, String id, long second, long end) {
        message(chat, id, second, ",'ephemeralStartTimestamp':" + second + ",'ephemeralDuration':" + (end - second));
        put(Family.EXPIRY, "", chat + "|" + id + "|0", end, "{}");
    }

    /** A message that does not say when it was sent, ordered by its arrival. */
    void timeless(String chat, String id, long arrival) {
        put(Family.MESSAGE, chat, id + "|0", arrival, "{'key':{'remoteJid':'" + chat + "','id':'" + id + "'}}");
    }

    MessageReader reader(Instant now) {
        return new MessageReader(rows, () -> aliases, () -> now);
    }

    Pruning pruning(Instant now) {
        return new Pruning(rows, aliases, now, step -> delete(step.get()));
    }

    /** The rows of a family, as {@code partition id}. */
    Set<String> ids(Family family) {
        Set<String> ids = new TreeSet<>();
        rows.walk(
                Scan.of(family),
                row -> ids.add((row.key().partition() + " " + row.key().id()).strip()));
        return ids;
    }

    /** The messages of a chat, as they are listed from its end. */
    List<String> messages(String chat) {
        List<String> ids = new ArrayList<>();
        Optional<PageRequest> next = Optional.of(PageRequest.newest());
        while (next.isPresent()) {
            var page = reader(Instant.EPOCH).messages(chat, next.get());
            page.items().forEach(message -> ids.add(message.key().id()));
            next = page.next().map(PageRequest.newest()::after);
        }
        return ids;
    }

    static Position at(long order) {
        return Position.of(order);
    }
}
