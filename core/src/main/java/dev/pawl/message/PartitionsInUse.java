package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import dev.pawl.event.JidPair;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Under which addresses messages stand, asked when pairs are learnt: of the first ones one by one, and when they become
 * many by one listing, which reads as much as there are chats and on some backends messages. From then on it is
 * remembered; an address all of whose messages were removed may still count as one that has some.
 *
 * <p>Right because nobody else writes while the lease is held, and because it follows all commits.
 *
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class PartitionsInUse {

    private static final int FEW = 64;

    private final MessageRows rows;
    private int asked;
    private Optional<Set<String>> listed = Optional.empty();

    /** Asks nothing yet. */
    PartitionsInUse(MessageRows rows) {
        this.rows = rows;
    }

    /** Whether messages stand under both addresses. */
    boolean both(JidPair pair) {
        return has(pair.phoneNumberJid().text()) && has(pair.lidJid().text());
    }

    private boolean has(String address) {
        if (listed.isEmpty() && ++asked <= FEW) {
            Scan first = Scan.of(Family.MESSAGE).in(address).limit(1).withoutValues();
            return !rows.scan(first).items().isEmpty();
        }
        Set<String> all = listed.orElseGet(() -> new HashSet<>(rows.partitions(Family.MESSAGE)));
        listed = Optional.of(all);
        return all.contains(address);
    }

    /** A row was committed. */
    void keep(Key message) {
        listed.ifPresent(all -> all.add(message.partition()));
    }

    /** Forgets what was listed: nobody knows what was committed. */
    void forget() {
        listed = Optional.empty();
    }
}
