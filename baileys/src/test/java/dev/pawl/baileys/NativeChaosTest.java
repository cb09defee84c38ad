package dev.pawl.baileys;

/** On a native log, with the history in SQLite. */
final class NativeChaosTest extends ChaosTck {

    NativeChaosTest() {
        super(StoreKind.NATIVE);
    }
}
