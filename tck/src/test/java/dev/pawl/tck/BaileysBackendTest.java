package dev.pawl.tck;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.file.BaileysBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The contract on a directory of Baileys files. */
final class BaileysBackendTest extends BackendTck {

    /** Keys of the suite that share the name of their file with another: whichever comes second is refused. */
    private static final List<Key> KEYS = Stream.concat(
                    HostileNames.keys(Family.KEY).stream(), HostileNames.ordinary().stream())
            .distinct()
            .toList();

    @Override
    protected Subject subject(Path directory) {
        Path auth = directory.resolve("auth");
        return Subject.stored(access -> BaileysBackend.open(auth, access))
                .slow()
                .mayRefuse(BaileysBackendTest::mayBeRefused)
                .damagedBy((session, key) -> {
                    Path file = file(auth, key);
                    Files.writeString(file, "{\"n\":");
                    // a young file might be one that Baileys is still writing, for which readers wait
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
                })
                .obstructedBy((session, key) -> obstruct(file(auth, key)));
    }

    private static void obstruct(Path file) throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
    }

    private static Path file(Path auth, Key key) {
        return auth.resolve(name(key));
    }

    private static boolean mayBeRefused(Key key) {
        String name = name(key);
        return name.indexOf('\0') >= 0
                || name.getBytes(StandardCharsets.UTF_8).length > 255
                || KEYS.stream()
                        .anyMatch(other -> !other.equals(key) && name(other).equals(name));
    }

    private static String name(Key key) {
        return (key.partition() + "-" + key.id()).replace("/", "__").replace(":", "-") + ".json";
    }
}
