package dev.pawl.file.log;

import java.util.Optional;
import java.util.function.Consumer;

final class Checkpoint {
    private Checkpoint() {}

    /** @param rows puts every live row into the sink that it is given */
    static byte[] encode(LogHeader header, LogEnd end, Consumer<Replay> rows) {
        throw new UnsupportedOperationException();
    }

    /** Hands over the rows; empty, and nothing handed over, when it is damaged or of another generation. */
    static Optional<LogEnd> read(byte[] content, LogHeader header, Replay sink) {
        throw new UnsupportedOperationException();
    }
}
