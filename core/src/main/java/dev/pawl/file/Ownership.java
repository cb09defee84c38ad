package dev.pawl.file;

import dev.pawl.backend.Key;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Sees to it that no record answers for another one whose file has the same name. */
final class Ownership {

    private Ownership() {}

    /**
     * Requires that the file of a record, if there is one, holds that record as far as can be known.
     *
     * @throws UnsupportedException naming the record that it holds
     */
    static void require(SharedDirectory directory, View view, Key key, String target) throws IOException {
        if (view.exists(target)) {
            requireExisting(directory, view, key, target);
        }
    }

    /** The same for a file that is known to exist. */
    static void requireExisting(SharedDirectory directory, View view, Key key, String target) throws IOException {
        if (SharedDirectory.isOwn(target)) {
            return;
        }
        Optional<Key> owner = view.index().owner(target);
        if (owner.isPresent() && !owner.get().equals(key)) {
            throw new UnsupportedException(directory.path(target) + " is the file of both " + describe(owner.get())
                    + ", which it holds, and " + describe(key)
                    + ": a " + directory.layout().program()
                    + " directory cannot hold both; use a store of another kind");
        }
        if (directory.foldsCase(target)) {
            requireSpelling(directory, view, key, target);
        }
    }

    private static void requireSpelling(SharedDirectory directory, View view, Key key, String target)
            throws IOException {
        Set<String> spellings = view.spellings(target);
        if (!spellings.contains(target)) {
            String other = spellings.stream().findFirst().orElse(target);
            throw new UnsupportedException(directory.path(other) + " is not the file of "
                    + describe(key) + ", but this file system does not tell capital letters from small ones:"
                    + " use another one, or a store of another kind");
        }
    }

    private static String describe(Key key) {
        return key.partition().isEmpty() ? key.id() : key.partition() + " \"" + key.id() + "\"";
    }
}
