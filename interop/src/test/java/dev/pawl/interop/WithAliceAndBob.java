package dev.pawl.interop;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of two accounts of real Baileys that have not met yet, each in a directory of its own. */
abstract class WithAliceAndBob extends WithBaileys {

    static final String ALICE = "6281111111111@s.whatsapp.net";
    static final String ALICE_LID = "11122233344455@lid";
    static final String BOB = "6282222222222@s.whatsapp.net";
    static final String BOB_TABLET = "6282222222222:5@s.whatsapp.net";
    static final String GROUP = "120363021234567890@g.us";

    /** Of a key of the app state. */
    static final String KEY_ID = "AAAAABz/";

    @TempDir
    Path directory;

    BaileysAccount alice;

    /** Has one-time keys 1 to 5. */
    BaileysAccount bob;

    @BeforeEach
    void createAccounts() {
        alice = peer.create(directory.resolve("alice"));
        bob = peer.create(directory.resolve("bob"));
        bob.mintPreKeys(5);
    }
}
