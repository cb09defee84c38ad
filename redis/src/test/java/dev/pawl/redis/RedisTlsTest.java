package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server behind TLS. */
final class RedisTlsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path directory = Path.of("");

    private static LocalRedis server;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        Path store = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Path key = pem("PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded());
        Path certificate = pem("CERTIFICATE", keys.getCertificate("redis").getEncoded());
        try {
            startSomewhere(key, certificate);
        } catch (IllegalStateException takenMeanwhile) {
            try {
                startSomewhere(key, certificate);
            } catch (IllegalStateException e) {
                throw LocalRedis.missing("none that knows TLS");
            }
        }
    }

    private static void startSomewhere(Path key, Path certificate) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        server = LocalRedis.start(
                "--tls-port",
                "" + port,
                "--tls-key-file",
                "" + key,
                "--tls-cert-file",
                "" + certificate,
                "--tls-ca-cert-file",
                "" + certificate,
                "--tls-auth-clients",
                "no");
    }

    private static Path pem(String what, byte[] bytes) throws IOException {
        String text = "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what + "-----\n";
        return Files.writeString(directory.resolve(what.replace(' ', '-') + ".pem"), text, StandardCharsets.US_ASCII);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Backend open(String host) {
        return RedisBackend.builder()
                .url("rediss://" + host + ":" + port)
                .timeout(Duration.ofSeconds(5))
                .open();
    }

    /** Does something while the store of the server says whom to trust. */
    private static void trusting(Runnable action) {
        Properties before = (Properties) System.getProperties().clone();
        System.setProperty(
                "javax.net.ssl.trustStore", directory.resolve("store.p12").toString());
        System.setProperty("javax.net.ssl.trustStorePassword", String.valueOf(PASSWORD));
        try {
            action.run();
        } finally {
            System.setProperties(before);
        }
    }

    @Test
    void aCertificateThatIsTrustedIsEnough() {
        trusting(() -> {
            try (Backend backend = open("127.0.0.1")) {
                backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
                assertThat(Rows.text(backend, Key.ofKey("session", "1"))).contains("{\"n\":1}");
            }
        });
    }

    @Test
    void aCertificateThatNobodyTrustsIsRefused() {
        assertThatThrownBy(() -> open("127.0.0.1"))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        refused -> assertThat(refused.code()).isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED))
                .hasMessageContaining("TLS is not agreed on: check that the certificate");
    }

    @Test
    void aServerWithoutTlsIsNoSecureOne() {
        Objects.requireNonNull(server);
        trusting(() -> assertThatThrownBy(() -> RedisBackend.builder()
                        .url("rediss://127.0.0.1:" + server.port())
                        .timeout(Duration.ofSeconds(2))
                        .patience(Duration.ofSeconds(1))
                        .open())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("TLS"));
    }
}
