package dev.pawl.migrate;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * All rows of a scan in their order.
 *
 * <p>Keys are listed first, in pages as large as memory allows because a directory is walked through once a page; values
 * follow in small batches. A row that is deleted in between is left out.
 */
final class Rows implements Iterator<Row> {

    private static final int LISTED = 10_000;
    private static final int BATCH = 64;

    private final Backend backend;
    private final SessionName session;
    private final boolean values;
    private final int batch;
    private Optional<Scan> rest;
    private List<Row> listed = List.of();
    private int next;
    private final Deque<Row> ready = new ArrayDeque<>();

    Rows(Backend backend, SessionName session, Scan scan) {
        this.backend = backend;
        this.session = session;
        this.values = !scan.keysOnly();
        this.batch = Math.max(1, Math.min(BATCH, backend.traits().limits().reads()));
        this.rest = Optional.of(scan.withoutValues().limit(LISTED));
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && (next < listed.size() || rest.isPresent())) {
            if (next < listed.size()) {
                read();
            } else {
                list();
            }
        }
        return !ready.isEmpty();
    }

    private void list() {
        Scan scan = rest.orElseThrow();
        Page<Row, Position> page = backend.scan(session, scan);
        listed = page.items();
        next = 0;
        rest = page.next().map(scan::after);
    }

    private void read() {
        List<Row> some = listed.subList(next, Math.min(listed.size(), next + batch));
        next += some.size();
        if (!values) {
            ready.addAll(some);
            return;
        }
        Map<Key, Row> found = backend.get(session, some.stream().map(Row::key).toList());
        some.forEach(row -> Optional.ofNullable(found.get(row.key())).ifPresent(ready::add));
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    /** The next row, or empty behind the last one. */
    Optional<Row> poll() {
        return hasNext() ? Optional.of(next()) : Optional.empty();
    }
}
