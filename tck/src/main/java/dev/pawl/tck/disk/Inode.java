package dev.pawl.tck.disk;

import dev.pawl.file.Disk;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A file or directory, once as programs see it and once as it is on the medium. */
final class Inode {

    /** A name in a directory and what it stands for. */
    record Entry(String name, Inode node) {}

    final boolean isDirectory;

    Content content = Content.empty();
    Instant modified;
    Set<PosixFilePermission> permissions;
    Disk.Owner owner = new Disk.Owner(1000, 1000);

    /** By name, or by folded name where the disk does not tell upper from lower case. */
    final Map<String, Entry> entries = new TreeMap<>();

    final Map<String, Entry> durableEntries = new TreeMap<>();

    /** The purpose of a force that was put off until the file is renamed. */
    Optional<String> owedForce = Optional.empty();

    Inode(boolean isDirectory, Instant modified, Set<PosixFilePermission> permissions) {
        this.isDirectory = isDirectory;
        this.modified = modified;
        this.permissions = permissions;
    }

    static Inode directory(Instant modified) {
        return new Inode(true, modified, PosixFilePermissions.fromString("rwx------"));
    }
}
