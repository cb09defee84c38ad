package dev.pawl.tck.disk;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A fixed piece of work on a directory that another program uses too, what of it was acknowledged when the power went, and whether what is on
 * the disk afterwards is in keeping with that.
 */
final class DirectoryCrash implements AutoCloseable {

    static final Path DIRECTORY = Path.of("/data/session");
    static final Key SESSION_A = Key.ofKey("session", "628.0");
    static final Key SESSION_B = Key.ofKey("session", "629.0");

    private static final Key LEASE = Key.of(Family.LEASE, "auth");
    private static final Key MAPPING = Key.ofKey("lid-mapping", "628");
    private static final Key UNTOLD = Key.ofKey("lid-mapping", "a:b");
    private static final Key UNKNOWN = Key.ofKey("new-thing", "x/y");
    private static final Key DEVICES = Key.ofKey("device-list", "628");

    final SimulatedDisk disk;
    private final DirectoryKind kind;
    private final Backend backend;

    /** What was acknowledged, and what shall be once the batch in flight is. */
    Map<Key, String> acknowledged = new HashMap<>();

    Optional<Map<Key, String>> inFlight = Optional.empty();

    DirectoryCrash(DirectoryKind kind, SimulatedDisk disk) {
        this.kind = kind;
        this.disk = disk;
        this.backend = kind.open(DIRECTORY, Access.READ_WRITE, disk);
    }

    @Override
    public void close() {
        backend.close();
    }

    /** Does all the work, or as much of it as the power lasts. */
    void work() {
        try {
            for (int i = 1; i <= 3; i++) {
                step(i);
            }
            commit(Map.of(MAPPING, "m1"), List.of());
            commit(Map.of(SESSION_A, "g4"), List.of());
            commit(Map.of(), List.of(MAPPING));
            commit(Map.of(DEVICES, "d0"), List.of());
            moveAlong(DEVICES, "[\"0\"]");
            commit(Map.of(UNTOLD, "u1", LEASE, "owner"), List.of());
            commit(Map.of(UNKNOWN, "n1"), List.of());
            moveAlong(DEVICES, "[\"0\",\"5\"]");
            step(5);
            commit(Map.of(), List.of(UNTOLD, UNKNOWN));
            // What a lost end of the journal would do again: remove what has come back just as it was.
            commit(Map.of(UNTOLD, "u1"), List.of());
            commit(Map.of(), List.of(Key.ofKey("pre-key", "5"), SESSION_B));
            commit(Map.of(SESSION_B, "g5"), List.of());
            commit(Map.of(), List.of(LEASE));
            step(6);
        } catch (PowerCut e) {
            return;
        }
    }

    /** What happens when a message is decrypted: credentials and ratchets move on, a one-time key comes and one goes. */
    private void step(int generation) {
        commit(
                Map.of(
                        Key.CREDENTIALS,
                        "g" + generation,
                        SESSION_A,
                        "g" + generation,
                        SESSION_B,
                        "g" + generation,
                        Key.ofKey("pre-key", "" + generation),
                        "p" + generation),
                generation == 1 ? List.of() : List.of(Key.ofKey("pre-key", "" + (generation - 1))));
    }

    private void commit(Map<Key, String> puts, List<Key> deletes) {
        Map<Key, String> next = new HashMap<>(acknowledged);
        puts.forEach((key, value) -> next.put(key, text(value)));
        next.keySet().removeAll(deletes);
        inFlight = Optional.of(next);
        List<Row> rows = puts.entrySet().stream()
                .map(put -> Row.of(put.getKey(), Bytes.utf8(text(put.getValue()))))
                .sorted(Comparator.comparing(Row::position))
                .toList();
        backend.commit(SessionName.DEFAULT, new Batch(List.of(), rows, deletes));
        acknowledged = next;
        inFlight = Optional.empty();
    }

    private void moveAlong(Key key, String value) {
        disk.writeInPlace(DIRECTORY.resolve(kind.file(key)), value.getBytes(StandardCharsets.UTF_8));
        acknowledged.put(key, value);
    }

    /** Says what is wrong with the disk that is left, if anything is. */
    Optional<String> verify(SimulatedDisk left) throws IOException {
        Optional<String> wrong = verifyForOthers(left);
        if (wrong.isPresent()) {
            return wrong;
        }
        if (left.stat(DIRECTORY).isEmpty()) {
            return acknowledged.isEmpty() ? Optional.empty() : Optional.of("the directory is gone");
        }
        Map<Key, String> readOnly = read(kind, left, Access.READ_ONLY);
        if (!readOnly.equals(acknowledged) && !Optional.of(readOnly).equals(inFlight)) {
            return Optional.of("a reader sees neither what was acknowledged nor the whole batch: " + readOnly);
        }
        Map<Key, String> recovered = read(kind, left, Access.READ_WRITE);
        if (!recovered.equals(readOnly)) {
            return Optional.of("recovery made something else of it than a reader saw: " + recovered);
        }
        Optional<String> leftover = leftover(left);
        if (leftover.isPresent()) {
            return leftover.map(name -> "recovery left " + name);
        }
        for (long seed = 0; seed < 3; seed++) {
            if (!read(kind, left.afterPowerCut(seed), Access.READ_ONLY).equals(recovered)) {
                return Optional.of("what was recovered did not survive the next power cut");
            }
        }
        return Optional.empty();
    }

    /** The other program knows no journal: for it every file is whole, and credentials never come before their keys. */
    private Optional<String> verifyForOthers(SimulatedDisk left) throws IOException {
        Map<Key, String> next = inFlight.orElse(acknowledged);
        Set<Key> keys = new HashSet<>(acknowledged.keySet());
        keys.addAll(next.keySet());
        keys.removeIf(key -> key.family() == Family.LEASE);
        Set<Key> moved = new HashSet<>();
        Set<Key> waiting = new HashSet<>();
        for (Key key : keys) {
            String found = left.read(DIRECTORY.resolve(kind.file(key)))
                    .map(content -> new String(content, StandardCharsets.UTF_8))
                    .orElse(null);
            if (!Objects.equals(found, acknowledged.get(key)) && !Objects.equals(found, next.get(key))) {
                return Optional.of(key + " is neither old nor new: " + found);
            }
            if (!Objects.equals(acknowledged.get(key), next.get(key))) {
                (Objects.equals(found, next.get(key)) ? moved : waiting).add(key);
            }
        }
        boolean credentialsMoved = moved.contains(Key.CREDENTIALS);
        boolean removed = moved.stream().anyMatch(key -> !next.containsKey(key));
        boolean keyWaits = waiting.stream().anyMatch(key -> key.family() == Family.KEY && next.containsKey(key));
        if (credentialsMoved && keyWaits) {
            return Optional.of("new credentials without their keys");
        }
        if (removed && (keyWaits || waiting.contains(Key.CREDENTIALS))) {
            return Optional.of("a key is removed before what replaces it is there");
        }
        return Optional.empty();
    }

    static Optional<String> leftover(SimulatedDisk disk) throws IOException {
        List<String> names = new ArrayList<>();
        disk.list(DIRECTORY.resolve(".pawl"), names::add);
        return names.stream()
                .filter(name -> name.endsWith(".staged") || name.startsWith("journal") || name.equals("set-aside"))
                .findFirst();
    }

    /** Every row there is, by a new backend. */
    static Map<Key, String> read(DirectoryKind kind, SimulatedDisk disk, Access access) {
        Map<Key, String> rows = new HashMap<>();
        try (Backend backend = kind.open(DIRECTORY, access, disk)) {
            for (Family family : List.of(Family.CREDENTIALS, Family.KEY, Family.LEASE)) {
                each(
                        backend,
                        Scan.of(family).limit(3),
                        row -> rows.put(row.key(), row.value().utf8()));
            }
        }
        return rows;
    }

    private static void each(Backend backend, Scan scan, Consumer<Row> rows) {
        Page<Row, Position> page = backend.scan(SessionName.DEFAULT, scan);
        page.items().forEach(rows);
        page.next().ifPresent(next -> each(backend, scan.after(next), rows));
    }

    static boolean isWhole(byte[] content) {
        try {
            JsonValue.check(Bytes.wrap(content));
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    /** A value long enough to be torn. */
    static String text(String value) {
        return "{\"value\":\"" + value + "\",\"ballast\":\"" + "x".repeat(64) + "\"}";
    }
}
