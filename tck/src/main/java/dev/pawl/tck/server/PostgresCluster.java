package dev.pawl.tck.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The files and the process of a PostgreSQL server of our own, in a directory that goes with it. */
final class PostgresCluster {

    private static final int PATIENCE_SECONDS = 60;
    private static final int PORTS = 8;

    private final Path directory;
    private final Path programs;
    private final List<String> prefix;
    private final List<String> settings = new ArrayList<>();
    private int port;
    private Optional<Process> process = Optional.empty();

    private PostgresCluster(Path directory, Path programs, List<String> prefix) {
        this.directory = directory;
        this.programs = programs;
        this.prefix = prefix;
    }

    /** One that starts from nothing, or empty when there are no programs. */
    static Optional<PostgresCluster> start(List<String> settings) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("pawl-postgres");
        Optional<Path> programs = PostgresPrograms.find(directory.resolve("programs"));
        if (programs.isEmpty()) {
            delete(directory);
            return Optional.empty();
        }
        PostgresCluster cluster = new PostgresCluster(directory, programs.get(), unprivileged(directory));
        cluster.run(
                "initdb",
                "--pgdata=" + cluster.files(),
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
        Files.writeString(
                cluster.files().resolve("pg_hba.conf"),
                "host all,replication postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 password\n");
        cluster.startSomewhere(settings);
        return Optional.of(cluster);
    }

    /**
     * One that repeats what this one does, and can take its place; empty when there is no program to copy it with.
     *
     * @param name under which it asks for what was written
     */
    Optional<PostgresCluster> startStandby(String name) throws IOException, InterruptedException {
        if (!Files.isExecutable(programs.resolve("pg_basebackup"))) {
            return Optional.empty();
        }
        Path beside = Files.createTempDirectory("pawl-postgres");
        PostgresCluster standby = new PostgresCluster(beside, programs, unprivileged(beside));
        String primary = "host=127.0.0.1 port=" + port + " user=postgres application_name=" + name;
        standby.run(
                "pg_basebackup",
                "--pgdata=" + standby.files(),
                "--dbname=" + primary,
                "--write-recovery-conf",
                "--wal-method=stream",
                "--checkpoint=fast",
                "--no-sync");
        standby.startSomewhere(settings);
        return Optional.of(standby);
    }

    private Path files() {
        return directory.resolve("cluster");
    }

    int port() {
        return port;
    }

    /** The system says which port is free, and another program may be faster than the server to take it. */
    private void startSomewhere(List<String> with) throws IOException, InterruptedException {
        settings.addAll(with);
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            if (starts(attempt == PORTS)) {
                return;
            }
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts it where it was before, as soon as no other program has its port. */
    void restart() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!starts(System.nanoTime() > end)) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /**
     * Starts it.
     *
     * @param now whether it is an error, too, that another program has the port
     * @return whether it did, or the port is taken
     */
    private boolean starts(boolean now) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                programs.resolve("postgres").toString(), "-D", files().toString(), "-p", Integer.toString(port)));
        settings.forEach(setting -> command.addAll(List.of("-c", setting)));
        Path log = directory.resolve("server.log");
        long before = Files.exists(log) ? Files.size(log) : 0;
        Process started = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process = Optional.of(started);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!answers(started)) {
            if (started.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                String said = Files.readString(log).substring((int) before).strip();
                if (!now && !started.isAlive() && said.contains("could not bind")) {
                    return false;
                }
                throw new IOException(said.substring(Math.max(0, said.length() - 500)));
            }
        }
        return true;
    }

    /** It takes connections before it takes requests, so it is asked for what it writes down about itself. */
    private boolean answers(Process started) throws IOException {
        try {
            List<String> lines = Files.readAllLines(files().resolve("postmaster.pid"));
            return lines.contains(Long.toString(started.pid()))
                    && (lines.contains("ready   ") || lines.contains("standby "));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Sends its process a signal that ends it, and waits for the end. */
    void end(String signal) throws IOException, InterruptedException {
        if (process.isEmpty() || !process.get().isAlive()) {
            return;
        }
        run(
                directory,
                List.of("/bin/sh", "-c", "kill -" + signal + " " + process.get().pid()));
        if (!process.get().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("PostgreSQL does not end");
        }
    }

    /** Kills its process and those that this has started. */
    void kill() throws InterruptedException {
        if (process.isPresent()) {
            ProcessHandle first = process.get().toHandle();
            List<ProcessHandle> others = first.descendants().toList();
            first.destroyForcibly();
            others.forEach(ProcessHandle::destroyForcibly);
            process.get().waitFor();
            for (ProcessHandle other : others) {
                other.onExit().join();
            }
        }
    }

    /** While it is down: makes it a standby of nobody, or no standby any more. */
    void setStandby(boolean standby) throws IOException {
        Path signal = files().resolve("standby.signal");
        if (standby) {
            Files.createFile(signal);
        } else {
            Files.delete(signal);
        }
    }

    /** Ends it and removes all of it. */
    void remove() throws IOException, InterruptedException {
        end("QUIT");
        delete(directory);
    }

    /** PostgreSQL and PgBouncer refuse to run as root: what to put before their commands, so that they do not. */
    static List<String> unprivileged(Path directory) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        Optional<Path> change = PostgresPrograms.program("setpriv");
        for (String name : List.of("postgres", "nobody")) {
            try {
                Files.setOwner(
                        directory,
                        directory
                                .getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName(name));
            } catch (UserPrincipalNotFoundException e) {
                continue;
            }
            if (change.isPresent()) {
                String group = run(directory, List.of("id", "-g", name));
                return List.of(change.get().toString(), "--reuid=" + name, "--regid=" + group, "--clear-groups");
            }
        }
        return List.of("unshare", "-U");
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(directory, command);
    }

    private static String run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile("pawl-postgres", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " does not end");
            }
            String text = Files.readString(said).strip();
            if (process.exitValue() != 0) {
                throw new IOException(text.substring(Math.max(0, text.length() - 500)));
            }
            return text;
        } finally {
            Files.delete(said);
        }
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> tree = Files.walk(directory)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
