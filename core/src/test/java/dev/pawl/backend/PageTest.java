package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageTest {

    private final List<Optional<Integer>> asked = new ArrayList<>();

    /** Pages of two numbers up to seven; the second is empty and has a next one. */
    private Function<Optional<Integer>, Page<Integer, Integer>> listing() {
        return after -> {
            asked.add(after);
            int from = after.orElse(0);
            return switch (from) {
                case 2 -> new Page<>(List.of(), Optional.of(3));
                case 5 -> Page.last(List.of(6, 7));
                default -> new Page<>(List.of(from + 1, from + 2), Optional.of(from + 2));
            };
        };
    }

    @Test
    void aStreamHasEverythingUpToThePageWithoutANext() {
        assertThat(Page.stream(listing())).containsExactly(1, 2, 4, 5, 6, 7);
        assertThat(asked).containsExactly(Optional.empty(), Optional.of(2), Optional.of(3), Optional.of(5));
    }

    @Test
    void aStreamReadsAPageOnlyWhenItGetsThere() {
        assertThat(Page.stream(listing()).limit(3).toList()).containsExactly(1, 2, 4);
        assertThat(asked).doesNotContain(Optional.of(5));
    }

    @Test
    void anEmptyListingIsAnEmptyStream() {
        assertThat(Page.stream((Optional<String> after) -> Page.<Integer, String>last(List.of())))
                .isEmpty();
    }

    @Test
    void sessionsOfManyPagesAreAllListedInOrder() {
        MemoryBackend backend = new MemoryBackend();
        List<SessionName> names = IntStream.range(0, 1001)
                .mapToObj(i -> SessionName.of("s" + (10_000 + i)))
                .toList();
        names.forEach(name -> backend.commit(name, Batch.of(Row.of(Key.ofKey("t", "1"), Bytes.utf8("{}")))));

        assertThat(backend.sessions(EnumSet.of(Family.KEY))).isEqualTo(names);
        assertThat(backend.sessions(EnumSet.of(Family.CHAT))).isEmpty();
    }

    @Test
    void familiesThatABackendDoesNotHoldAreNotAskedFor() {
        Set<Family> held = EnumSet.of(Family.KEY);
        Backend keysOnly = new ForwardingBackend(new MemoryBackend()) {
            @Override
            public Traits traits() {
                return new Traits(held, Durability.NONE, Traits.Limits.NONE, true, held);
            }

            @Override
            public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
                assertThat(families).isEqualTo(held);
                return Page.last(List.of(SessionName.DEFAULT));
            }
        };

        assertThat(keysOnly.sessions(EnumSet.allOf(Family.class))).containsExactly(SessionName.DEFAULT);
    }
}
