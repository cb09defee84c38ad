package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A chat as it is stored, and what can be read in it.
 *
 * @param jid its address: by LID where both are known
 * @param json the chat as it is stored
 */
public record ChatView(String jid, JsonObject json) {

    private static final long FOR_EVER = -1;

    /** What it is called: the subject of a group, the name in the address book. */
    public Optional<String> name() {
        return ProtoJson.text(json, "displayName").or(() -> ProtoJson.text(json, "name"));
    }

    /** When something last happened in it. */
    public Optional<Instant> lastActivity() {
        return json.get("conversationTimestamp").flatMap(MessageTimes::secondsOrMilliseconds);
    }

    /** How many messages are unread, 0 also when it was only marked as unread. */
    public long unreadCount() {
        return Math.max(0, ProtoJson.integer(json, "unreadCount").orElse(0));
    }

    /** Whether it has unread messages or was marked as unread. */
    public boolean unread() {
        return ProtoJson.integer(json, "unreadCount").orElse(0) != 0 || ProtoJson.isTrue(json, "markedAsUnread");
    }

    /** Whether it is in the archive. */
    public boolean archived() {
        return ProtoJson.isTrue(json, "archived");
    }

    /** Since when it is pinned; empty when it is not. */
    public Optional<Instant> pinned() {
        return json.get("pinned").flatMap(MessageTimes::secondsOrMilliseconds);
    }

    /** Whether it stands behind the phone's lock. */
    public boolean locked() {
        return ProtoJson.isTrue(json, "locked");
    }

    /** Until when it is or was mute, {@link Instant#MAX} for good; empty when nobody muted it. */
    public Optional<Instant> muteEnd() {
        JsonValue end = json.get("muteEndTime").orElse(JsonNull.NULL);
        OptionalLong number = ProtoJson.integer(end);
        return number.orElse(0) == FOR_EVER ? Optional.of(Instant.MAX) : MessageTimes.secondsOrMilliseconds(end);
    }

    /** Shows nothing of it but the address's length. */
    @Override
    public String toString() {
        return "ChatView[" + json.size() + " members]";
    }
}
