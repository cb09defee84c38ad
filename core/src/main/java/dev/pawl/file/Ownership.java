package dev.pawl.file;

import dev.pawl.backend.Key;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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

    /**
     * Requires that no other directory answers for the one in which a file is to be written.
     *
     * @throws UnsupportedException naming the one that is there
     */
    static void requirePlace(SharedDirectory directory, Key key, String target) throws IOException {
        Path place = directory.parent(target);
        if (SharedDirectory.isOwn(target) || place.equals(directory.path())) {
            return;
        }
        String name = String.valueOf(place.getFileName());
        Path above = Objects.requireNonNull(place.getParent());
        Set<String> spellings = new TreeSet<>();
        directory.disk().list(above, other -> {
            if (other.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                spellings.add(other);
            }
        });
        if (!spellings.isEmpty() && !spellings.contains(name)) {
            throw misspelled(above.resolve(spellings.iterator().next()) + " is not the directory", key);
        }
    }

    /** Refuses a record whose place has another spelling than what is there. */
    static UnsupportedException misspelled(String what, Key key) {
        return new UnsupportedException(what + " of " + describe(key)
                + ", but this file system does not tell capital letters from small ones:"
                + " use another one, or a store of another kind");
    }

    private static void requireSpelling(SharedDirectory directory, View view, Key key, String target)
            throws IOException {
        Set<String> spellings = view.spellings(target);
        if (!spellings.contains(target)) {
            String other = spellings.stream().findFirst().orElse(target);
            throw misspelled(directory.path(other) + " is not the file", key);
        }
    }

    private static String describe(Key key) {
        return key.partition().isEmpty() ? key.id() : key.partition() + " \"" + key.id() + "\"";
    }
}
