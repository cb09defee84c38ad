package dev.pawl.tck;

import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Traits;
import java.util.Set;

/** What a rule needs of a subject to say anything about it; all of it is declared, by the {@link Subject} or in the traits of its backend. */
enum Need {
    /** The storage is opened again. What claims to be durable has to be, so that W01 can find it out. */
    REOPENING,

    /** Two backends are open on the storage at once. */
    SHARING,

    /** A row can be damaged behind the backend's back. */
    DAMAGE,

    /** A row can be made unreadable behind the backend's back. */
    OBSTRUCTION,

    MANY_SESSIONS,

    ONE_SESSION,

    CREDENTIALS_AND_KEYS,

    /** There is a family that the backend does not hold. */
    MISSING_FAMILY,

    /** A batch with too many rows is not too big for a test. */
    LIMIT_OF_ROWS,

    /** A batch with too many bytes is neither too big for a test, nor has it too many rows. */
    LIMIT_OF_BYTES,

    /** A value with too many bytes is not too big for a test. */
    LIMIT_OF_A_VALUE,

    /** There is a row that is refused though its family is held: for its size, or for its key. */
    REFUSED_ROW;

    boolean isMetBy(Subject subject, Traits traits) {
        return switch (this) {
            case REOPENING -> subject.isStored() || traits.durability() != Durability.NONE;
            case SHARING -> subject.isShared();
            case DAMAGE -> subject.damage().isPresent();
            case OBSTRUCTION -> subject.obstruction().isPresent();
            case MANY_SESSIONS -> traits.manySessions();
            case ONE_SESSION -> !traits.manySessions();
            case CREDENTIALS_AND_KEYS -> traits.families().containsAll(Set.of(Family.CREDENTIALS, Family.KEY));
            case MISSING_FAMILY -> traits.families().size() < Family.values().length;
            case LIMIT_OF_ROWS -> traits.limits().rows() <= LimitRules.AFFORDABLE_ROWS;
            case LIMIT_OF_BYTES -> LimitRules.bytesInReach(traits.limits());
            case LIMIT_OF_A_VALUE -> LimitRules.valueInReach(traits.limits());
            case REFUSED_ROW ->
                LimitRules.valueInReach(traits.limits())
                        || HostileNames.keys(BackendFixture.plain(traits.families())).stream()
                                .anyMatch(subject::refuses);
        };
    }
}
