package dev.pawl.interop;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A test class with a real Baileys in Node beside it, started before its first test and ended after its last. */
abstract class WithBaileys {

    /** The process, once it runs. */
    static BaileysPeer peer;

    @BeforeAll
    static void startNode() {
        peer = BaileysPeer.start();
    }

    @AfterAll
    static void stopNode() {
        if (peer != null) {
            peer.close();
        }
    }
}
