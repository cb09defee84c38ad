package dev.pawl;

import dev.pawl.backend.UnavailableException;
import dev.pawl.transport.Transport;
import dev.pawl.transport.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the transport of a client that was given none. */
final class Transports {

    private Transports() {}

    /**
     * The first that can be used here.
     *
     * @throws UnavailableException when there is none, with what to add
     */
    static Transport find() {
        return find(ServiceLoader.load(TransportProvider.class));
    }

    static Transport find(Iterable<TransportProvider> providers) {
        List<String> problems = new ArrayList<>();
        for (TransportProvider provider : providers) {
            var problem = provider.problem();
            if (problem.isEmpty()) {
                return provider.create();
            }
            problems.add(provider.name() + ": " + problem.get());
        }
        if (problems.isEmpty()) {
            throw UnavailableException.notAvailable("nothing here speaks WhatsApp's protocol: add"
                    + " dev.pawl:pawl-baileys to the class path, or give the client a transport");
        }
        throw UnavailableException.notAvailable("no transport can be used here: " + String.join("; ", problems));
    }
}
