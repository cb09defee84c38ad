package dev.pawl.message;

import dev.pawl.event.Jid;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of a message at one of those it went to.
 *
 * @param user who, normalised
 * @param received when the first of his devices had it
 * @param read when he first read it
 * @param played when he first listened to it or watched it
 */
public record Receipt(String user, Optional<Instant> received, Optional<Instant> read, Optional<Instant> played) {

    /** Reads an entry of {@code userReceipt}; empty when it names nobody. */
    static Optional<Receipt> read(JsonObject entry) {
        return ProtoJson.text(entry, "userJid")
                .map(user -> new Receipt(
                        Jid.normalised(user),
                        at(entry, "receiptTimestamp"),
                        at(entry, "readTimestamp"),
                        at(entry, "playedTimestamp")));
    }

    private static Optional<Instant> at(JsonObject entry, String name) {
        return entry.get(name).flatMap(MessageTimes::secondsOrMilliseconds);
    }
}
