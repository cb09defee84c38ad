package dev.pawl.baileys;

import dev.pawl.transport.Transport;
import dev.pawl.transport.TransportProvider;
import java.util.Optional;

/** Brings {@link BaileysTransport}. */
public final class BaileysTransportProvider implements TransportProvider {

    /** For {@link java.util.ServiceLoader}. */
    public BaileysTransportProvider() {}

    @Override
    public String name() {
        return "baileys";
    }

    @Override
    public Optional<String> problem() {
        return Programs.find("node").isPresent()
                ? Optional.empty()
                : Optional.of("there is no node on the PATH: install Node " + Packages.OLDEST_NODE + " or newer");
    }

    @Override
    public Transport create() {
        return BaileysTransport.builder().build();
    }
}
