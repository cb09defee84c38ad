package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Scan;
import dev.pawl.event.JidPair;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Under which addresses messages stand, asked when pairs are learnt: of a few pairs one by one, of many by one listing.
 *
 * <p><b>Thread-safety.</b> None; made for one commit.
 */
final class PartitionsInUse {

    private static final int FEW = 4;

    private final MessageRows rows;
    private final boolean listing;
    private Optional<Set<String>> listed = Optional.empty();

    /**
     * Asks nothing yet.
     *
     * @param pairs how many pairs will be asked for
     */
    PartitionsInUse(MessageRows rows, int pairs) {
        this.rows = rows;
        this.listing = pairs > FEW;
    }

    /** Whether messages stand under both addresses. */
    boolean both(JidPair pair) {
        return has(pair.lidJid().text()) && has(pair.phoneNumberJid().text());
    }

    private boolean has(String address) {
        if (!listing) {
            Scan first = Scan.of(Family.MESSAGE).in(address).limit(1).withoutValues();
            return !rows.scan(first).items().isEmpty();
        }
        Set<String> all = listed.orElseGet(() -> new HashSet<>(rows.partitions(Family.MESSAGE)));
        listed = Optional.of(all);
        return all.contains(address);
    }
}
