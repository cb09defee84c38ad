package dev.pawl.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire to a Redis server that breaks when it is told to: before a request gets there, or before its answer comes back. */
final class CutWire implements AutoCloseable {

    private final ServerSocket socket;
    private volatile int target;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicInteger requestsToLose = new AtomicInteger();
    private final AtomicInteger answersToKeep = new AtomicInteger();
    private volatile Runnable losing = () -> {};
    private volatile Runnable answering = () -> {};

    private CutWire(ServerSocket socket, int target) {
        this.socket = socket;
        this.target = target;
    }

    static CutWire to(int port) throws IOException {
        CutWire wire = new CutWire(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
        wire.threads.submit(wire::accept);
        return wire;
    }

    String url() {
        return "redis://127.0.0.1:" + socket.getLocalPort() + "/0";
    }

    /** The next answers do not come back, and their connections break. */
    void loseAnswers(int count) {
        answersToLose.set(count);
    }

    /** The next requests do not get there, and their connections break. */
    void loseRequests(int count) {
        requestsToLose.set(count);
    }

    /** The next answers do not come back, though their connections stay. */
    void keepAnswers(int count) {
        answersToKeep.set(count);
    }

    /** Done each time before a connection breaks: what was asked for is done by then. */
    void whenLosing(Runnable action) {
        losing = action;
    }

    /** Done each time before an answer comes back. */
    void whenAnswering(Runnable action) {
        answering = action;
    }

    /** Connections that are made from now on lead there; those that are there stay. */
    void leadTo(int port) {
        target = port;
    }

    int port() {
        return socket.getLocalPort();
    }

    private Void accept() throws IOException {
        while (true) {
            Socket client = socket.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(client);
            open.add(server);
            if (socket.isClosed()) {
                // It came while this was being closed, which may not have seen it.
                client.close();
                server.close();
                return null;
            }
            try {
                threads.submit(() -> pass(client, server, requestsToLose, new AtomicInteger(), false));
                threads.submit(() -> pass(server, client, answersToLose, answersToKeep, true));
            } catch (RejectedExecutionException closed) {
                client.close();
                server.close();
            }
        }
    }

    private Void pass(Socket from, Socket to, AtomicInteger toLose, AtomicInteger toKeep, boolean answers)
            throws IOException {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    losing.run();
                    return null;
                }
                if (toKeep.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    continue;
                }
                if (answers) {
                    answering.run();
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        }
        return null;
    }

    /** Breaks all connections, for good. */
    void cut() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdown();
        for (Socket each : open) {
            each.close();
        }
    }
}
