package dev.pawl.message;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which messages are kept. Nothing goes that none of these says should go.
 *
 * @param olderThan messages that are older go; measured by the second they were sent, those without a time stay
 * @param newest of each chat so many messages stay, the others go
 * @param disappeared whether messages go whose own timer has run out
 * @param chats only these chats, by either address; none means all
 */
public record Retention(Optional<Duration> olderThan, OptionalInt newest, boolean disappeared, Set<String> chats) {

    /** Keeps everything. */
    public static final Retention EVERYTHING = new Retention(Optional.empty(), OptionalInt.empty(), false, Set.of());

    /**
     * Copies the set and checks the numbers.
     *
     * @throws IllegalArgumentException when an age is not above 0, or a number is negative
     */
    public Retention {
        chats = Set.copyOf(chats);
        if (olderThan.map(age -> age.isZero() || age.isNegative()).orElse(false) || newest.orElse(0) < 0) {
            throw new IllegalArgumentException("an age is above 0, and a number of messages is not negative");
        }
    }

    /** The same without messages that are older. */
    public Retention withoutOlderThan(Duration age) {
        return new Retention(Optional.of(age), newest, disappeared, chats);
    }

    /** The same with so many messages of each chat. */
    public Retention withNewest(int messages) {
        return new Retention(olderThan, OptionalInt.of(messages), disappeared, chats);
    }

    /** The same without messages whose own timer has run out. */
    public Retention withoutDisappeared() {
        return new Retention(olderThan, newest, true, chats);
    }

    /** The same for these chats only. */
    public Retention only(Set<String> jids) {
        return new Retention(olderThan, newest, disappeared, jids);
    }
}
