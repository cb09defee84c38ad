package dev.pawl.baileys;

/** On a native log, with the history in SQLite. */
final class NativeChaosSoakTest extends ChaosTck {

    NativeChaosSoakTest() {
        super(StoreKind.NATIVE);
    }
}
