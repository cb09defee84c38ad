package dev.pawl.tck.disk;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Key;
import dev.pawl.file.BaileysBackend;
import dev.pawl.file.Disk;
import dev.pawl.file.ZaileysFileBackend;
import java.nio.file.Path;

/** The layouts of directories that Pawl shares with other programs. */
enum DirectoryKind {
    BAILEYS {
        @Override
        Backend open(Path directory, Access access, Disk disk) {
            return BaileysBackend.open(directory, access, disk);
        }

        @Override
        String key(Key key) {
            return (key.partition() + "-" + key.id()).replace("/", "__").replace(":", "-") + ".json";
        }
    },
    ZAILEYS {
        @Override
        Backend open(Path directory, Access access, Disk disk) {
            return ZaileysFileBackend.open(directory, access, disk);
        }

        @Override
        String key(Key key) {
            return "signal/" + key.partition() + "/"
                    + key.id().replace("/", "_2f").replace(":", "_3a").replace("@", "_40") + ".json";
        }
    };

    abstract Backend open(Path directory, Access access, Disk disk);

    /** The file of a key with an ordinary id. */
    abstract String key(Key key);

    /** Recovery is the same code for all, so that for one of them is tried everywhere, for the others here and there. */
    int strideOfKills() {
        return this == BAILEYS || Boolean.getBoolean("pawl.soak") ? 1 : 5;
    }

    /** The file of a record. */
    String file(Key key) {
        return key.equals(Key.CREDENTIALS) ? "creds.json" : key(key);
    }
}
