package dev.pawl.tck.disk;

import dev.pawl.file.Disk;
import dev.pawl.tck.disk.ContentChange.Length;
import dev.pawl.tck.disk.ContentChange.Write;
import dev.pawl.tck.disk.Faults.Breakage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** An open file of a simulated disk. It ends with the process that has opened it. */
final class SimulatedFile implements Disk.OpenFile {

    private final SimulatedDisk disk;
    private final Path path;
    private final Inode node;
    private final boolean writing;
    private final long process;
    private volatile boolean closed;

    SimulatedFile(SimulatedDisk disk, Path path, Inode node, boolean writing) {
        this.disk = disk;
        this.path = path;
        this.node = node;
        this.writing = writing;
        this.process = disk.process();
    }

    @Override
    public long size() throws IOException {
        return disk.run(() -> {
            requireOpen();
            return (long) node.content.seen().length();
        });
    }

    @Override
    public int read(long offset, byte[] into, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, into.length);
        return disk.run(() -> {
            requireOpen();
            return node.content.seen().read(offset, into, at, length);
        });
    }

    @Override
    public void write(long offset, byte[] from, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, from.length);
        disk.change(() -> {
            requireWriting();
            store(disk, path, node, offset, Arrays.copyOfRange(from, at, at + length));
        });
    }

    /** Writes, as far as there is room and power. */
    static void store(SimulatedDisk disk, Path path, Inode node, long offset, byte[] bytes) throws IOException {
        Faults faults = disk.faults();
        long before = node.content.seen().length();
        int fit = faults.fit(before, offset, bytes.length);
        if (fit > 0) {
            node.content.change(new Write(offset, Arrays.copyOf(bytes, fit)));
            faults.occupy(node.content.seen().length() - before);
        }
        disk.touch(node);
        if (fit < bytes.length && !faults.isOff()) {
            throw Faults.noSpace(path);
        }
        faults.requireSpace(path);
    }

    @Override
    public void setLength(long length) throws IOException {
        disk.change(() -> {
            requireWriting();
            disk.faults().requireSpace(path);
            long before = node.content.seen().length();
            disk.faults().requireSpace(path, length - before);
            node.content.change(new Length(length));
            disk.faults().occupy(length - before);
            disk.touch(node);
        });
    }

    @Override
    public void force(String purpose) throws IOException {
        disk.change(() -> {
            requireOpen();
            force(disk.faults(), path, node, purpose);
        });
    }

    /** Forces content, unless that is to fail or to be left out, or the power is gone. */
    static void force(Faults faults, Path path, Inode node, String purpose) throws IOException {
        boolean late = faults.broken(purpose, Breakage.AFTER_RENAME);
        boolean never = faults.broken(purpose, Breakage.LEFT_OUT);
        if (faults.fails()) {
            node.content.failToForce();
            faults.requireSpace(path);
        }
        if (late) {
            node.owedForce = Optional.of(purpose);
        } else if (!never && !faults.isOff()) {
            node.content.force();
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(path + ": closed");
        }
        disk.requireAlive(process, path);
    }

    private void requireWriting() throws IOException {
        requireOpen();
        if (!writing) {
            throw new IOException(path + ": Bad file descriptor");
        }
    }
}
