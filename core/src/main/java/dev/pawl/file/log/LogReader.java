package dev.pawl.file.log;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

final class LogReader {
    LogReader(Disk.OpenFile file, Path path, LogHeader header) {}

    Tail replay(LogEnd from, Replay sink) throws IOException {
        throw new UnsupportedOperationException();
    }

    boolean changed(LogEnd end) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The rows of each family by the end mark of a log that is closed, found from the end of the file, without a replay. */
    Optional<Map<Family, Integer>> rows() throws IOException {
        throw new UnsupportedOperationException();
    }

    byte[] value(Key key, Place place) throws IOException {
        throw new UnsupportedOperationException();
    }
}
