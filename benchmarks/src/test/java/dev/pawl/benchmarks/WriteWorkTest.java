package dev.pawl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.auth.KeyType;
import dev.pawl.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteWorkTest {

    @TempDir
    Path directory;

    @BeforeEach
    void writeFixtures() {
        new AuthFixture(30, 12, 1, 1, 6).write(directory.resolve("small.json"));
        AuthFixture.writePool(directory.resolve("pool.json"));
    }

    @Test
    void noSessionBelongsToTwoWriters() {
        List<String> all = new ArrayList<>();
        for (int writer = 0; writer < 5; writer++) {
            all.addAll(Device.sessions(12, writer, 5));
        }
        assertThat(all).hasSize(12).doesNotHaveDuplicates();
    }

    @Test
    void severalWritersWriteEachMessageOnce() {
        Map<String, Double> answer = WriteWork.run(
                request("sqlite:{}/store.db?synchronous=normal", 4).build());
        assertThat(answer).containsEntry("messages", 40.0).containsEntry("warmUp", 20.0);
        try (Pawl pawl = Pawl.open("sqlite:" + directory.resolve("place").resolve("store.db"))) {
            // messages 9, 19, 29 and 39 use up a pre-key each
            assertThat(pawl.auth().ids(KeyType.PRE_KEY)).hasSize(26).doesNotContain("1", "2", "3", "4");
        }
    }

    @Test
    void eachWriterHasADeviceOfItsOwnWhereAccountsAreAskedFor() {
        WriteWork.run(request("sqlite:{}/store.db?synchronous=normal", 3).accounts(3));
        try (Pawl pawl = Pawl.open("sqlite:" + directory.resolve("place").resolve("store.db"))) {
            assertThat(pawl.sessions()).hasSize(3);
        }
    }

    @Test
    void theDiskAloneGetsAFileForEachWriterAndKeepsNone() {
        assertThat(WriteWork.run(request("raw:{}", 2).build())).containsEntry("messages", 40.0);
        assertThat(Files.exists(directory.resolve("place"))).isFalse();
    }

    private Request request(String store, int writers) {
        return new Request(JsonObject.builder()
                .put("store", store)
                .put("place", directory.resolve("place").toString())
                .put("fixtures", directory.toString())
                .put("fixture", "small.json")
                .put("pool", "pool.json")
                .put("sessions", 12)
                .put("writers", writers)
                .put("warmUp", 20)
                .put("warmUpSeconds", 60)
                .put("count", 40)
                .put("seconds", 60));
    }

    private record Request(JsonObject.Builder json) {
        TrialRequest build() {
            return new TrialRequest(json.build());
        }

        TrialRequest accounts(int count) {
            return new TrialRequest(json.put("accounts", count).build());
        }
    }
}
