package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import java.io.IOException;
import java.nio.file.Path;

/** Another process: on every line it reads it tries to take the lease, says whether it did, and holds it for good. */
final class LeaseHolder {

    private LeaseHolder() {}

    public static void main(String[] arguments) throws IOException {
        try (Backend backend = BaileysBackend.open(Path.of(arguments[0]), Access.READ_WRITE)) {
            System.out.println("ready");
            while (System.in.read() >= 0) {
                try {
                    Lease lease = Lease.on(backend, SessionName.DEFAULT, "auth").acquire();
                    lease.commit(Batch.of(
                            Row.of(Key.of(Family.CREDENTIALS, "creds"), Bytes.utf8("{\"by\":" + arguments[1] + "}"))));
                    System.out.println("taken");
                    // held until the process is killed
                    System.in.read();
                    lease.close();
                } catch (InUseException e) {
                    System.out.println("refused " + e.getMessage());
                }
            }
        }
    }
}
