package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Another JVM that uses the locks of a directory and is talked to in lines. Closing it kills it. */
final class LockChild implements AutoCloseable {

    static final SessionName SESSION = SessionName.DEFAULT;

    private static final Duration PROBE = Duration.ofMillis(20);

    private final Process process;
    private final BufferedReader lines;

    private LockChild(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static LockChild start(Path directory) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                LockChild.class.getName(),
                directory.toString());
        return new LockChild(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Has it do something. */
    String does(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return Optional.ofNullable(lines.readLine()).orElse("(ended)");
    }

    /** Ends it as a crash does. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** Also waits for that: whatever it was at work in may be deleted afterwards. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /**
     * What somebody did who wrote without a pause.
     *
     * @param yielded how often he let somebody else write, who did: one whom the machine keeps waiting may come too late
     * @param writes how often he wrote
     */
    record Work(int yielded, int writes) {}

    /**
     * Writes again and again, looking from time to time whether somebody else wants to, and gives the right up in the end.
     *
     * @param enough when to end, by how often it was yielded
     */
    static Work busily(SessionLock lock, Path counter, IntPredicate enough) throws IOException {
        Disk disk = Disk.system();
        Duration look = disk.uptime().plus(PROBE);
        int yielded = 0;
        int writes = 0;
        int given = 0;
        boolean gave = false;
        while (!enough.test(yielded)) {
            lock.take();
            yielded += gave && counted(counter) != given ? 1 : 0;
            gave = false;
            // In two steps, of which one is lost if somebody else has the right too.
            count(counter);
            writes++;
            if (disk.uptime().compareTo(look) >= 0) {
                if (lock.wanted()) {
                    given = counted(counter);
                    gave = true;
                    lock.giveWay();
                }
                look = disk.uptime().plus(PROBE);
            }
        }
        lock.release();
        return new Work(yielded, writes);
    }

    private static void count(Path counter) throws IOException {
        Files.write(counter, ByteBuffer.allocate(4).putInt(counted(counter) + 1).array());
    }

    /** How much was counted. Only with the right. */
    static int counted(Path counter) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(counter)).getInt();
    }

    /** Runs in the other JVM. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Locks locks = new Locks(Disk.system(), directory);
        SessionLock lock = new SessionLock(Disk.system(), locks, SESSION);
        List<Disk.FileLock> leases = new ArrayList<>();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] command = line.split(" ");
            switch (command[0]) {
                case "tryTake" -> answer(lock.tryTake());
                case "take" -> answer(lock.take());
                case "release" -> {
                    lock.release();
                    answer("released");
                }
                case "lease" -> {
                    Optional<Disk.FileLock> lease = locks.tryLease(SESSION, command[1]);
                    lease.ifPresent(leases::add);
                    answer(lease.isPresent());
                }
                // Until the next line comes.
                case "work" -> {
                    lock.take();
                    answer("working");
                    Work work = busily(lock, Path.of(command[1]), yielded -> ready(commands));
                    commands.readLine();
                    answer(work.yielded + " " + work.writes);
                }
                default -> answer("what is " + line + "?");
            }
        }
    }

    private static boolean ready(BufferedReader commands) {
        try {
            return commands.ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(Object answer) {
        System.out.println(answer);
        System.out.flush();
    }
}
