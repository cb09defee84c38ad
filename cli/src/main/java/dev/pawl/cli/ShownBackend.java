package dev.pawl.cli;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;

/**
 * Shows how many rows were listed of a backend, for long work that tells nothing itself, and ends it between two pages
 * when the process is told to end.
 *
 * <p><b>Thread-safety.</b> As the backend. Only what the thread that made it lists is shown.
 */
final class ShownBackend extends ForwardingBackend {

    private final ProgressBar bar;
    private final String what;
    private final Thread command = Thread.currentThread();
    private long rows;

    /** For one command; the bar is closed by whoever made it. */
    ShownBackend(Backend backend, ProgressBar bar, String what) {
        super(backend);
        this.bar = bar;
        this.what = what;
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        Page<Row, Position> page = super.scan(session, scan);
        if (Thread.currentThread() == command) {
            rows += page.items().size();
            bar.show(what, rows, 0);
        }
        return page;
    }
}
