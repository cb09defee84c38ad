package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.Collection;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Backends that do one thing otherwise than the sound one behind them, and remember nothing. */
final class Otherwise {

    private Otherwise() {}

    interface Committing {
        void commit(Backend sound, SessionName session, Batch batch);
    }

    interface Getting {
        Map<Key, Row> get(Backend sound, SessionName session, Collection<Key> keys);
    }

    interface Scanning {
        Page<Row, Position> scan(Backend sound, SessionName session, Scan scan);
    }

    static UnaryOperator<Backend> committing(Committing way) {
        return sound -> new ForwardingBackend(sound) {
            @Override
            public void commit(SessionName session, Batch batch) {
                way.commit(sound, session, batch);
            }
        };
    }

    static UnaryOperator<Backend> getting(Getting way) {
        return sound -> new ForwardingBackend(sound) {
            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                return way.get(sound, session, keys);
            }
        };
    }

    static UnaryOperator<Backend> scanning(Scanning way) {
        return sound -> new ForwardingBackend(sound) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                return way.scan(sound, session, scan);
            }
        };
    }
}
