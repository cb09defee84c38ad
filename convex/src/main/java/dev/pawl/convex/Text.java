package dev.pawl.convex;

import dev.pawl.json.Bytes;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Bytes as the text that Convex keeps: it has no other than valid Unicode. */
final class Text {

    private Text() {}

    /** The text that is these bytes in UTF-8; empty when they are none. */
    static Optional<String> of(Bytes bytes) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.asBuffer()).toString());
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }

    /** How many bytes a text has in UTF-8. */
    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
