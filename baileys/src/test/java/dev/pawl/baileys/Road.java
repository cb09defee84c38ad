package dev.pawl.baileys;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A way to the stand-in that may be slow, and whose connections can be broken without a word to either end: what a router
 * does that was switched off.
 */
final class Road implements AutoCloseable {

    private static final String URL = "WA_STANDIN_URL";

    private final WhatsAppStandIn standIn;
    private final URI target;
    private final ServerSocket entry;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile int piece = 64 * 1024;
    private volatile long nanosAPiece;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger largest = new AtomicInteger();
    /** Of the connections that stand now; others have their own. */
    private volatile AtomicBoolean broken = new AtomicBoolean();

    private Road(WhatsAppStandIn standIn, ServerSocket entry) {
        this.standIn = standIn;
        this.target = URI.create(standIn.environment().get(URL));
        this.entry = entry;
    }

    static Road to(WhatsAppStandIn standIn) throws IOException {
        Road road = new Road(standIn, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        road.thread(road::accept);
        return road;
    }

    /** A transport that goes this way. */
    BaileysTransport.Builder transport(Path cache) {
        Map<String, String> environment = new LinkedHashMap<>(standIn.environment());
        environment.put(URL, "ws://127.0.0.1:" + entry.getLocalPort() + target.getPath());
        return standIn.transport(cache).environment(environment);
    }

    /** From now on all bytes go in pieces of this size at most, at this rate. */
    void slow(int most, int bytesASecond) {
        piece = most;
        nanosAPiece = 1_000_000_000L * most / bytesASecond;
    }

    /**
     * What went over it so far, in both directions.
     *
     * @param held how long the pieces were kept, all together
     * @param largest the size of the largest piece
     */
    record Carried(long bytes, Duration held, int largest) {

        /** Since then. */
        Carried since(Carried before) {
            return new Carried(bytes - before.bytes, held.minus(before.held), largest);
        }
    }

    Carried carried() {
        return new Carried(bytes.get(), Duration.ofNanos(nanos.get()), largest.get());
    }

    /** What is sent over the connections that stand arrives nowhere, and neither end is told. New ones are whole. */
    void breakSilently() {
        AtomicBoolean now = broken;
        broken = new AtomicBoolean();
        now.set(true);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entry.accept();
                Socket server = new Socket();
                server.connect(new InetSocketAddress(target.getHost(), target.getPort()));
                for (Socket socket : List.of(client, server)) {
                    socket.setTcpNoDelay(true);
                    sockets.add(socket);
                }
                AtomicBoolean mine = broken;
                thread(() -> carry(client, server, mine));
                thread(() -> carry(server, client, mine));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void carry(Socket from, Socket to, AtomicBoolean isBroken) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int read = in.read(buffer, 0, piece); read >= 0; read = in.read(buffer, 0, piece)) {
                long begin = System.nanoTime();
                LockSupport.parkNanos(nanosAPiece);
                nanos.addAndGet(System.nanoTime() - begin);
                if (!isBroken.get()) {
                    out.write(buffer, 0, read);
                    bytes.addAndGet(read);
                    largest.accumulateAndGet(read, Math::max);
                }
            }
        } catch (IOException e) {
            // One end is gone, and so the other goes.
        }
        if (!isBroken.get()) {
            closeAll(List.of(from, to));
        }
    }

    private void thread(Runnable work) {
        Thread thread = new Thread(work, "road");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeAll(List<Socket> some) {
        for (Socket socket : some) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        entry.close();
        closeAll(sockets);
    }
}
