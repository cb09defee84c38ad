package dev.pawl.baileys;

import dev.pawl.backend.StoreException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.LinkEndedException;
import dev.pawl.transport.LinkHost;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits that Baileys makes on a link, one after another in the order in which it made them; those that came while one
 * was on its way go together in the next.
 */
final class KeyWrites {

    private static final Logger LOG = LoggerFactory.getLogger(KeyWrites.class);

    /** Backends refuse commits above a size. Each write has its own work in the lane, so what is left has its turn. */
    private static final long MOST_TOGETHER = 128 * 1024;

    private final NodeProcess node;
    private final LinkHost host;
    private final BooleanSupplier isEnded;
    private final Lane lane;
    private final ConcurrentLinkedQueue<Write> waiting = new ConcurrentLinkedQueue<>();

    /** @param isEnded whether nothing is stored any more, and each is refused */
    KeyWrites(NodeProcess node, LinkHost host, Executor threads, BooleanSupplier isEnded) {
        this.node = node;
        this.host = host;
        this.isEnded = isEnded;
        this.lane = new Lane(threads);
    }

    private record Write(long id, KeyChanges changes) {

        long bytes() {
            return changes.keys().values().stream()
                    .flatMap(records -> records.values().stream())
                    .mapToLong(text -> text.map(Bytes::size).orElse(0))
                    .sum();
        }
    }

    /** One of the bridge, which is answered when it is durable. */
    void add(long id, JsonObject frame) {
        KeyChanges changes = KeyChanges.of(builder -> {
            for (JsonValue value : NodeProcess.list(frame, "keys")) {
                JsonArray record = (JsonArray) value;
                String type = ((JsonString) record.get(0)).value();
                String key = ((JsonString) record.get(1)).value();
                if (record.get(2) instanceof JsonNull) {
                    builder.delete(type, key);
                } else {
                    builder.put(type, key, record.get(2).toBytes());
                }
            }
            if (frame.get("creds").orElse(JsonNull.NULL) instanceof JsonObject members) {
                builder.credentials(members);
            }
            return builder;
        });
        waiting.add(new Write(id, changes));
        lane.run(this::writeWaiting);
    }

    private void writeWaiting() {
        List<Write> together = new ArrayList<>();
        long bytes = 0;
        for (Write next = waiting.peek(); next != null && bytes < MOST_TOGETHER; next = waiting.peek()) {
            together.add(next);
            bytes += next.bytes();
            waiting.remove();
        }
        if (isEnded.getAsBoolean()) {
            together.forEach(write -> refuse(write.id(), BaileysLink.ENDED));
            return;
        }
        if (together.isEmpty()) {
            return;
        }
        try {
            host.write(KeyChanges.of(builder -> {
                together.forEach(write -> builder.add(write.changes()));
                return builder;
            }));
            together.forEach(write -> node.send(Frame.ok(write.id(), JsonNull.NULL)));
        } catch (RuntimeException e) {
            if (!(e instanceof StoreException || e instanceof LinkEndedException)) {
                LOG.warn("session {}: keys could not be stored", host.session(), e);
            }
            together.forEach(write -> refuse(write.id(), String.valueOf(e.getMessage())));
        }
    }

    /** Has {@code work} done behind all that came before. */
    void after(Runnable work) {
        lane.run(work);
    }

    private void refuse(long id, String reason) {
        node.send(Frame.refusal(id, reason));
    }
}
