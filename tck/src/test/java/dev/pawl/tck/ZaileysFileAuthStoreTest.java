package dev.pawl.tck;

import dev.pawl.file.ZaileysFileBackend;
import java.nio.file.Path;

/** The contract of the auth store on a directory of zaileys files. */
final class ZaileysFileAuthStoreTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        Path auth = directory.resolve("auth");
        return Subject.stored(access -> ZaileysFileBackend.open(auth, access)).slow();
    }
}
