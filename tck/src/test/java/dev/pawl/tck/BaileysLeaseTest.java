package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.file.BaileysBackend;
import java.nio.file.Path;

final class BaileysLeaseTest extends LeaseTck {

    @Override
    protected Backend open(Path place) {
        return BaileysBackend.open(place, Access.READ_WRITE);
    }
}
