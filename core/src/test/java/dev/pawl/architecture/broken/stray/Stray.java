package dev.pawl.architecture.broken.stray;

/** Stands in no layer. */
public final class Stray {

    private Stray() {}
}
