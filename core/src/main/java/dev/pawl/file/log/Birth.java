package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;

/** How a file of a log comes into being: whole and forced under another name, and only then under its own. */
final class Birth {

    static final Set<PosixFilePermission> PERMISSIONS = PosixFilePermissions.fromString("rw-------");

    private static final SecureRandom RANDOM = new SecureRandom();

    private Birth() {}

    /**
     * Makes a log without rows. The caller has the session's lock, and there is none. Its name is not durable before
     * the log was opened for writing.
     */
    static void of(LogDirectory directory, SessionName session) throws IOException {
        directory.makeDurable();
        LogHeader header = header(session, LogWriter.LEAST_AHEAD);
        byte[] content = Arrays.copyOf(header.encode(), LogWriter.LEAST_AHEAD);
        put(directory, LogNames.newLog(session), LogNames.log(session), content);
    }

    /** The header of another log than all that were made before. */
    static LogHeader header(SessionName session) {
        return header(session, 0);
    }

    private static LogHeader header(SessionName session, long length) {
        return new LogHeader(session, RANDOM.nextLong(), length);
    }

    /** Puts a small file in the place of one that may be there; its name is not durable yet. */
    static void put(LogDirectory directory, String newName, String name, byte[] content) throws IOException {
        Disk disk = directory.disk();
        Path made = directory.file(newName);
        disk.delete(made);
        disk.create(made, content, PERMISSIONS);
        disk.force(made, "the content of a new file");
        disk.rename(made, directory.file(name));
    }
}
