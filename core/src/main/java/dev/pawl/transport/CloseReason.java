package dev.pawl.transport;

import java.util.OptionalInt;

/**
 * Why a link closed, as Baileys' {@code lastDisconnect.error} has it. {@code docs/client.md} says what the client does
 * for each code.
 *
 * @param code {@code output.statusCode}; empty when there is none, because the engine itself failed
 * @param message for people and logs; no secret is in it
 */
public record CloseReason(OptionalInt code, String message) {

    /** The server, or the engine in its name, closed with a code. */
    public static CloseReason of(int code, String message) {
        return new CloseReason(OptionalInt.of(code), message);
    }

    /** The engine failed, for example because its process died. */
    public static CloseReason failed(String message) {
        return new CloseReason(OptionalInt.empty(), message);
    }
}
