package dev.pawl.lease;

/** What a lease row says about its session. All but {@link Held} outlive their owner. */
public sealed interface LeaseState {

    /** An owner works with the session; nothing else is to be known about it. */
    record Held() implements LeaseState {}

    /** The session is being erased. Whoever opens it next finishes that before anything else. */
    record Clearing() implements LeaseState {}

    /**
     * The session is the target of a migration that has not finished. Only the same migration, run again, opens it.
     *
     * @param source where it is copied from, as {@link dev.pawl.backend.Backend#locate} says it
     */
    record Migrating(String source) implements LeaseState {}

    /**
     * The session was moved away for good and is not opened any more, not even by taking over: two devices with the same keys break each other.
     *
     * @param target where it went, as {@link dev.pawl.backend.Backend#locate} says it
     */
    record Retired(String target) implements LeaseState {}

    /** The ordinary state. */
    LeaseState HELD = new Held();

    /** The state of a session that is being erased. */
    LeaseState CLEARING = new Clearing();
}
