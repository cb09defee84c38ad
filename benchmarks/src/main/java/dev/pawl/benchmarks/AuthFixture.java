package dev.pawl.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The state of one linked device, the same on every run and in every language: {@code {"creds":…,"data":{"<type>":{"<id>":…}}}} in the form Baileys writes.
 *
 * @param preKeys how many one-time pre-keys, from 1
 * @param sessions how many session records, 3 kB each on average
 * @param senderKeys how many sender keys
 * @param appStateSyncKeys how many keys of the synchronised state
 * @param seed of the random sequence, not 0
 */
record AuthFixture(int preKeys, int sessions, int senderKeys, int appStateSyncKeys, int seed) {

    /** How many sessions there are to write, see {@link #writePool}. */
    static final int POOL = 64;

    private static final int POOL_SEED = 77;

    /** What a device that has been in use for a while has. */
    static AuthFixture used(int sessions) {
        return new AuthFixture(812, sessions, 200, 20, 1);
    }

    /** Writes the state to a file and returns the ids of its keys of the synchronised state, which are random. */
    List<String> write(Path file) {
        List<String> ids = new ArrayList<>();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            Records records = new Records(new Xorshift(seed));
            out.write("{\"creds\":" + records.credentials() + ",\"data\":{\"pre-key\":{");
            each(out, preKeys, i -> "\"" + (i + 1) + "\":" + records.keyPair());
            out.write("},\"session\":{");
            each(out, sessions, i -> "\"" + Records.sessionId(i) + "\":" + records.session());
            out.write("},\"sender-key\":{");
            each(out, senderKeys, i -> "\"" + Records.senderKeyId(i) + "\":" + records.senderKey());
            out.write("},\"app-state-sync-key\":{");
            each(out, appStateSyncKeys, i -> {
                String id = records.appStateSyncKeyId();
                ids.add(id);
                return "\"" + id + "\":" + records.appStateSyncKey(i);
            });
            out.write("}}}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(ids);
    }

    private static void each(Writer out, int count, IntFunction<String> text) throws IOException {
        for (int i = 0; i < count; i++) {
            out.write((i == 0 ? "" : ",") + text.apply(i));
        }
    }

    /** Writes the array of session records that are put while messages are exchanged. */
    static void writePool(Path file) {
        Records records = new Records(new Xorshift(POOL_SEED));
        try {
            Files.writeString(file, "[" + Records.times(POOL, i -> records.session()) + "]");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
