package dev.pawl.job;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes ids of outgoing messages in the form of Baileys: {@code 3EB0} and 18 random bytes in capital hexadecimal. */
final class MessageIds {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private MessageIds() {}

    static String next() {
        byte[] random = new byte[18];
        RANDOM.nextBytes(random);
        return "3EB0" + HEX.formatHex(random);
    }
}
