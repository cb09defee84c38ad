package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.file.log.NativeBackend;
import java.nio.file.Path;

final class NativeLeaseTest extends LeaseTck {

    @Override
    protected Backend open(Path place) {
        return NativeBackend.open(place, Access.READ_WRITE);
    }
}
