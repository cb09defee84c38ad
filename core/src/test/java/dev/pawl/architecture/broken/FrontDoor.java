package dev.pawl.architecture.broken;

/** Stands in the root package, which no layer may use. */
public final class FrontDoor {

    private FrontDoor() {}
}
