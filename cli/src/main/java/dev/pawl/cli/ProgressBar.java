package dev.pawl.cli;

/** A bar on the terminal for long work. Draws nothing in a pipe, and nothing for work that is done at once. */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final long QUIET_NANOS = 300_000_000L;
    private static final long REDRAW_NANOS = 100_000_000L;

    private final Streams streams;
    private final boolean shown;
    private long next = System.nanoTime() + QUIET_NANOS;
    private boolean drawn;

    ProgressBar(Streams streams) {
        this.streams = streams;
        this.shown = streams.canShowProgress();
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
        next = System.nanoTime() + REDRAW_NANOS;
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
