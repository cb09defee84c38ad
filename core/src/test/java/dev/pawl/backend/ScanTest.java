package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Scan.Bound;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScanTest {

    private static final Scan ALL = Scan.of(Family.MESSAGE);
    private static final Position LOW = new Position(1, "p", "a");
    private static final Position HIGH = new Position(9, "p", "z");

    @Test
    void withoutMoreItIsTheWholeFamilyForwards() {
        assertThat(ALL)
                .isEqualTo(new Scan(
                        Family.MESSAGE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Scan.DEFAULT_LIMIT,
                        false));
    }

    @Test
    void fromIncludesAndBeforeExcludesInBothDirections() {
        for (Scan scan : new Scan[] {ALL, ALL.descending()}) {
            Scan between = scan.from(LOW).before(HIGH);

            assertThat(between.lower()).contains(new Bound(LOW, true));
            assertThat(between.upper()).contains(new Bound(HIGH, false));
            assertThat(between.backwards()).isEqualTo(scan.backwards());
        }
    }

    @Test
    void afterContinuesForwardsBehindTheCursorAndKeepsTheEnd() {
        Scan rest = ALL.from(LOW).before(HIGH).after(new Position(5, "p", "m"));

        assertThat(rest.lower()).contains(new Bound(new Position(5, "p", "m"), false));
        assertThat(rest.upper()).contains(new Bound(HIGH, false));
        assertThat(rest.backwards()).isFalse();
    }

    @Test
    void afterContinuesBackwardsBeforeTheCursorAndKeepsTheBeginning() {
        Scan rest = ALL.from(LOW).before(HIGH).descending().after(new Position(5, "p", "m"));

        assertThat(rest.upper()).contains(new Bound(new Position(5, "p", "m"), false));
        assertThat(rest.lower()).contains(new Bound(LOW, true));
        assertThat(rest.backwards()).isTrue();
    }

    @Test
    void eachStepKeepsWhatTheOthersSaid() {
        Scan scan = ALL.in("p").from(LOW).before(HIGH).descending().limit(7).withoutValues();
        Scan other =
                ALL.withoutValues().limit(7).descending().before(HIGH).from(LOW).in("p");

        assertThat(scan)
                .isEqualTo(other)
                .isEqualTo(new Scan(
                        Family.MESSAGE,
                        Optional.of("p"),
                        Optional.of(new Bound(LOW, true)),
                        Optional.of(new Bound(HIGH, false)),
                        true,
                        7,
                        true));
        assertThat(scan.after(LOW))
                .isEqualTo(new Scan(
                        Family.MESSAGE,
                        Optional.of("p"),
                        Optional.of(new Bound(LOW, true)),
                        Optional.of(new Bound(LOW, false)),
                        true,
                        7,
                        true));
    }

    @Test
    void aPageHasAtLeastOneRow() {
        assertThat(ALL.limit(1).limit()).isEqualTo(1);
        assertThatThrownBy(() -> ALL.limit(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ALL.limit(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
