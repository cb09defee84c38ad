package dev.pawl.lease;

import dev.pawl.lease.LeaseRecord.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine this process runs on, as far as it helps to tell whether another process on it lives.
 *
 * <p>Only where {@code /proc} shows every process of our own namespace can "not there" mean "gone": the namespace is left
 * unknown when it hides other users' processes ({@code hidepid}) or belongs to another namespace than ours.
 */
final class Host {

    /** What can be said about a process. */
    enum Life {
        GONE,
        ALIVE,
        UNKNOWN
    }

    /** This machine. */
    static final Host SELF = new Host(Path.of("/proc"));

    private static final int START_TICKS = 19; // of the fields behind the name, which is field 22 of all

    private final Path proc;
    private final String name;
    private final long process = ProcessHandle.current().pid();
    private final Optional<String> boot;
    private final Optional<String> namespace;
    private final Optional<Long> started;

    Host(Path proc) {
        this.proc = proc;
        name = read(proc.resolve("sys/kernel/hostname"))
                .or(() -> environment("HOSTNAME"))
                .or(() -> environment("COMPUTERNAME"))
                .orElse("an unnamed host");
        boot = read(proc.resolve("sys/kernel/random/boot_id"));
        namespace = showsEveryProcess() ? link(proc.resolve("self/ns/pid")) : Optional.empty();
        started = namespace.isPresent() ? fields(process).flatMap(Host::ticks) : Optional.empty();
    }

    /** Describes this process as the owner of a lease. */
    Owner owner(String token, String node, boolean locked, Instant since) {
        return new Owner(token, node, locked, name, process, started, boot, namespace, since);
    }

    /** Whether the owner runs or ran under the kernel that runs now. */
    boolean sameKernel(Owner owner) {
        return boot.isPresent() && boot.equals(owner.boot());
    }

    /** Whether the owner's process id means the same process here as there. */
    boolean sameNamespace(Owner owner) {
        return sameKernel(owner) && namespace.isPresent() && namespace.equals(owner.namespace());
    }

    /** Whether the owner's process ids are known to be of another namespace of this kernel. */
    boolean otherNamespace(Owner owner) {
        return sameKernel(owner)
                && namespace.isPresent()
                && owner.namespace().isPresent()
                && !namespace.equals(owner.namespace());
    }

    /** Whether the process of an owner in our own namespace lives. */
    Life life(Owner owner) {
        if (!Files.exists(proc.resolve("self"))) {
            return Life.UNKNOWN;
        }
        String stat;
        try {
            stat = Files.readString(stat(owner.process()), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return Life.GONE;
        } catch (IOException e) {
            // a process that ends while it is read gives ESRCH: the next look will not find it
            return Life.UNKNOWN;
        }
        String[] fields = fields(stat);
        Optional<Long> ticks = ticks(fields);
        if (ticks.isEmpty() || owner.started().isEmpty()) {
            return Life.UNKNOWN;
        }
        if (!ticks.equals(owner.started()) || ended(fields, owner.process())) {
            return Life.GONE;
        }
        return Life.ALIVE;
    }

    /** Whether it is only kept for its parent to see. The first thread alone may end too, while the process goes on. */
    private boolean ended(String[] fields, long pid) {
        if (!fields[0].equals("Z") && !fields[0].equals("X")) {
            return false;
        }
        try (Stream<Path> threads = Files.list(proc.resolve(Long.toString(pid)).resolve("task"))) {
            return threads.count() <= 1;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean showsEveryProcess() {
        boolean ours = link(proc.resolve("self"))
                .filter(Long.toString(process)::equals)
                .isPresent();
        return ours
                && read(proc.resolve("self/mountinfo"))
                        .filter(mounts -> mounts.lines().noneMatch(Host::hides))
                        .isPresent();
    }

    private static boolean hides(String mount) {
        return mount.contains(" - proc ")
                && mount.contains("hidepid=")
                && !mount.contains("hidepid=0")
                && !mount.contains("hidepid=off");
    }

    private Path stat(long pid) {
        return proc.resolve(Long.toString(pid)).resolve("stat");
    }

    private Optional<String[]> fields(long pid) {
        return read(stat(pid)).map(Host::fields);
    }

    /** The fields behind the name of the program, which may hold spaces and brackets itself. */
    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    }

    private static Optional<Long> ticks(String[] fields) {
        try {
            return fields.length > START_TICKS ? Optional.of(Long.parseLong(fields[START_TICKS])) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(
                            Files.readString(file, StandardCharsets.ISO_8859_1).strip())
                    .filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> link(Path file) {
        try {
            return Optional.of(Files.readSymbolicLink(file).toString());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> environment(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(text -> !text.isBlank());
    }
}
