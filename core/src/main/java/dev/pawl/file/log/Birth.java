package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** How a file of a log comes into being: whole and durable under another name, and only then under its own. */
final class Birth {

    static final Set<PosixFilePermission> PERMISSIONS = PosixFilePermissions.fromString("rw-------");

    private static final SecureRandom RANDOM = new SecureRandom();

    private Birth() {}

    /** Makes a log without rows. The caller has the session's lock, and there is none. */
    static void of(LogDirectory directory, SessionName session) throws IOException {

        byte[] content = new byte[LogWriter.LEAST_AHEAD];
        LogHeader header = new LogHeader(session, generation(), content.length);
        byte[] encoded = header.encode();
        System.arraycopy(encoded, 0, content, 0, encoded.length);
        put(directory, LogNames.newLog(session), LogNames.log(session), content);
    }

    /** Another number for each log that is made. */
    static long generation() {
        return RANDOM.nextLong();
    }

    /** Puts a small file in the place of one that may be there. */
    static void put(LogDirectory directory, String newName, String name, byte[] content) throws IOException {
        Disk disk = directory.disk();
        Path made = directory.file(newName);
        disk.delete(made);
        disk.create(made, content, PERMISSIONS);
        disk.force(made, "the content of a new file");
        disk.rename(made, directory.file(name));
        directory.force("the name of a new file");
    }
}
