package dev.pawl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFixtureTest {

    private static final int MESSAGES = HistoryFixture.MESSAGES;

    @TempDir
    static Path directory;

    @BeforeAll
    static void writeFixture() {
        // Throws when these are not the messages that all stores are measured with.
        HistoryFixture.write(directory.resolve("messages.jsonl"), MESSAGES);
    }

    @Test
    void theFirstMessageIsInChatNought() {
        List<JsonObject> messages = HistoryFixture.read(directory.resolve("messages.jsonl"), 3);
        assertThat(messages).hasSize(3);
        assertThat(messages.get(0).toText()).contains("\"remoteJid\":\"" + HistoryFixture.jid(0) + "\"");
    }

    @Test
    void whatIsPutInIsFoundByEveryQuery() throws InterruptedException {
        Map<String, Double> ingested = IngestWork.run(request(ingest()));
        assertThat(ingested).containsEntry("messages", 1_000.0);
        assertThat(FloodWork.run(request(ingest()))).containsKey("rss");
        TrialRequest reading = request(JsonObject.builder()
                .put("messages", 20_000)
                .put("chats", HistoryFixture.CHATS)
                .put("pages", 8)
                .put("warmUpMillis", 0));
        HistoryWork.fill(reading);
        assertThat(QueryWork.run(reading)).containsEntry("distinct", 1_000.0).containsKey("chatList");
    }

    private static JsonObject.Builder ingest() {
        return JsonObject.builder()
                .put("count", 1_000)
                .put("batch", 50)
                .put("type", "append")
                .put("seconds", 60)
                .put("warmUpSeconds", 0);
    }

    private TrialRequest request(JsonObject.Builder json) {
        return new TrialRequest(json.put("fixture", "messages.jsonl")
                .put("store", "sqlite:{}/store.db?synchronous=normal&search=on")
                .put("place", directory.resolve("place").toString())
                .put("fixtures", directory.toString())
                .build());
    }
}
