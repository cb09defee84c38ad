package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Base64;
import java.util.Optional;

/**
 * A message as somebody's phone shows it.
 *
 * @param message what it says, as protobuf's JSON has it: bytes in base64, enums by name
 * @param file what is in the file that it carries, in base64
 */
record Shown(JsonObject message, Optional<String> file) {

    /** Waits until somebody got the message with this id. */
    static Shown await(WhatsAppStandIn standIn, Person at, String id) {
        JsonObject answer = (JsonObject) standIn.call(
                "awaitContent", JsonObject.builder().put("name", at.name()).put("id", id));
        Optional<String> file =
                answer.get("file").filter(JsonString.class::isInstance).map(text -> ((JsonString) text).value());
        return new Shown((JsonObject) answer.get("message").orElseThrow(), file);
    }

    /** A member of a member of a member. */
    JsonValue at(String... path) {
        JsonValue found = message;
        for (String name : path) {
            found = found instanceof JsonObject object ? object.get(name).orElse(JsonNull.NULL) : JsonNull.NULL;
        }
        return found;
    }

    String text(String... path) {
        assertThat(at(path))
                .as("%s in %s", String.join(".", path), message.names())
                .isInstanceOf(JsonString.class);
        return ((JsonString) at(path)).value();
    }

    byte[] bytes() {
        return Base64.getDecoder().decode(file.orElseThrow());
    }
}
