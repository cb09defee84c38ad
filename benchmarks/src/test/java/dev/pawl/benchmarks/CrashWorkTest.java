package dev.pawl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look at a store after a crash finds, in a store that was made to be as it should be or not. */
class CrashWorkTest {

    private static final KeyType<JsonValue> SESSION = KeyType.json("session");
    private static final String NOTES =
            "S " + Records.sessionId(0) + " 8\nS " + Records.sessionId(1) + " 9\nD 1\nC 822\n";

    @TempDir
    Path directory;

    private JsonObject fixture;
    private TrialRequest request;

    @BeforeEach
    void fillAndNote() throws IOException {
        new AuthFixture(3, 4, 1, 1, 9).write(directory.resolve("small.json"));
        fixture = (JsonObject) JsonValue.parse(Files.readAllBytes(directory.resolve("small.json")));
        request = new TrialRequest(JsonObject.builder()
                .put("store", "sqlite:{}/store.db")
                .put("place", directory.resolve("place").toString())
                .put("notes", directory.resolve("notes").toString())
                .put("sessions", 4)
                .build());
        Files.writeString(directory.resolve("notes"), NOTES);
        FillWork.fillAll(request, request.place(), fixture);
    }

    @Test
    void whatWasAcknowledgedAndIsThereIsNoDamage() {
        change(store -> store.write(message(1, 9)
                .delete(KeyType.PRE_KEY, "1")
                .credentials(FillWork.credentials(fixture).with("nextPreKeyId", JsonNumber.of(822)))));
        assertThat(look())
                .containsEntry("damaged", 0.0)
                .containsEntry("halves", 0.0)
                .containsEntry("acknowledged", 4.0);
    }

    @Test
    void whatWasAcknowledgedAndIsNotThereIsCountedByItsKind() {
        assertThat(look())
                .containsEntry("damaged", 1.0)
                .containsEntry("staleSessions", 2.0)
                .containsEntry("staleCredentials", 1.0)
                .containsEntry("resurrected", 1.0)
                .containsEntry("lostSessions", 0.0);
    }

    @Test
    void aSessionThatIsGoneIsCounted() {
        change(store -> store.delete(SESSION, List.of(Records.sessionId(3))));
        assertThat(look()).containsEntry("lostSessions", 1.0);
    }

    @Test
    void aLastMessageOfWhichTheCredentialsAreMissingIsHalf() {
        change(store -> store.write(message(1, 9).delete(KeyType.PRE_KEY, "1")));
        assertThat(look()).containsEntry("halves", 1.0).containsEntry("damaged", 1.0);
    }

    @Test
    void aStoreThatDoesNotOpenIsDamaged() throws IOException {
        Files.writeString(
                request.place().resolve("store.db"), "not a database, and long enough to be looked at".repeat(50));
        assertThat(look()).containsEntry("notOpened", 1.0).containsEntry("damaged", 1.0);
    }

    @Test
    void aNoteWithoutItsEndCountsForNothing() throws IOException {
        Files.writeString(directory.resolve("notes"), "S a 1\nS b 2");
        assertThat(Acknowledged.read(directory.resolve("notes")).sessions()).isEqualTo(Map.of("a", 1L));
    }

    private Updates message(int session, int number) {
        JsonObject sessions = (JsonObject)
                ((JsonObject) fixture.get("data").orElseThrow()).get("session").orElseThrow();
        Updates updates = Updates.none();
        for (int i = 0; i <= session; i++) {
            JsonObject record = (JsonObject) sessions.get(Records.sessionId(i)).orElseThrow();
            updates =
                    updates.put(SESSION, Records.sessionId(i), record.with("seq", JsonNumber.of(number - session + i)));
        }
        return updates;
    }

    private void change(Consumer<AuthStore> change) {
        try (Pawl pawl = Pawl.open(Locators.in(request, request.place()))) {
            change.accept(pawl.auth());
        }
    }

    private Map<String, Double> look() {
        return CrashWork.look(request.with("work", new JsonString("crash-look")));
    }
}
