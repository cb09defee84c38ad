package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.message.MessageStore;
import dev.pawl.message.Retention;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Long work that tells nothing of itself has a bar all the same. */
class ShownBackendTest {

    @Test
    void aSearchThatReadsAndAPruningShowHowFarTheyAreAndTakeTheBarAway() {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        Streams terminal =
                new Streams(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), drawn, true, true);
        try (Backend memory = new MemoryBackend()) {
            for (int i = 0; i < 3; i++) {
                memory.commit(
                        SessionName.DEFAULT,
                        Batch.of(Row.of(
                                new Key(Family.MESSAGE, "1@lid", i + "|0"),
                                1,
                                Bytes.utf8("{\"key\":{\"remoteJid\":\"1@lid\",\"id\":\"" + i
                                        + "\"},\"messageTimestamp\":1}"))));
            }
            try (ProgressBar bar = new ProgressBar(terminal, 0, 0);
                    MessageStore history = MessageStore.openReadOnly(
                            new ShownBackend(memory, bar, "searching"), SessionName.DEFAULT)) {
                history.search("word", Optional.empty(), Optional.empty(), 1);
                assertThat(drawn.toString(UTF_8)).contains("\r\u001b[Ksearching 3");
            }
            assertThat(drawn.toString(UTF_8)).endsWith("\r\u001b[K");
            drawn.reset();
            try (ProgressBar bar = new ProgressBar(terminal, 0, 0);
                    MessageStore history =
                            MessageStore.open(new ShownBackend(memory, bar, "pruning"), SessionName.DEFAULT)) {
                assertThat(history.prune(Retention.EVERYTHING.withNewest(0))).isEqualTo(3);
                assertThat(drawn.toString(UTF_8)).contains("pruning ");
            }
        }
    }
}
