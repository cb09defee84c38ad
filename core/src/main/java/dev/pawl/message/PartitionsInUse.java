package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Scan;
import dev.pawl.event.JidPair;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Under which addresses messages stand, asked when pairs are learnt: of the first pairs one by one, of more by one
 * listing, which reads as much as there are chats and on some backends messages.
 *
 * <p><b>Thread-safety.</b> None; made for one commit.
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
        return has(pair.lidJid().text()) && has(pair.phoneNumberJid().text());
    }

    private boolean has(String address) {
        if (++asked <= FEW) {
            Scan first = Scan.of(Family.MESSAGE).in(address).limit(1).withoutValues();
            return !rows.scan(first).items().isEmpty();
        }
        Set<String> all = listed.orElseGet(() -> new HashSet<>(rows.partitions(Family.MESSAGE)));
        listed = Optional.of(all);
        return all.contains(address);
    }
}
