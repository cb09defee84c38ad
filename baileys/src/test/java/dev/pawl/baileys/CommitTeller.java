package dev.pawl.baileys;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Says which commit begins, with a digest of every row, and what became of it: {@code begin}, {@code done}, {@code failed}
 * with its number. For credentials, keys and messages; of other rows it says nothing.
 */
final class CommitTeller {

    private static final Set<Family> TOLD = Set.of(Family.CREDENTIALS, Family.KEY, Family.MESSAGE);

    /** What stands for a row that is not there. */
    static final String ABSENT = "-";

    private final AtomicLong number = new AtomicLong();
    private final Consumer<Object[]> say;

    CommitTeller(Consumer<Object[]> say) {
        this.say = say;
    }

    Backend around(Backend backend) {
        return new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                List<Object> rows = rows(session, batch);
                if (rows.isEmpty()) {
                    super.commit(session, batch);
                    return;
                }
                long mine = number.incrementAndGet();
                List<Object> words = new ArrayList<>(List.of("begin", mine));
                words.addAll(rows);
                say.accept(words.toArray());
                boolean done = false;
                try {
                    super.commit(session, batch);
                    done = true;
                } finally {
                    say.accept(new Object[] {done ? "done" : "failed", mine});
                }
            }
        };
    }

    private static List<Object> rows(SessionName session, Batch batch) {
        List<Object> rows = new ArrayList<>();
        batch.puts().stream()
                .filter(row -> TOLD.contains(row.key().family()))
                .forEach(row -> rows.add(name(session, row.key()) + "\n" + digest(row.value())));
        batch.deletes().stream()
                .filter(key -> TOLD.contains(key.family()))
                .forEach(key -> rows.add(name(session, key) + "\n" + ABSENT));
        return rows;
    }

    private static String name(SessionName session, Key key) {
        return String.join("\n", session.name(), key.family().name(), key.partition(), key.id());
    }

    static String digest(Bytes value) {
        CRC32C sum = new CRC32C();
        sum.update(value.toArray());
        return Long.toHexString(sum.getValue()) + "." + value.size();
    }
}
