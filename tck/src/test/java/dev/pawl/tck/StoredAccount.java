package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The records of a Baileys directory as exact bytes, damaged ones included, to be changed and put into a backend. */
final class StoredAccount {

    /** The names of members, which are no secrets. */
    private static final Pattern NAMES = Pattern.compile("[a-z]+(?:[A-Z][a-zA-Z]*)+|[a-z]+");

    private final Map<Key, Bytes> records = new LinkedHashMap<>();

    /** Reads a directory; which file holds which record is the Baileys backend's to say. */
    static StoredAccount of(Path directory) {
        StoredAccount account = new StoredAccount();
        try (Backend backend = BaileysBackend.open(directory, Access.READ_ONLY)) {
            for (Family family : new Family[] {Family.CREDENTIALS, Family.KEY}) {
                Optional<Scan> scan =
                        Optional.of(Scan.of(family).withoutValues().limit(10_000));
                while (scan.isPresent()) {
                    Scan now = scan.get();
                    Page<Row, Position> page = backend.scan(SessionName.DEFAULT, now);
                    for (Row row : page.items()) {
                        String file = backend.locate(SessionName.DEFAULT, row.key());
                        account.records.put(row.key(), Bytes.wrap(Files.readAllBytes(Path.of(file))));
                    }
                    scan = page.next().map(now::after);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return account;
    }

    /** An account without any record. */
    static StoredAccount empty() {
        return new StoredAccount();
    }

    Bytes get(Key key) {
        return Optional.ofNullable(records.get(key))
                .orElseThrow(() -> new IllegalArgumentException("there is no " + key));
    }

    Set<Key> keys() {
        return Collections.unmodifiableSet(records.keySet());
    }

    StoredAccount with(Key key, Bytes text) {
        StoredAccount changed = new StoredAccount();
        changed.records.putAll(records);
        changed.records.put(key, text);
        return changed;
    }

    StoredAccount without(Key key) {
        StoredAccount changed = new StoredAccount();
        changed.records.putAll(records);
        changed.records.remove(key);
        return changed;
    }

    /** Whatever in the records is a key, a name or a number of somebody: all longer strings, and what sender keys hold inside. */
    Stream<String> secrets() {
        return records.values().stream()
                .flatMap(text -> Pattern.compile("[A-Za-z0-9+/=@:.]{10,}")
                        .matcher(new String(text.toArray(), StandardCharsets.ISO_8859_1))
                        .results())
                .map(MatchResult::group)
                .filter(text -> !NAMES.matcher(text).matches());
    }

    /** The account in memory. */
    MemoryBackend inMemory() {
        MemoryBackend backend = new MemoryBackend();
        records.forEach((key, text) -> backend.commit(SessionName.DEFAULT, Batch.of(Row.of(key, text))));
        return backend;
    }

    /** The account in a directory that is to be made, open for reading. Its files are its owner's only. */
    BaileysBackend inDirectory(Path directory) {
        try {
            Files.createDirectory(directory);
            try (Backend names = BaileysBackend.open(directory, Access.READ_ONLY)) {
                for (Map.Entry<Key, Bytes> record : records.entrySet()) {
                    Path file = Path.of(names.locate(SessionName.DEFAULT, record.getKey()));
                    Files.write(file, record.getValue().toArray());
                    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                    }
                }
            }
            return BaileysBackend.open(directory, Access.READ_ONLY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
