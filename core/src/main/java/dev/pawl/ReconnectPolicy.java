package dev.pawl;

import java.time.Duration;

/**
 * How often a client tries, and how long it waits.
 *
 * @param first the pause after the first failure; each further one is twice as long
 * @param longest the most it grows to
 * @param jitter which part of a pause is left to chance, up or down, so that many clients do not come back at once; 0 to 1
 * @param steadyAfter how long a connection must have lasted for the pauses to begin anew
 * @param rateLimited the pause when the server says that we come too often
 * @param answerWithin how long to wait for the server to let us in or to show a code
 * @param attempts failures in a row after which it gives up; 0 for never
 * @param qrCodes how many QR codes are shown before it gives up pairing
 * @param pairingCodes likewise codes to type
 */
public record ReconnectPolicy(
        Duration first,
        Duration longest,
        double jitter,
        Duration steadyAfter,
        Duration rateLimited,
        Duration answerWithin,
        int attempts,
        int qrCodes,
        int pairingCodes) {

    /** Pauses of 3 seconds to a minute, 5 minutes when told to; for ever; 6 QR codes, 3 codes to type. */
    public static final ReconnectPolicy STANDARD = new ReconnectPolicy(
            Duration.ofSeconds(3),
            Duration.ofMinutes(1),
            0.2,
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(90),
            0,
            6,
            3);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a time is not above zero, the jitter not in 0 to 1, or a number negative
     */
    public ReconnectPolicy {
        requireTime(first);
        requireTime(longest);
        requireTime(steadyAfter);
        requireTime(rateLimited);
        requireTime(answerWithin);
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("a jitter is between 0 and 1");
        }
        if (attempts < 0 || qrCodes < 1 || pairingCodes < 1) {
            throw new IllegalArgumentException(
                    "there is at least 1 code to pair with, and no negative number of attempts");
        }
    }

    private static void requireTime(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a client waits for some time, not for " + time);
        }
    }

    /** The same with other pauses. */
    public ReconnectPolicy pauses(Duration shortest, Duration most) {
        return new ReconnectPolicy(
                shortest, most, jitter, steadyAfter, rateLimited, answerWithin, attempts, qrCodes, pairingCodes);
    }

    /** The same, giving up after so many failures in a row; 0 for never. */
    public ReconnectPolicy attempts(int most) {
        return new ReconnectPolicy(
                first, longest, jitter, steadyAfter, rateLimited, answerWithin, most, qrCodes, pairingCodes);
    }

    /** The same, showing so many codes before it gives up. */
    public ReconnectPolicy codes(int qr, int typed) {
        return new ReconnectPolicy(first, longest, jitter, steadyAfter, rateLimited, answerWithin, attempts, qr, typed);
    }
}
