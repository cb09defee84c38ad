package dev.pawl.tck;

import dev.pawl.file.BaileysBackend;
import java.nio.file.Path;

/** The contract of the auth store on a directory of Baileys files. */
final class BaileysAuthStoreTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        Path auth = directory.resolve("auth");
        return Subject.stored(access -> BaileysBackend.open(auth, access)).slow();
    }
}
