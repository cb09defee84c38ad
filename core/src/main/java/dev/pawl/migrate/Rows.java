package dev.pawl.migrate;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** All rows of a scan in their order, page after page. */
final class Rows implements Iterator<Row> {

    private static final int PAGE = 256;

    private final Backend backend;
    private final SessionName session;
    private Optional<Scan> rest;
    private Iterator<Row> page = List.<Row>of().iterator();

    Rows(Backend backend, SessionName session, Scan scan) {
        this.backend = backend;
        this.session = session;
        this.rest = Optional.of(scan.limit(PAGE));
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && rest.isPresent()) {
            Scan scan = rest.get();
            Page<Row, Position> read = backend.scan(session, scan);
            page = read.items().iterator();
            rest = read.next().map(scan::after);
        }
        return page.hasNext();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.next();
    }

    /** The next row, or empty behind the last one. */
    Optional<Row> poll() {
        return hasNext() ? Optional.of(next()) : Optional.empty();
    }
}
