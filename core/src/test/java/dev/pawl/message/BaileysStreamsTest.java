package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.Event;
import dev.pawl.event.EventType;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real Baileys emitted in the scenes of {@code interop/node/scenes.mjs}: all of it is read as what it is. */
class BaileysStreamsTest {

    private static final Path STREAMS = Path.of("src/test/resources/dev/pawl/message/streams");

    /** What Baileys does not emit, or not in these scenes. */
    private static final Set<EventType> ELSEWHERE =
            EnumSet.of(EventType.BLOCKLIST_SET, EventType.MESSAGES_MEDIA_UPDATE, EventType.OTHER);

    static List<Path> streams() throws IOException {
        try (Stream<Path> files = Files.list(STREAMS)) {
            return files.filter(file -> !file.toString().endsWith(".rows.jsonl"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void everyLineIsAnEventThatAHistoryKnows(Path stream) throws IOException {
        assertThat(events(stream)).isNotEmpty().noneMatch(event -> event.type() == EventType.OTHER);
    }

    @Test
    void theScenesShowEveryEvent() throws IOException {
        Set<EventType> seen = EnumSet.noneOf(EventType.class);
        for (Path stream : streams()) {
            events(stream).forEach(event -> seen.add(event.type()));
        }

        assertThat(seen).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(ELSEWHERE)));
    }

    private static List<Event> events(Path stream) throws IOException {
        return Files.readAllLines(stream).stream()
                .map(line -> Event.of(RawEvent.parse(Bytes.utf8(line))))
                .toList();
    }
}
