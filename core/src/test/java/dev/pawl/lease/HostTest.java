package dev.pawl.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.lease.LeaseRecord.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is concluded from {@code /proc}, here one that the tests write. */
final class HostTest {

    private static final String SELF = Long.toString(ProcessHandle.current().pid());

    @TempDir
    Path proc;

    @BeforeEach
    void writeProc() throws IOException {
        write("sys/kernel/hostname", "box\n");
        write("sys/kernel/random/boot_id", "boot-1\n");
        write(SELF + "/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw\n");
        process(SELF, "java", "S", 500);
        Files.createDirectories(proc.resolve(SELF).resolve("ns"));
        Files.createSymbolicLink(proc.resolve(SELF).resolve("ns/pid"), Path.of("pid:[77]"));
        Files.createSymbolicLink(proc.resolve("self"), Path.of(SELF));
    }

    private void write(String file, String text) throws IOException {
        Path path = proc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void process(String pid, String name, String state, long ticks, String... threads) throws IOException {
        write(
                pid + "/stat",
                pid + " (" + name + ") " + state + " 1 1 1 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 1 0 " + ticks
                        + " 3133440 360\n");
        Files.createDirectories(proc.resolve(pid).resolve("task").resolve(pid));
        for (String thread : threads) {
            Files.createDirectories(proc.resolve(pid).resolve("task").resolve(thread));
        }
    }

    private static Owner owner(long pid, long ticks, String boot, String namespace) {
        return new Owner(
                "t",
                "n",
                false,
                "box",
                pid,
                Optional.of(ticks),
                Optional.of(boot),
                Optional.of(namespace),
                Instant.EPOCH);
    }

    @Test
    void ownersOfThisKernelAndNamespaceAreToldFromOthers() {
        Host host = new Host(proc);
        assertThat(host.sameNamespace(owner(1, 1, "boot-1", "pid:[77]"))).isTrue();
        assertThat(host.sameNamespace(owner(1, 1, "boot-1", "pid:[78]"))).isFalse();
        assertThat(host.otherNamespace(owner(1, 1, "boot-1", "pid:[78]"))).isTrue();
        assertThat(host.otherNamespace(owner(1, 1, "boot-2", "pid:[78]"))).isFalse();
        assertThat(host.sameNamespace(owner(1, 1, "boot-2", "pid:[77]"))).isFalse();
        Owner ours = host.owner("t", "n", true, Instant.EPOCH);
        assertThat(host.sameNamespace(ours)).isTrue();
        assertThat(host.life(ours)).isEqualTo(Host.Life.ALIVE);
        assertThat(ours.started()).contains(500L);
        assertThat(ours.host()).isEqualTo("box");
    }

    @Test
    void aProcessIsGoneWhenItsDirectoryIsOrWhenItStartedAtAnotherTick() throws IOException {
        Host host = new Host(proc);
        process("4711", "a (b) c", "R", 900);
        assertThat(host.life(owner(4711, 900, "boot-1", "pid:[77]"))).isEqualTo(Host.Life.ALIVE);
        assertThat(host.life(owner(4711, 901, "boot-1", "pid:[77]"))).isEqualTo(Host.Life.GONE);
        assertThat(host.life(owner(4712, 900, "boot-1", "pid:[77]"))).isEqualTo(Host.Life.GONE);
    }

    @Test
    void aZombieIsGoneUnlessOtherThreadsGoOn() throws IOException {
        Host host = new Host(proc);
        process("4711", "java", "Z", 900);
        process("4712", "java", "Z", 900, "4713");
        assertThat(host.life(owner(4711, 900, "boot-1", "pid:[77]"))).isEqualTo(Host.Life.GONE);
        assertThat(host.life(owner(4712, 900, "boot-1", "pid:[77]"))).isEqualTo(Host.Life.ALIVE);
    }

    @Test
    void whatCannotBeReadIsUnknown() throws IOException {
        Host host = new Host(proc);
        write("4711/stat", "nonsense");
        assertThat(host.life(owner(4711, 900, "boot-1", "pid:[77]"))).isEqualTo(Host.Life.UNKNOWN);
    }

    @Test
    void whereOtherUsersProcessesAreHiddenNothingIsConcludedFromTheirAbsence() throws IOException {
        write(SELF + "/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw,hidepid=invisible\n");
        assertThat(new Host(proc).sameNamespace(owner(1, 1, "boot-1", "pid:[77]")))
                .isFalse();
        write(SELF + "/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw,hidepid=0\n");
        assertThat(new Host(proc).sameNamespace(owner(1, 1, "boot-1", "pid:[77]")))
                .isTrue();
    }

    @Test
    void whereProcBelongsToAnotherNamespaceNothingIsConcluded() throws IOException {
        Files.delete(proc.resolve("self"));
        process("99999999", "java", "S", 1);
        write("99999999/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw\n");
        Files.createDirectories(proc.resolve("99999999/ns"));
        Files.createSymbolicLink(proc.resolve("99999999/ns/pid"), Path.of("pid:[77]"));
        Files.createSymbolicLink(proc.resolve("self"), Path.of("99999999"));
        assertThat(new Host(proc).sameNamespace(owner(1, 1, "boot-1", "pid:[77]")))
                .isFalse();
    }

    @Test
    void withoutProcNothingIsKnown() {
        Host host = new Host(proc.resolve("missing"));
        Owner ours = host.owner("t", "n", true, Instant.EPOCH);
        assertThat(ours.boot()).isEmpty();
        assertThat(ours.namespace()).isEmpty();
        assertThat(host.sameNamespace(ours)).isFalse();
        assertThat(host.life(ours)).isEqualTo(Host.Life.UNKNOWN);
    }
}
