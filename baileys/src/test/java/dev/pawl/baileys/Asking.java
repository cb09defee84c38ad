package dev.pawl.baileys;

import static dev.pawl.baileys.StandInPipe.textOf;
import static dev.pawl.baileys.WhatsAppStandIn.of;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonObject;

/** People who want a message of mine again, though they have read it; {@code operations-asks.mjs} does it. */
record Asking(WhatsAppStandIn standIn) {

    /** How somebody asks: phones say which keys to use from their second request on. */
    enum How {
        WITH_KEYS,
        WITHOUT_KEYS,
        BY_NUMBER_WITH_KEYS,
        BY_NUMBER_WITHOUT_KEYS;

        private boolean isWithoutKeys() {
            return this == WITHOUT_KEYS || this == BY_NUMBER_WITHOUT_KEYS;
        }

        private boolean isByNumber() {
            return this == BY_NUMBER_WITH_KEYS || this == BY_NUMBER_WITHOUT_KEYS;
        }
    }

    /** Asks a device of mine, and waits until it came again; how that was encrypted. */
    String ask(Person who, Device device, String id, How how) {
        JsonObject again = (JsonObject) standIn.call(
                "askFor",
                of(device)
                        .put("name", who.name())
                        .put("id", id)
                        .put("withoutKeys", JsonBoolean.of(how.isWithoutKeys()))
                        .put("byNumber", JsonBoolean.of(how.isByNumber())));
        return textOf(again, "type");
    }
}
