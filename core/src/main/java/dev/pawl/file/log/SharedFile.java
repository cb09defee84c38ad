package dev.pawl.file.log;

import dev.pawl.file.Disk;
import java.util.concurrent.atomic.AtomicInteger;

/** An open file that several readers use at once, and that the last of them closes. */
final class SharedFile {

    private final Disk.OpenFile file;

    /** The log itself is the first of them. */
    private final AtomicInteger users = new AtomicInteger(1);

    SharedFile(Disk.OpenFile file) {
        this.file = file;
    }

    Disk.OpenFile file() {
        return file;
    }

    /** One more user. Called only by one who is one, or where the log that owns the file cannot be closed meanwhile. */
    void use() {
        users.incrementAndGet();
    }

    /** One user less. */
    void leave() {
        if (users.decrementAndGet() == 0) {
            file.close();
        }
    }
}
