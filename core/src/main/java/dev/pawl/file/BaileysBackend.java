package dev.pawl.file;

import dev.pawl.backend.Access;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.nio.file.Path;

/**
 * A directory of Baileys' {@code useMultiFileAuthState}, live in both directions: Baileys reads what is written here and
 * the other way round. One directory is one session, {@link SessionName#DEFAULT}. The layout, and what is ours in it
 * ({@code .pawl/}), is described in {@code docs/format/baileys.md}.
 *
 * <p><b>Durability.</b> A commit survives power loss, except the beats of {@link SessionName#PAWL}, which tell only that
 * a process lives. <b>Atomicity.</b> For everybody who reads through this class, in any process, a batch is whole or
 * absent. For a Baileys process beside it every file is whole, and keys are there before the credentials that need them.
 * <b>Thread-safety.</b> Any number of threads, backends and processes. There is no cache: every read sees the files.
 *
 * <p><b>Damage.</b> A file that is not JSON is a {@link dev.pawl.backend.CorruptDataException}, unless it changes again
 * within two seconds of its last change, in which Baileys may be writing it.
 *
 * <p><b>Not supported.</b> Other sessions and families. Two records whose file has the same name ({@code a:b} and {@code
 * a-b}): the second is refused with {@link UnsupportedException}. Keeping a Baileys process that runs on the same
 * directory from overwriting: it knows no locks.
 */
public final class BaileysBackend extends DirectoryBackend {

    private BaileysBackend(SharedDirectory directory, Access access) {
        super(directory, access);
    }

    /**
     * Opens a directory. One that is missing is created when the first row is written.
     *
     * @throws UnavailableException when it is not a directory, cannot be looked at, or is missing and opened for reading
     * @throws UnsupportedException when another program's layout is in it, naming that
     */
    public static BaileysBackend open(Path directory, Access access) {
        return open(directory, access, Disk.system());
    }

    /** Opens a directory on another disk than the machine's. */
    public static BaileysBackend open(Path directory, Access access, Disk disk) {
        return new BaileysBackend(joined(directory, access, disk, new BaileysLayout()), access);
    }
}
