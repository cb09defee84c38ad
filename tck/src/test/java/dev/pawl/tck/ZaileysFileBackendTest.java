package dev.pawl.tck;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.file.ZaileysFileBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The contract on a directory of zaileys files. */
final class ZaileysFileBackendTest extends BackendTck {

    /** Keys of the suite that share their file with another: whichever comes second is refused. */
    private static final List<Key> KEYS = Stream.concat(
                    HostileNames.keys(Family.KEY).stream(), HostileNames.ordinary().stream())
            .distinct()
            .toList();

    @Override
    protected Subject subject(Path directory) {
        Path auth = directory.resolve("auth");
        return Subject.stored(access -> ZaileysFileBackend.open(auth, access))
                .slow()
                .mayRefuse(ZaileysFileBackendTest::mayBeRefused)
                .damagedBy((session, key) -> {
                    Path file = auth.resolve(name(key));
                    Files.writeString(file, "{\"n\":");
                    // a young file might be one that another program is still writing, for which readers wait
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
                })
                .obstructedBy((session, key) -> obstruct(auth.resolve(name(key))));
    }

    private static void obstruct(Path file) throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
    }

    private static boolean mayBeRefused(Key key) {
        String type = key.partition();
        String name = name(key);
        return type.isEmpty()
                || Set.of(".", "..").contains(type)
                || type.chars().anyMatch(c -> c == '/' || c == '\\' || c == 0)
                || type.getBytes(StandardCharsets.UTF_8).length > 255
                || name.length() - name.lastIndexOf('/') - 1 > 255
                || KEYS.stream()
                        .anyMatch(other -> !other.equals(key) && name(other).equals(name));
    }

    private static String name(Key key) {
        StringBuilder id = new StringBuilder();
        key.id()
                .chars()
                .forEach(c -> id.append(
                        c < 128 && Character.toString(c).matches("[A-Za-z0-9._-]")
                                ? Character.toString(c)
                                : "_" + Integer.toHexString(c)));
        return "signal/" + key.partition() + "/" + id + ".json";
    }
}
