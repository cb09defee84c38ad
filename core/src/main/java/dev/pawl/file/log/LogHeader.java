package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Path;

record LogHeader(SessionName session, long generation, long length) {
    int size() {
        throw new UnsupportedOperationException();
    }

    byte[] encode() {
        throw new UnsupportedOperationException();
    }

    static LogHeader read(Disk.OpenFile file, Path path, SessionName session) throws IOException {
        throw new UnsupportedOperationException();
    }
}
