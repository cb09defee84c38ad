package dev.pawl.convex;

import static dev.pawl.convex.Rows.letters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents that {@code docs/format/convex.md} shows are those that are written. */
final class ConvexFormatTest {

    private static final Pattern LANE = Pattern.compile("[0-9a-f-]{36}-\\d+(?=:1:2)");

    @Test
    void theDocumentsOfTheFormatAreWritten() throws IOException {
        try (LocalConvex convex = LocalConvex.start();
                Backend backend = convex.backend("shop").open()) {
            String chat = "6282222222222@s.whatsapp.net";
            backend.commit(
                    SessionName.of("demo"),
                    Batch.of(
                            Row.of(
                                    new Key(Family.MESSAGE, chat, "3A22F0|0"),
                                    1_700_000_120,
                                    Bytes.utf8("{\"key\":{\"id\":\"3A22F0\"}}")),
                            Row.of(Key.ofKey("lid-mapping", "6281111111111"), Bytes.utf8("\"11122233344455\"")),
                            Row.of(Key.ofKey("a:type", "1"), letters(1_000_000)),
                            Row.of(Key.of(Family.LEASE, "auth"), Bytes.utf8("{}"))));

            List<String> rows = convex.rows().stream()
                    .map(row -> LANE.matcher(row).replaceAll("LANE").replaceAll("xxx+", "xxx\u2026xxx"))
                    .toList();

            assertThat(rows).isEqualTo(documented());
        }
    }

    private static List<String> documented() throws IOException {
        String format = Files.readString(Path.of("../docs/format/convex.md"));
        Matcher block = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(format);
        assertThat(block.find()).isTrue();
        return block.group(1).lines().toList();
    }
}
