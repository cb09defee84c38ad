package dev.pawl.cli;

import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import java.util.Optional;
import java.util.function.Consumer;

/** Goes through listings without values, which work beside damaged records too. */
final class Listing {

    private static final int PAGE = 1000;

    private Listing() {}

    /** Every row of a scan, without its value. */
    static void each(Store store, Scan scan, Consumer<Row> action) {
        Optional<Scan> rest = Optional.of(scan.withoutValues().limit(PAGE));
        while (rest.isPresent()) {
            Scan here = rest.get();
            Page<Row, Position> page = store.backend().scan(store.session(), here);
            page.items().forEach(action);
            rest = page.next().map(here::after);
        }
    }

    static long count(Store store, Scan scan) {
        long[] count = {0};
        each(store, scan, row -> count[0]++);
        return count[0];
    }
}
