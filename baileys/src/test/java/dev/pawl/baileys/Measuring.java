package dev.pawl.baileys;

import static dev.pawl.baileys.WhatsAppStandIn.args;
import static dev.pawl.baileys.WhatsAppStandIn.of;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** How long it takes until what Ana sends, or what is sent to her, is there: measured where she is. */
record Measuring(WhatsAppStandIn standIn) {

    /** Milliseconds until so many messages that Ana sends at once are confirmed. */
    double flood(Device to, int count) {
        return ((JsonNumber) measure("flood", of(to).put("peer", "Ana").put("to", "Me"), count)).doubleValue();
    }

    /** Milliseconds of each message of Ana until its echo. */
    List<Double> pings(Device to, int count) {
        JsonArray times = (JsonArray) measure("pings", of(to).put("peer", "Ana").put("to", "Me"), count);
        return times.values().stream()
                .map(time -> ((JsonNumber) time).doubleValue())
                .toList();
    }

    /** Milliseconds, from now on, until Ana has read so many messages more. */
    CompletableFuture<Double> timeOfReading(int count) {
        return standIn.callAside("timeOf", args().put("name", "Ana").put("count", JsonNumber.of(count)))
                .thenApply(answer -> ((JsonNumber) StandInPipe.member(answer, "result")).doubleValue());
    }

    private JsonValue measure(String what, JsonObject.Builder arguments, int count) {
        return StandInPipe.member(
                standIn.callAside(what, arguments.put("count", JsonNumber.of(count)))
                        .join(),
                "result");
    }
}
