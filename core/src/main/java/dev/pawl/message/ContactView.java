package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.util.Optional;

/**
 * A contact as it is stored, and what can be read in it.
 *
 * @param jid the address: by LID where both are known
 * @param json the contact as it is stored
 */
public record ContactView(String jid, JsonObject json) {

    /** The name in the address book of the phone. */
    public Optional<String> name() {
        return ProtoJson.text(json, "name");
    }

    /** What the contact calls himself. */
    public Optional<String> pushName() {
        return ProtoJson.text(json, "notify");
    }

    /** The name of a business, as WhatsApp verified it. */
    public Optional<String> verifiedName() {
        return ProtoJson.text(json, "verifiedName");
    }

    /** The address by phone number, where it is known. */
    public Optional<String> phoneNumber() {
        return ProtoJson.text(json, "phoneNumber")
                .or(() -> Optional.of(jid).filter(own -> own.endsWith("@s.whatsapp.net")));
    }

    /** Where the picture lies; empty when there is none, and when it changed since an address was known. */
    public Optional<String> picture() {
        return ProtoJson.text(json, "imgUrl").filter(url -> !url.equals("changed"));
    }

    /** Shows nothing of it. */
    @Override
    public String toString() {
        return "ContactView[" + json.size() + " members]";
    }
}
