package dev.pawl.file;

import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Recognises directories that look like Baileys' from afar but were written by something else. */
final class ForeignLayout {

    private static final List<String> BAILEYS_EX_FILES =
            List.of(".baileys_ex_file_persistence.json", ".baileys_ex_native_file_persistence.etf", "creds.etf");

    /** Members of credentials that baileys_ex writes and Baileys does not. */
    private static final List<String> BAILEYS_EX_MEMBERS = List.of("noise_key", "__type__", "__atom_keys__");

    private ForeignLayout() {}

    /**
     * Requires that a directory which exists is not known to be something else.
     *
     * @throws UnsupportedException naming what it is
     */
    static void refuse(Disk disk, Path directory) throws IOException {
        for (String file : BAILEYS_EX_FILES) {
            if (disk.stat(directory.resolve(file)).isPresent()) {
                throw baileysEx(directory, file);
            }
        }
        if (isStore(disk, directory.resolve("signal")) && !hasKeys(disk, directory)) {
            throw new UnsupportedException(directory + " is a zaileys file directory (its keys are in signal/), not a"
                    + " Baileys one: open it as zaileys:" + directory);
        }
        Optional<byte[]> credentials = disk.stat(directory.resolve(RecordNames.CREDENTIALS))
                        .filter(stat -> stat.kind() == Disk.Kind.FILE)
                        .isPresent()
                ? disk.read(directory.resolve(RecordNames.CREDENTIALS))
                : Optional.empty();
        if (credentials.isPresent() && isBaileysEx(credentials.get())) {
            throw baileysEx(directory, RecordNames.CREDENTIALS);
        }
    }

    private static UnsupportedException baileysEx(Path directory, String file) {
        return new UnsupportedException(
                directory + " is a baileys_ex directory (" + file + " says so), not Baileys, and not readable yet");
    }

    private static boolean isStore(Disk disk, Path path) throws IOException {
        return disk.stat(path)
                .filter(stat -> stat.kind() == Disk.Kind.DIRECTORY)
                .isPresent();
    }

    private static boolean hasKeys(Disk disk, Path directory) throws IOException {
        AtomicBoolean found = new AtomicBoolean();
        disk.list(directory, name -> {
            if (!name.equals(RecordNames.CREDENTIALS)
                    && RecordNames.record(name).isPresent()) {
                found.set(true);
            }
        });
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
