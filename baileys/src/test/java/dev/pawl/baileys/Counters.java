package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.Credentials;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers in somebody's credentials that only grow, as they were each time that somebody looked. */
final class Counters {

    private final Map<String, Long> before = new LinkedHashMap<>();

    /**
     * None is lower than it was, and no pre-key that was announced will be made again.
     *
     * @param announced the highest number of a pre-key that was announced, asked for before the credentials were read: what is
     *     announced later may be missing in them
     */
    void requireForward(long announced, Credentials stored) {
        long next = stored.nextPreKeyId().orElseThrow();
        requireForward("nextPreKeyId", next);
        requireForward(
                "firstUnuploadedPreKeyId", stored.firstUnuploadedPreKeyId().orElseThrow());
        requireForward("accountSyncCounter", stored.accountSyncCounter().orElse(0));
        assertThat(next).as("the next pre-key to be made").isGreaterThan(announced);
    }

    private void requireForward(String name, long now) {
        assertThat(now).as(name).isGreaterThanOrEqualTo(before.getOrDefault(name, 0L));
        before.put(name, now);
    }
}
