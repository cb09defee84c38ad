package dev.pawl.tck.disk;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.file.log.SteppedKeeper;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What stands in {@link NativeCrash#DIRECTORY}: rows, and what else is in its files. Changes nothing. */
final class NativeContents {

    static final List<Family> FAMILIES = List.of(Family.CREDENTIALS, Family.KEY, Family.LEASE, Family.JOB);

    private NativeContents() {}

    /** The rows of these sessions as a new process reads them; none where there is no directory. */
    static Map<SessionName, Map<Key, String>> of(SimulatedDisk disk, Collection<SessionName> sessions)
            throws IOException {
        Map<SessionName, Map<Key, String>> contents = new TreeMap<>();
        if (disk.stat(NativeCrash.DIRECTORY).isPresent()) {
            try (Backend backend =
                    new SteppedKeeper().open(NativeCrash.DIRECTORY, Access.READ_ONLY, Durability.POWER_LOSS, disk)) {
                sessions.forEach(session -> contents.put(session, of(backend, session)));
            }
        }
        return contents;
    }

    /** All rows of a session. */
    static Map<Key, String> of(Backend backend, SessionName session) {
        Map<Key, String> rows = new HashMap<>();
        for (Family family : FAMILIES) {
            each(
                    backend,
                    session,
                    Scan.of(family).limit(50),
                    row -> rows.put(row.key(), row.value().utf8()));
        }
        return rows;
    }

    private static void each(Backend backend, SessionName session, Scan scan, Consumer<Row> rows) {
        Page<Row, Position> page = backend.scan(session, scan);
        page.items().forEach(rows);
        page.next().ifPresent(next -> each(backend, session, scan.after(next), rows));
    }

    /** What was cut off logs and is kept, by file. */
    static Map<String, Bytes> keptAside(SimulatedDisk disk) throws IOException {
        Map<String, Bytes> kept = new TreeMap<>();
        for (String name : names(disk)) {
            if (name.contains(".cut-")) {
                kept.put(name, Bytes.wrap(content(disk, name)));
            }
        }
        return kept;
    }

    /** Whether a text stands anywhere in any file. */
    static boolean anyFileHolds(SimulatedDisk disk, String text) throws IOException {
        for (String name : names(disk)) {
            if (new String(content(disk, name), StandardCharsets.ISO_8859_1).contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> names(SimulatedDisk disk) throws IOException {
        List<String> names = new ArrayList<>();
        disk.list(NativeCrash.DIRECTORY, names::add);
        return names;
    }

    private static byte[] content(SimulatedDisk disk, String name) throws IOException {
        return disk.read(NativeCrash.DIRECTORY.resolve(name)).orElseThrow();
    }
}
