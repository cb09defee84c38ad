package dev.pawl.file;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Recognises directories that look from afar like the one to be opened but were written by something else. */
final class ForeignLayout {

    private static final List<String> BAILEYS_EX_FILES =
            List.of(".baileys_ex_file_persistence.json", ".baileys_ex_native_file_persistence.etf", "creds.etf");

    /** Members of credentials that baileys_ex writes and Baileys does not. */
    private static final List<String> BAILEYS_EX_MEMBERS = List.of("noise_key", "__type__", "__atom_keys__");

    private ForeignLayout() {}

    /**
     * Requires that a directory which exists is not known to be something else. One that holds credentials and no keys
     * is the same in Baileys and in zaileys.
     *
     * @throws UnsupportedException naming what it is
     */
    static void refuse(Disk disk, Path directory, DirectoryLayout layout) throws IOException {
        for (String file : BAILEYS_EX_FILES) {
            if (disk.stat(directory.resolve(file)).isPresent()) {
                throw baileysEx(directory, file, layout);
            }
        }
        if (layout instanceof BaileysLayout) {
            if (ZaileysLayout.hasPlace(disk, directory) && !hasKeys(disk, directory, layout)) {
                throw new UnsupportedException(directory + " is a zaileys file directory (its keys are in signal/), not"
                        + " a Baileys one: open it as zaileys:" + directory);
            }
        } else if (!hasKeys(disk, directory, layout) && hasKeys(disk, directory, new BaileysLayout())) {
            throw new UnsupportedException(directory + " is a Baileys directory (its keys are beside creds.json), not a"
                    + " zaileys one: open it as baileys:" + directory);
        }
        Optional<byte[]> credentials = disk.stat(directory.resolve(DirectoryLayout.CREDENTIALS))
                        .filter(stat -> stat.kind() == Disk.Kind.FILE)
                        .isPresent()
                ? disk.read(directory.resolve(DirectoryLayout.CREDENTIALS))
                : Optional.empty();
        if (credentials.isPresent() && isBaileysEx(credentials.get())) {
            throw baileysEx(directory, DirectoryLayout.CREDENTIALS, layout);
        }
    }

    private static UnsupportedException baileysEx(Path directory, String file, DirectoryLayout layout) {
        return new UnsupportedException(directory + " is a baileys_ex directory (" + file + " says so), not "
                + layout.program() + ", and not readable yet");
    }

    /** Whether a directory holds a key whose type is known. */
    private static boolean hasKeys(Disk disk, Path directory, DirectoryLayout layout) throws IOException {
        AtomicBoolean found = new AtomicBoolean();
        for (String place : layout.places(disk, directory)) {
            if (!found.get()) {
                disk.list(directory.resolve(place), name -> {
                    String file = place + name;
                    if (layout.isKnown(file)
                            && layout.record(file)
                                    .map(Key::family)
                                    .filter(Family.KEY::equals)
                                    .isPresent()) {
                        found.set(true);
                    }
                });
            }
        }
        return found.get();
    }

    private static boolean isBaileysEx(byte[] credentials) {
        try {
            return JsonValue.parse(credentials) instanceof JsonObject object
                    && BAILEYS_EX_MEMBERS.stream()
                            .anyMatch(name -> object.get(name).isPresent());
        } catch (JsonException e) {
            return false; // Damaged, or being written: that is for whoever reads it.
        }
    }
}
