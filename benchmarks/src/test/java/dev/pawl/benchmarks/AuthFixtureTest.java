package dev.pawl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthFixtureTest {

    @TempDir
    Path directory;

    @Test
    void theStateOfAUsedDeviceIsTheOneThatPeersWereMeasuredWith() throws IOException {
        Path file = directory.resolve("auth.json");
        AuthFixture.used(500).write(file);
        assertThat(sha256(file)).isEqualTo("bebd0e013b8a928c7f88b0535ea9e06291fa8b37ff1f2a4daf301327e9aa3888");
    }

    @Test
    void theSessionsToWriteAreTheOnesThatPeersWereMeasuredWith() throws IOException {
        Path file = directory.resolve("pool.json");
        AuthFixture.writePool(file);
        assertThat(sha256(file)).isEqualTo("4e8025121bee6f086b25e1a82930abfb84e4a83c3833e319d4809fbb2739cfaf");
    }

    @Test
    void everyRecordHasTheShapeOfItsType() throws IOException {
        Path file = directory.resolve("small.json");
        List<String> ids = new AuthFixture(3, 5, 2, 2, 9).write(file);
        JsonObject fixture = (JsonObject) JsonValue.parse(Files.readAllBytes(file));
        JsonObject records = (JsonObject) fixture.get("data").orElseThrow();
        assertThat(Credentials.parse(fixture.get("creds").orElseThrow().toBytes())
                        .paired())
                .isTrue();
        assertThat(decoded(records, KeyType.PRE_KEY)).isEqualTo(3);
        assertThat(decoded(records, KeyType.SESSION)).isEqualTo(5);
        assertThat(decoded(records, KeyType.APP_STATE_SYNC_KEY)).isEqualTo(2);
        assertThat(((JsonObject) records.get("app-state-sync-key").orElseThrow()).names())
                .isEqualTo(ids);
    }

    private static int decoded(JsonObject records, KeyType<?> type) {
        JsonObject all = (JsonObject) records.get(type.name()).orElseThrow();
        all.forEach((id, value) -> type.decode(id, value.toBytes(), "fixture"));
        return all.size();
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
