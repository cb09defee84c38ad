package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A group as it is stored, and what can be read in it.
 *
 * @param jid its address
 * @param json the group as it is stored
 */
public record GroupView(String jid, JsonObject json) {

    /** What it is called. */
    public Optional<String> subject() {
        return ProtoJson.text(json, "subject");
    }

    /** Its members, as stored: {@code id}, {@code phoneNumber}, {@code lid}, {@code admin}. */
    public List<JsonObject> participants() {
        return ProtoJson.objects(json, "participants");
    }

    /** Whether {@link #participants} are all there are; not as long as only changes of a group were seen. */
    public boolean complete() {
        boolean partial = ProtoJson.object(json, WaMessage.OURS)
                .map(ours -> ProtoJson.isTrue(ours, "partial"))
                .orElse(false);
        return !partial && ProtoJson.member(json, "participants").isPresent();
    }

    /** Shows nothing of it. */
    @Override
    public String toString() {
        return "GroupView[" + json.size() + " members]";
    }
}
