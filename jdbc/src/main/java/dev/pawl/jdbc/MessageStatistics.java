package dev.pawl.jdbc;

import dev.pawl.backend.StoreException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has PostgreSQL look at what is in the table of messages while that grows from nothing. By itself it does so after a
 * minute; until then all indexes look alike to it, and it finds a message by that of the times in its chat, past all the
 * others there.
 */
final class MessageStatistics {

    private static final Logger LOG = LoggerFactory.getLogger(MessageStatistics.class);

    /** After so many messages of this process; and then once more, when it is known better how many chats there are. */
    private static final long FIRST = 1_000;

    private static final long AGAIN = 20_000;

    private final PostgresConnections connections;
    private final AtomicLong put = new AtomicLong();

    MessageStatistics(PostgresConnections connections) {
        this.connections = connections;
    }

    /** So many messages were committed just now. */
    void put(int messages) {
        if (messages > 0) {
            long all = put.addAndGet(messages);
            long before = all - messages;
            if ((before < FIRST && all >= FIRST) || (before < AGAIN && all >= AGAIN)) {
                analyze();
            }
        }
    }

    private void analyze() {
        try {
            connections.write(
                    connection -> {
                        connection.runOnce("ANALYZE (SKIP_LOCKED) pawl_messages");
                        return true;
                    },
                    connections.deadline());
        } catch (SQLException | StoreException e) {
            // what was committed is committed, and the server comes to this by itself
            LOG.debug("the table of messages was not analyzed", e);
        }
    }
}
