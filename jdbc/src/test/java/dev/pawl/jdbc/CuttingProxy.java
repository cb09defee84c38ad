package dev.pawl.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The way to a server on this machine, on which commits or their answers get lost. */
final class CuttingProxy implements AutoCloseable {

    /** What becomes of the next commit. */
    enum Fate {
        /** It arrives; its answer and the connection are lost. */
        ANSWER_LOST,
        /** It is lost, with the connection. */
        REQUEST_LOST,
        /** It stays on the way until {@link #deliver}; the connection is lost. */
        DELAYED
    }

    /** A client, and its connection to the server. */
    private static final class Pair {
        private final Socket client;
        private final Socket server;
        private final CountDownLatch answered = new CountDownLatch(1);
        private volatile boolean deaf;
        private volatile byte[] request = new byte[0];

        Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void close() {
            try {
                client.close();
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final ServerSocket listening;
    private final int port;
    private final Queue<Pair> pairs = new ConcurrentLinkedQueue<>();
    private final Queue<Fate> fates = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Optional<Pair>> delayed = new AtomicReference<>(Optional.empty());
    private final Semaphore held = new Semaphore(0);
    private final Semaphore released = new Semaphore(0);
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger exchanges = new AtomicInteger();
    private volatile boolean asked;
    private volatile boolean closedAfterNext;
    private volatile boolean silent;
    private volatile boolean holding;

    /** In front of the server on this port. */
    CuttingProxy(int port) throws IOException {
        this.port = port;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** Where it listens. */
    int port() {
        return listening.getLocalPort();
    }

    /** How many connections there were. */
    int accepted() {
        return accepted.get();
    }

    /** How often something was asked after something was answered. */
    int exchanges() {
        return exchanges.get();
    }

    /** How many commits were sent, of one session or of several. */
    int commits() {
        return commits.get();
    }

    /** Has the next commit, and its connection, stay on the way until {@link #release}. */
    void holdNext() {
        holding = true;
    }

    /** Waits until it came. */
    void awaitHeld() throws InterruptedException {
        held.acquire();
    }

    /** Has it go on. */
    void release() {
        released.release();
    }

    /** From now on nothing that is asked goes on, on no connection. */
    void fallSilent() {
        silent = true;
    }

    /** The fate of the next commit; all others arrive. */
    void next(Fate fate) {
        fates.add(fate);
    }

    /** After the next commit that has a fate nobody gets a connection any more, and those that there are end. */
    void closeAfterNext() {
        closedAfterNext = true;
    }

    /** Cuts all connections that there are: those that were counted, and none that is counted later. */
    void cut() {
        synchronized (pairs) {
            pairs.forEach(Pair::close);
            pairs.clear();
        }
    }

    /** Has the delayed commit arrive, and waits until the server has dealt with it. */
    void deliver() throws IOException, InterruptedException {
        Pair late = delayed.getAndSet(Optional.empty()).orElseThrow();
        // In one call: with the answer the connection is closed.
        late.server.getOutputStream().write(late.request);
        late.answered.await();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Pair pair = new Pair(client, new Socket(InetAddress.getLoopbackAddress(), port));
                pair.client.setTcpNoDelay(true);
                pair.server.setTcpNoDelay(true);
                synchronized (pairs) {
                    accepted.incrementAndGet();
                    pairs.add(pair);
                    if (listening.isClosed()) {
                        // Who closed it did not see this one.
                        pair.close();
                        return;
                    }
                }
                start(() -> passRequests(pair));
                start(() -> passAnswers(pair));
            } catch (IOException e) {
                // The server is not there, or this is closed: the client finds out.
            }
        }
    }

    private void passRequests(Pair pair) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = pair.client.getInputStream();
            OutputStream out = pair.server.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                boolean isCommit = isCommit(buffer, read);
                if (isCommit) {
                    commits.incrementAndGet();
                }
                if (silent) {
                    continue;
                }
                boolean isHeld = isCommit && holding;
                if (isHeld) {
                    holding = false;
                    held.release();
                    released.acquire();
                }
                Optional<Fate> fate = isCommit && !isHeld ? Optional.ofNullable(fates.poll()) : Optional.empty();
                if (fate.isPresent()) {
                    meet(fate.get(), pair, Arrays.copyOf(buffer, read));
                    return;
                }
                if (!asked) {
                    exchanges.incrementAndGet();
                }
                asked = true;
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException | InterruptedException e) {
            // One end is gone, so the other goes too.
        }
        pair.close();
    }

    private void passAnswers(Pair pair) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = pair.server.getInputStream();
            OutputStream out = pair.client.getOutputStream();
            for (int read = in.read(buffer); read >= 0 && !pair.deaf; read = in.read(buffer)) {
                asked = false;
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // One end is gone, so the other goes too.
        }
        pair.close();
        pair.answered.countDown();
    }

    /** Only commits speak of that, as long as their statements are sent as text. */
    private static boolean isCommit(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains("verdict");
    }

    private void meet(Fate fate, Pair pair, byte[] request) throws IOException {
        if (closedAfterNext) {
            listening.close();
            // The pool may have made a second one meanwhile, on which the commit would be settled.
            synchronized (pairs) {
                pairs.stream().filter(other -> other != pair).forEach(Pair::close);
            }
        }
        switch (fate) {
            case REQUEST_LOST -> pair.close();
            case ANSWER_LOST -> {
                // Whoever passes answers cuts the connection when this one comes.
                pair.deaf = true;
                pair.server.getOutputStream().write(request);
                pair.server.getOutputStream().flush();
            }
            case DELAYED -> {
                pair.deaf = true;
                pair.request = request;
                delayed.set(Optional.of(pair));
                pair.client.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        release();
        cut();
    }
}
