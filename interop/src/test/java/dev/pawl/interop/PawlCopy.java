package dev.pawl.interop;

import static dev.pawl.backend.SessionName.DEFAULT;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Partition;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.jdbc.SqliteBackend;
import dev.pawl.migrate.Migration;
import java.nio.file.Path;
import java.util.Optional;

/** The ways in which Pawl carries a whole session from one directory to another. */
enum PawlCopy {
    /** Every record as the text it is stored as, from store to store. */
    TEXT {
        @Override
        void copy(Path from, Path to) {
            betweenStores(from, to, false);
        }
    },
    /** Every record of a known type through its typed view, which reads the members and writes them anew; the others as JSON. */
    TYPED_VIEWS {
        @Override
        void copy(Path from, Path to) {
            betweenStores(from, to, true);
        }
    },
    MIGRATION {
        @Override
        void copy(Path from, Path to) {
            try (Backend source = BaileysBackend.open(from, Access.READ_ONLY);
                    Backend target = BaileysBackend.open(to, Access.READ_WRITE)) {
                Migration.from(source, DEFAULT).to(target, DEFAULT).run();
            }
        }
    },
    MIGRATION_THROUGH_MEMORY {
        @Override
        void copy(Path from, Path to) {
            SessionName between = SessionName.of("between");
            try (Backend memory = new MemoryBackend()) {
                try (Backend source = BaileysBackend.open(from, Access.READ_ONLY)) {
                    Migration.from(source, DEFAULT).to(memory, between).run();
                }
                try (Backend target = BaileysBackend.open(to, Access.READ_WRITE)) {
                    Migration.from(memory, between).to(target, DEFAULT).run();
                }
            }
        }
    },
    /** Through a file that is closed in between. */
    MIGRATION_THROUGH_SQLITE {
        @Override
        void copy(Path from, Path to) {
            Path file = to.resolveSibling(to.getFileName() + ".db");
            SessionName between = SessionName.of("between");
            try (Backend source = BaileysBackend.open(from, Access.READ_ONLY);
                    Backend target = SqliteBackend.open(file, Access.READ_WRITE)) {
                Migration.from(source, DEFAULT).to(target, between).run();
            }
            try (Backend source = SqliteBackend.open(file, Access.READ_ONLY);
                    Backend target = BaileysBackend.open(to, Access.READ_WRITE)) {
                Migration.from(source, between).to(target, DEFAULT).run();
            }
        }
    };

    /** Writes what {@code from} holds to {@code to}, which need not exist. */
    abstract void copy(Path from, Path to);

    private static void betweenStores(Path from, Path to, boolean typed) {
        try (Backend source = BaileysBackend.open(from, Access.READ_ONLY);
                Backend target = BaileysBackend.open(to, Access.READ_WRITE);
                AuthStore reading = AuthStore.openReadOnly(source, DEFAULT);
                AuthStore writing = AuthStore.open(target, DEFAULT)) {
            Updates updates = Updates.none();
            for (Partition type : reading.types()) {
                updates = typed
                        ? putAll(updates, reading, view(type.name()))
                        : putAll(updates, reading, KeyType.text(type.name()));
            }
            Optional<Credentials> credentials = reading.credentials();
            if (credentials.isPresent()) {
                updates =
                        updates.credentials(Credentials.parse(credentials.get().text()));
            }
            writing.write(updates);
        }
    }

    private static <V> Updates putAll(Updates before, AuthStore reading, KeyType<V> type) {
        Updates updates = before;
        for (String id : reading.ids(type)) {
            updates = updates.put(type, id, reading.read(type, id).orElseThrow());
        }
        return updates;
    }

    private static KeyType<?> view(String name) {
        for (KeyType<?> known : KeyType.known()) {
            if (known.name().equals(name)) {
                return known;
            }
        }
        return KeyType.json(name);
    }
}
