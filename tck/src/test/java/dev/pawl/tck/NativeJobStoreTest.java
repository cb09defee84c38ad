package dev.pawl.tck;

import dev.pawl.file.log.NativeBackend;
import java.nio.file.Path;

/** The contract of jobs on a directory of logs. */
final class NativeJobStoreTest extends JobStoreTck {

    @Override
    protected Subject subject(Path directory) {
        Path store = directory.resolve("store");
        return Subject.stored(access -> NativeBackend.open(store, access));
    }
}
