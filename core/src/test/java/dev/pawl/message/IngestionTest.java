package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.FencedException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IngestionTest {

    private final List<String> stored = new ArrayList<>();
    private final List<String> putAside = new ArrayList<>();
    private boolean room = true;

    /** Takes so many events in one commit, and none that has a refused item. */
    private Intake taking(int most, String refused) {
        return new Intake() {
            @Override
            public Taken take(List<RawEvent> events) {
                List<String> items = new ArrayList<>();
                List<RawEvent> some = events.subList(0, Math.min(most, events.size()));
                some.forEach(event -> items.addAll(items(event)));
                if (items.contains(refused)) {
                    throw new UnsupportedException("cannot hold that");
                }
                if (items.contains("broken")) {
                    throw new IllegalStateException("words of somebody");
                }
                if (items.contains("fence")) {
                    throw new FencedException("taken over");
                }
                stored.addAll(items);
                return new Taken(events.subList(some.size(), events.size()), List.of(), items.size());
            }

            @Override
            public Optional<Taken> settle() {
                throw new AssertionError("nothing was in doubt");
            }

            @Override
            public Optional<SetAside> putAside(RawEvent event, String reason, String problem) {
                putAside.addAll(items(event));
                return room ? Optional.of(new SetAside("id", reason, problem, Instant.EPOCH, event)) : Optional.empty();
            }
        };
    }

    private static List<String> items(RawEvent event) {
        return ((JsonArray) event.data())
                .values().stream().map(item -> ((JsonString) item).value()).toList();
    }

    private static RawEvent event(String... items) {
        List<JsonString> values = new ArrayList<>();
        for (String item : items) {
            values.add(new JsonString(item));
        }
        return new RawEvent("chats.delete", JsonArray.copyOf(values));
    }

    @Test
    void everythingIsStoredInItsOrderHoweverLittleGoesIntoOneCommit() {
        List<RawEvent> events = new ArrayList<>();
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            events.add(event("a" + i, "b" + i));
            items.addAll(List.of("a" + i, "b" + i));
        }
        for (int most : List.of(1, 3, 100)) {
            stored.clear();
            Ingested ingested = new Ingestion(taking(most, "none")).all(events);
            assertThat(stored).isEqualTo(items);
            assertThat(ingested).isEqualTo(new Ingested(200, List.of(), 0));
        }
        assertThat(new Ingestion(taking(1, "none")).all(List.of())).isEqualTo(new Ingested(0, List.of(), 0));
    }

    @Test
    void theOneItemThatIsRefusedIsPutAsideAndTheOthersAreStoredInTheirOrder() {
        List<RawEvent> events = List.of(event("a"), event("b", "bad", "c"), event("d"), event("bad"), event("e"));

        Ingested ingested = new Ingestion(taking(100, "bad")).all(events);
        assertThat(stored).containsExactly("a", "b", "c", "d", "e");
        assertThat(putAside).containsExactly("bad", "bad");
        assertThat(ingested.rows()).isEqualTo(7);
        assertThat(ingested.setAside())
                .hasSize(2)
                .allMatch(event ->
                        event.reason().equals("refused") && event.problem().equals("cannot hold that"));
    }

    @Test
    void anItemThatNobodyForesawKeepsTheOthersFromNothing() {
        Ingested ingested = new Ingestion(taking(100, "none")).all(List.of(event("a", "broken", "b"), event("c")));

        assertThat(stored).containsExactly("a", "b", "c");
        assertThat(ingested.setAside())
                .extracting(SetAside::problem)
                .containsExactly(IllegalStateException.class.getName());
    }

    @Test
    void whatHasNoRoomIsCounted() {
        room = false;

        Ingested ingested = new Ingestion(taking(100, "bad")).all(List.of(event("a"), event("bad")));
        assertThat(ingested).isEqualTo(new Ingested(2, List.of(), 1));
    }

    @Test
    void aFailureOfTheStoreEndsItAndIsTold() {
        assertThatThrownBy(() -> new Ingestion(taking(1, "none")).all(List.of(event("a"), event("fence"), event("b"))))
                .isInstanceOf(FencedException.class);
        assertThat(stored).containsExactly("a");
    }
}
