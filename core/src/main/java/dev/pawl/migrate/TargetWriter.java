package dev.pawl.migrate;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Traits;
import dev.pawl.lease.Lease;
import dev.pawl.message.HistoryFacets;
import java.util.ArrayList;
import java.util.List;

/** Writes rows under a lease, as many in one commit as the target takes and no more than is kind to other users of it. */
final class TargetWriter {

    private static final int ROWS = 500;
    private static final long BYTES = 1L << 20;

    private final Lease lease;
    private final int mostRows;
    private final long mostBytes;
    private final List<Row> puts = new ArrayList<>();
    private final List<Key> deletes = new ArrayList<>();
    private long bytes;

    TargetWriter(Lease lease, Traits.Limits limits) {
        this.lease = lease;
        // The lease adds a check of its own row to every batch.
        this.mostRows = Math.max(1, Math.min(ROWS, limits.rows() - 1));
        this.mostBytes =
                Math.min(BYTES, limits.bytes() - lease.record().toBytes().size());
    }

    void put(Row row) {
        makeRoom(row.value().size());
        puts.add(HistoryFacets.of(row));
        bytes += row.value().size();
    }

    void delete(Key key) {
        makeRoom(0);
        deletes.add(key);
    }

    void flush() {
        if (!puts.isEmpty() || !deletes.isEmpty()) {
            lease.commit(new Batch(List.of(), puts, deletes));
            puts.clear();
            deletes.clear();
            bytes = 0;
        }
    }

    private void makeRoom(long more) {
        boolean full = puts.size() + deletes.size() >= mostRows;
        boolean heavy = bytes > 0 && bytes + more > mostBytes;
        if (full || heavy) {
            flush();
        }
    }
}
