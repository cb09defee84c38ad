package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.file.ZaileysFileBackend;
import java.nio.file.Path;

final class ZaileysFileLeaseTest extends LeaseTck {

    @Override
    protected Backend open(Path place) {
        return ZaileysFileBackend.open(place, Access.READ_WRITE);
    }
}
