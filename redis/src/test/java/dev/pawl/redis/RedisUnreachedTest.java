package dev.pawl.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** A server that is not reached is named with the reason and with what to check, and without the password. */
final class RedisUnreachedTest {

    private static final String SECRET = "s3same-0pen";

    /** Of who has time to answer, as a busy machine needs it. */
    private static String refusal(String url) {
        return refusal(url, Duration.ofSeconds(2));
    }

    private static String refusal(String url, Duration timeout) {
        UnavailableException refused = catchThrowableOfType(
                UnavailableException.class,
                () -> RedisBackend.builder()
                        .url(url.replace("//", "//:" + SECRET + "@"))
                        .namespace("{n}")
                        .timeout(timeout)
                        .patience(timeout.multipliedBy(3))
                        .open()
                        .close());
        assertThat(refused.code()).isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED);
        assertThat(refused).hasMessageNotContaining(SECRET);
        return String.valueOf(refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "redis://127.0.0.1:1/0, the connection is refused: check host and port",
        "rediss://127.0.0.1:1/0, the connection is refused: check host and port",
        "redis://127.0.0.1:1?cluster=true, the connection is refused: check host and port",
        "redis://127.0.0.1:1?sentinel=m, no sentinel says where the master is: check the hosts and ports",
        "redis://no-such-host.invalid, no host of that name is known: check the name",
        "redis://no-such-host.invalid?cluster=true, no host of that name is known: check the name"
    })
    void whereNobodyListensTheReasonIsSaid(String url, String reason) {
        assertThat(refusal(url)).contains(RedisUrl.parse(url) + " is not reached: " + reason);
    }

    @Test
    void whoSaysNothingOrHangsUpOrIsSomethingElseIsNotTakenForARedis() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServerSocket web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            threads.submit(() -> answer(closing, ""));
            threads.submit(() -> answer(web, "HTTP/1.1 400 Bad Request\r\n\r\n"));

            Duration brief = Duration.ofMillis(100);
            assertThat(refusal(url(silent), brief)).contains("does not answer in time: check how busy it is");
            assertThat(refusal(url(silent).replace("redis:", "rediss:"), brief)).contains("check", "TLS");
            assertThat(refusal(url(closing))).contains("the connection breaks off: check", "rediss:");
            assertThat(refusal(url(web))).contains("is no Redis server: check host and port");
        } finally {
            threads.shutdown();
        }
    }

    private static String url(ServerSocket socket) {
        return "redis://127.0.0.1:" + socket.getLocalPort();
    }

    /** Says one thing to everybody who asks, and hangs up. */
    private static Void answer(ServerSocket socket, String text) throws IOException {
        while (true) {
            try (Socket client = socket.accept()) {
                byte[] question = new byte[1024];
                if (client.getInputStream().read(question) > 0) {
                    client.getOutputStream().write(text.getBytes(US_ASCII));
                }
            }
        }
    }

    /** What cannot be had on one machine. */
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new SocketTimeoutException("Connect timed out"), "nobody answers there in time"),
                Arguments.of(new ConnectException("Connection timed out"), "nobody answers there in time"),
                Arguments.of(new ConnectException("Network is unreachable"), "no way leads to that host"),
                Arguments.of(new NoRouteToHostException("No route to host"), "no way leads to that host"),
                Arguments.of(new SocketException("Connection reset"), "the connection breaks off"),
                Arguments.of(
                        new JedisException("Can connect to sentinel, but m seems to be not monitored..."),
                        "the sentinels know no master of that name"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void theReasonIsFoundAmongTheCausesAndWhatWasSuppressed(Exception failure, String reason) {
        JedisConnectionException connecting = new JedisConnectionException("Failed to connect to h:1.");
        connecting.addSuppressed(failure);
        assertThat(Unreached.reason(new Connections.NotSent(connecting)).orElse(""))
                .startsWith(reason);
        assertThat(Unreached.reason(new JedisConnectionException("Failed to create socket.", failure))
                        .orElse(""))
                .startsWith(reason);
    }

    @Test
    void whatIsNotKnownHasNoReasonEvenInACircle() {
        JedisException first = new JedisException("one");
        JedisException second = new JedisException("two", first);
        first.initCause(second);
        assertThat(Unreached.reason(first)).isEmpty();
    }
}
