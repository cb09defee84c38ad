package dev.pawl.tck;

import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Traits;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** What a rule needs of a subject to say anything about it; all of it is declared, by the {@link Subject} or in the traits of its backend. */
enum Need {
    /** The storage is opened again. What claims to be durable has to be, so that W01 can find it out. */
    REOPENING((subject, traits) -> subject.isStored() || traits.durability() != Durability.NONE),

    /** Two backends are open on the storage at once. */
    SHARING((subject, traits) -> subject.isShared()),

    DAMAGE((subject, traits) -> subject.damage().isPresent()),

    OBSTRUCTION((subject, traits) -> subject.obstruction().isPresent()),

    MANY_SESSIONS((subject, traits) -> traits.manySessions()),

    ONE_SESSION((subject, traits) -> !traits.manySessions()),

    CREDENTIALS_AND_KEYS((subject, traits) -> traits.families().containsAll(Set.of(Family.CREDENTIALS, Family.KEY))),

    /** There is a family that the backend does not hold. */
    MISSING_FAMILY((subject, traits) -> traits.families().size() < Family.values().length),

    /** A batch with too many rows is not too big for a test. */
    LIMIT_OF_ROWS((subject, traits) -> traits.limits().rows() <= LimitRules.AFFORDABLE_ROWS),

    /** A batch with too many bytes is neither too big for a test, nor has it too many rows. */
    LIMIT_OF_BYTES((subject, traits) -> LimitRules.bytesInReach(traits.limits())),

    /** A value with too many bytes is not too big for a test. */
    LIMIT_OF_A_VALUE((subject, traits) -> LimitRules.valueInReach(traits.limits())),

    /** There is a row that is refused though its family is held: for its size, or for its key. */
    REFUSED_ROW((subject, traits) -> LimitRules.valueInReach(traits.limits())
            || HostileNames.keys(BackendFixture.plain(traits.families())).stream()
                    .anyMatch(subject::refuses));

    private final BiPredicate<Subject, Traits> met;

    Need(BiPredicate<Subject, Traits> met) {
        this.met = met;
    }

    /** What this subject meets. */
    static Set<Need> metBy(Subject subject, Traits traits) {
        return Collections.unmodifiableSet(Arrays.stream(values())
                .filter(need -> need.met.test(subject, traits))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Need.class))));
    }
}
