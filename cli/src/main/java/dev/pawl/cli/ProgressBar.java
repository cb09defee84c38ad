package dev.pawl.cli;

/** A bar on the terminal for long work. Draws nothing in a pipe, and nothing for work that is done at once. */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final long QUIET_NANOS = 300_000_000L;
    private static final long REDRAW_NANOS = 100_000_000L;

    private final Streams streams;
    private final boolean shown;
    private final long redrawNanos;
    private long next;
    private boolean drawn;

    ProgressBar(Streams streams) {
        this(streams, QUIET_NANOS, REDRAW_NANOS);
    }

    /** One that draws nothing for so long, and then so often. */
    ProgressBar(Streams streams, long quietNanos, long redrawNanos) {
        this.streams = streams;
        this.shown = streams.canShowProgress();
        this.redrawNanos = redrawNanos;
        this.next = System.nanoTime() + quietNanos;
    }

    /**
     * Shows how far something is, and ends it when the process is told to end.
     *
     * @param total how much there is, 0 when that is not known
     */
    void show(String what, long done, long total) {
        Resources.requireNotEnding();
        if (!shown || System.nanoTime() - next < 0) {
            return;
        }
        next = System.nanoTime() + redrawNanos;
        drawn = true;
        int filled = total == 0 ? 0 : (int) (WIDTH * Math.min(done, total) / total);
        String bar = total == 0
                ? ""
                : " [" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] of " + Numbers.grouped(total);
        // Back to the start of the line, and clear what was longer before.
        streams.err().print("\r\u001b[K" + what + " " + Numbers.grouped(done) + bar);
        streams.err().flush();
    }

    /** Takes the bar away until something is shown again. */
    void clear() {
        if (drawn) {
            streams.err().print("\r\u001b[K");
            streams.err().flush();
            drawn = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
