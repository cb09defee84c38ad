package dev.pawl.convex;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The HTTP client of a deployment: one of ours, which ends with it, or one that was given, which stays open.
 *
 * <p>On Java 17 an HTTP client cannot be closed. Ours has threads of its own, which end here; the one that watches its
 * connections ends when nobody has the client any more and memory is cleared up. From Java 21 on all of it ends here.
 */
final class Channel implements AutoCloseable {

    /** What the threads of ours are called. */
    static final String THREADS = "pawl-convex";

    private final AtomicReference<Optional<HttpClient>> client;
    private final Optional<ExecutorService> threads;

    private Channel(HttpClient client, Optional<ExecutorService> threads) {
        this.client = new AtomicReference<>(Optional.of(client));
        this.threads = threads;
    }

    static Channel of(HttpClient given) {
        return new Channel(given, Optional.empty());
    }

    static Channel open(String base, Duration timeout) {
        // Where there is no TLS there is nothing that agrees on HTTP/2, and asking for it costs each connection a turn.
        HttpClient.Version version =
                base.startsWith("https:") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, THREADS);
            thread.setDaemon(true);
            return thread;
        });
        HttpClient own = HttpClient.newBuilder()
                .version(version)
                .connectTimeout(timeout)
                .executor(threads)
                .build();
        return new Channel(own, Optional.of(threads));
    }

    HttpClient client() {
        return client.get().orElseThrow(() -> new IllegalStateException("it is closed"));
    }

    @Override
    public void close() {
        Optional<HttpClient> last = client.getAndSet(Optional.empty());
        threads.ifPresent(own -> {
            last.filter(AutoCloseable.class::isInstance)
                    .map(AutoCloseable.class::cast)
                    .ifPresent(Channel::close);
            own.shutdownNow();
        });
    }

    private static void close(AutoCloseable client) {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
