package dev.pawl.baileys;

import static dev.pawl.baileys.WhatsAppStandIn.args;
import static dev.pawl.baileys.WhatsAppStandIn.of;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonNumber;

/** People who cannot read a message of mine and ask for it again; {@code operations-retries.mjs} does it. */
record Resending(WhatsAppStandIn standIn) {

    /** The next so many messages to somebody cannot be read, and are asked for again. */
    void unreadable(Person at, int times) {
        standIn.call("unreadable", args().put("name", at.name()).put("times", JsonNumber.of(times)));
    }

    /** Somebody asks a device of mine for a message again, without saying which keys to use. */
    void ask(Person who, Device device, String id) {
        standIn.call("askAgain", of(device).put("name", who.name()).put("id", id));
    }

    /** How often somebody has read this message. */
    long copies(Person at, String id) {
        return standIn.inbox(at).stream().filter(one -> one.id().equals(id)).count();
    }
}
