package dev.pawl.backend;

import java.util.Set;

/** Opens the backends of some locator schemes. Found with {@link java.util.ServiceLoader}: a module that brings a backend names its provider in {@code META-INF/services}. */
public interface BackendProvider {

    /** The schemes it opens, such as {@code baileys}. */
    Set<String> schemes();

    /**
     * Opens what the locator names.
     *
     * @throws UnavailableException when it cannot be reached, or is not there and would have to be created for reading
     * @throws UnsupportedException when the locator asks for something this backend does not do
     */
    Backend open(Locator locator, Access access);
}
