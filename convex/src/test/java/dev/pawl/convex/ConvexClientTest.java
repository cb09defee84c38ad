package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.key;
import static dev.pawl.convex.Rows.row;
import static dev.pawl.convex.Rows.stored;
import static dev.pawl.convex.Rows.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.UnavailableException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTP client of a backend: whose threads end with it, who is warned, and what many threads at once do. */
@Timeout(60)
final class ConvexClientTest {

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(Channel.THREADS))
                .toList();
    }

    private static void assertEnd(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void theThreadsOfOurClientEndWithTheBackend() throws InterruptedException {
        try (LocalConvex convex = LocalConvex.start()) {
            List<Thread> before = threads();
            Backend backend = convex.backend("shop").open();
            backend.commit(MAIN, Batch.of(row("1", "a")));
            List<Thread> own = new ArrayList<>(threads());
            own.removeAll(before);
            assertThat(own).isNotEmpty();
            backend.close();
            assertEnd(own);
            assertThatThrownBy(
                            () -> convex.backend("shop").secret("x".repeat(40)).open())
                    .isInstanceOf(UnavailableException.class);
            List<Thread> left = new ArrayList<>(threads());
            left.removeAll(before);
            assertEnd(left);
        }
    }

    @Test
    void aClientThatIsGivenStaysOpen() {
        HttpClient mine =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (LocalConvex convex = LocalConvex.start()) {
            for (int n = 0; n < 2; n++) {
                try (Backend backend = convex.backend("shop").client(mine).open()) {
                    backend.commit(MAIN, Batch.of(row("1", "" + n)));
                    assertThat(stored(backend, key("1"))).contains(value("" + n));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com,true",
        "http://127.0.0.1.example.com,true",
        "http://localhost.example.com:3210,true",
        "http://10.0.0.1,true",
        "http://[::2],true",
        "https://example.com,false",
        "http://localhost:3210,false",
        "http://box.localhost,false",
        "http://127.0.0.1,false",
        "http://127.1.2.3:3210/x,false",
        "http://[::1]:3210,false",
        "http://[0:0:0:0:0:0:0:1],false"
    })
    void whatOthersMayReadOnTheWayIsKnown(String url, boolean open) {
        assertThat(ConvexUrl.isOpen(ConvexUrl.parse(url))).isEqualTo(open);
    }

    @Test
    void aSecretThatIsSentWithoutTlsToAnotherMachineIsWarnedOfOnce() {
        // Of a network that is nobody's: nothing answers there.
        ConvexBackend.Builder away = ConvexBackend.builder()
                .url("http://host.invalid")
                .timeout(Duration.ofMillis(50))
                .patience(Duration.ofMillis(50));
        try (HeardLog log = new HeardLog()) {
            assertThatThrownBy(away::open).isInstanceOf(UnavailableException.class);
            assertThat(log.lines()).isEmpty();
            assertThatThrownBy(away.secret(LocalConvex.SECRET)::open).isInstanceOf(UnavailableException.class);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("http://host.invalid is called without TLS")
                    .doesNotContain(LocalConvex.SECRET);
        }
        try (LocalConvex convex = LocalConvex.start();
                HeardLog log = new HeardLog();
                Backend backend = convex.backend("shop").open()) {
            backend.commit(MAIN, Batch.of(row("1", "a")));
            assertThat(log.lines()).isEmpty();
        }
    }

    /** Each of many threads counts up: what another was faster with is a conflict of that row, and nothing is counted twice. */
    @Test
    void whoRacesCountsOnceOrHearsOfTheConflict() throws Exception {
        int threads = 6;
        int each = 15;
        ExecutorService crowd = Executors.newFixedThreadPool(threads);
        try (LocalConvex convex = LocalConvex.start();
                Backend one = convex.backend("shop").open();
                Backend other = convex.backend("shop").open()) {
            one.commit(MAIN, Batch.of(row("counter", "0")));
            convex.faults(
                    Fault.times(40, Fault.beside("pawl:commit", 3)), Fault.times(5, Fault.beside("pawl:commit", 100)));
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int n = 0; n < threads; n++) {
                Backend mine = n % 2 == 0 ? one : other;
                tasks.add(() -> counted(mine, each));
            }
            for (Future<Integer> task : crowd.invokeAll(tasks)) {
                task.get();
            }
            assertThat(stored(one, key("counter"))).contains(value("" + threads * each));
        } finally {
            crowd.shutdownNow();
        }
    }

    private static int counted(Backend backend, int times) {
        int conflicts = 0;
        for (int n = 0; n < times; ) {
            String now = stored(backend, key("counter")).orElseThrow().utf8().replace("\"", "");
            Batch next = Batch.of(row("counter", "" + (Integer.parseInt(now) + 1)))
                    .with(Check.exact(key("counter"), value(now)));
            try {
                backend.commit(MAIN, next);
                n++;
            } catch (ConflictException e) {
                assertThat(e.key()).contains(key("counter"));
                conflicts++;
            }
        }
        return conflicts;
    }
}
