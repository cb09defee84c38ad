package dev.pawl;

import dev.pawl.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The codes to pair with: how many may still be shown, and for which number codes to type are asked. Of the thread of the
 * lifecycle.
 */
final class Pairing {

    private final ReconnectPolicy policy;
    private final Listeners listeners;
    private final List<CompletableFuture<String>> waiting = new ArrayList<>();
    private int qrCodes;
    private int typed;
    private Optional<String> number = Optional.empty();

    Pairing(ReconnectPolicy policy, Listeners listeners) {
        this.policy = policy;
        this.listeners = listeners;
    }

    /** Begins anew, with QR codes. */
    void reset() {
        qrCodes = 0;
        typed = 0;
        number = Optional.empty();
    }

    /** From now on codes to type are asked for, for this number; the next of them is for whoever has the future. */
    CompletableFuture<String> typeFor(String digits) {
        number = Optional.of(digits);
        CompletableFuture<String> code = new CompletableFuture<>();
        waiting.add(code);
        return code;
    }

    /** For which number codes to type are asked for. */
    Optional<String> number() {
        return number;
    }

    /** Shows a QR code, unless enough of them were shown. */
    boolean showQr(String text) {
        if (++qrCodes > policy.qrCodes()) {
            return false;
        }
        listeners.tell(listeners.qr, text);
        return true;
    }

    /** Whether one more code to type may be asked for; it counts as asked. */
    boolean takeTyped() {
        return ++typed <= policy.pairingCodes();
    }

    /** Whether any more may be shown. */
    boolean left() {
        return number.isPresent() ? typed < policy.pairingCodes() : qrCodes < policy.qrCodes();
    }

    /** The server gave a code. */
    void gotCode(String code) {
        listeners.tell(listeners.pairingCode, code);
        waiting.forEach(future -> future.complete(code));
        waiting.clear();
    }

    /** There will be no code. */
    void fail(String why) {
        waiting.forEach(future -> future.completeExceptionally(TransportException.failed(why)));
        waiting.clear();
    }

    /**
     * A phone number as the server wants it.
     *
     * @throws IllegalArgumentException when it is none
     */
    static String digits(String text) {
        String digits = text.replaceAll("[ ()+-]", "");
        if (!digits.matches("[0-9]{8,15}")) {
            throw new IllegalArgumentException("a phone number has 8 to 15 digits, with the code of the country first");
        }
        return digits;
    }
}
