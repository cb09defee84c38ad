package dev.pawl.redis;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first or last messages of a conversation, which is what is asked for most: by a short script that leaves everything
 * odd to that of all listings, which takes twice as long.
 */
final class EdgePage {

    /** As many have room as a rule. */
    private static final int MOST = 100;

    private EdgePage() {}

    /** Whether a scan asks for such a page. */
    static boolean is(Scan scan) {
        return scan.family() == Family.MESSAGE
                && scan.partition().isPresent()
                && scan.lower().isEmpty()
                && scan.upper().isEmpty()
                && !scan.keysOnly()
                && scan.limit() <= MOST;
    }

    /** The page, or empty where something is odd. */
    static Optional<Page<Row, Position>> read(Server server, SessionKeys names, Scan scan) {
        String partition = scan.partition().orElseThrow();
        Object answer = server.read(
                Script.EDGE,
                Text.list(names.order(scan.family(), partition), names.data(scan.family(), partition)),
                Text.list(
                        scan.backwards() ? "ZREVRANGE" : "ZRANGE",
                        Integer.toString(scan.limit()),
                        Integer.toString(Backend.PAGE_BYTES)));
        if (!(answer instanceof List<?> page)) {
            return Optional.empty();
        }
        long all = (Long) page.get(0);
        List<?> found = (List<?>) page.get(1);
        List<?> first = (List<?>) page.get(2);
        if (!(page.get(3) instanceof List<?> rest) || first.size() + rest.size() != found.size() / 2) {
            return Optional.empty();
        }
        List<Row> rows = new ArrayList<>(found.size() / 2);
        for (int i = 0; i < found.size() / 2; i++) {
            Object value = i < first.size() ? first.get(i) : rest.get(i - first.size());
            long order = order((byte[]) found.get(2 * i + 1));
            if (!(value instanceof byte[] bytes) || order < 0) {
                return Optional.empty();
            }
            Key key = new Key(scan.family(), partition, Text.of(found.get(2 * i)));
            rows.add(new Row(key, order, Bytes.wrap(bytes), Facets.NONE));
        }
        return Optional.of(
                rows.size() < all && !rows.isEmpty()
                        ? new Page<>(rows, Optional.of(rows.get(rows.size() - 1).position()))
                        : Page.last(rows));
    }

    /** A score that is a whole number as Redis writes it; -1 for any other, which is somebody else's. */
    private static long order(byte[] score) {
        if (score.length == 0 || score.length > RowReader.SAFE_DIGITS) {
            return -1;
        }
        long order = 0;
        for (byte digit : score) {
            if (digit < '0' || digit > '9') {
                return -1;
            }
            order = 10 * order + digit - '0';
        }
        return order <= Row.MAX_ORDER ? order : -1;
    }
}
