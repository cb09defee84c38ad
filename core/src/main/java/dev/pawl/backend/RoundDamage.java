package dev.pawl.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads pages that may hold damaged rows, for those who go on without them. */
public final class RoundDamage {

    private RoundDamage() {}

    /**
     * One page of a scan. Where a row of it is damaged they are read one by one, and the sound ones are returned.
     *
     * @param damaged gets each row that cannot be read, while the page is being read
     * @throws CorruptDataException when not even the keys can be read
     */
    public static Page<Row, Position> scan(
            Backend backend, SessionName session, Scan scan, Consumer<? super CorruptDataException> damaged) {
        try {
            return backend.scan(session, scan);
        } catch (CorruptDataException oneOfThem) {
            Page<Row, Position> keys = backend.scan(session, scan.withoutValues());
            List<Row> sound = new ArrayList<>();
            for (Row key : keys.items()) {
                try {
                    backend.get(session, key.key()).ifPresent(sound::add);
                } catch (CorruptDataException damage) {
                    damaged.accept(damage);
                }
            }
            return new Page<>(sound, keys.next());
        }
    }
}
