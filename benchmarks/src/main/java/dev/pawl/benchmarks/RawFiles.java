package dev.pawl.benchmarks;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The yardstick for the native log: what the disk can do. Appends the texts that messages would be, ready-made, to files that were filled with zeros and forced before, {@code raw:{}}; each writer has a file
 * and forces it after each message, or not with {@code raw:{}?force=false}. At its end a file is begun anew.
 */
final class RawFiles implements AutoCloseable {

    private static final String SCHEME = "raw:";
    private static final int SIZE = 16 << 20;
    private static final int SEED = 42;

    private final List<RawFile> files = new ArrayList<>();
    private final Path place;

    private RawFiles(Path place) {
        this.place = place;
    }

    static boolean areMeant(TrialRequest request) {
        return request.text("store").startsWith(SCHEME);
    }

    /** Makes a file for each writer, in a place that is new. */
    static RawFiles make(TrialRequest request, Path place, List<JsonValue> pool, JsonObject fixture) {
        boolean force = !Locators.in(request, place).endsWith("?force=false");
        byte[] credentials = fixture.get("creds").orElseThrow().toBytes().toArray();
        List<byte[]> texts = new ArrayList<>();
        for (JsonValue record : pool) {
            Bytes text =
                    ((JsonObject) record).with("seq", JsonNumber.of(10_000)).toBytes();
            texts.add(text.toArray());
        }
        RawFiles files = new RawFiles(place);
        for (int i = 0; i < request.number("writers"); i++) {
            files.files.add(new RawFile(place.resolve("raw-" + i), force, texts, credentials, SEED + i));
        }
        return files;
    }

    List<MessageLoop.Writer> writers() {
        return List.copyOf(files);
    }

    /** Closes and removes the files. */
    @Override
    public void close() {
        files.forEach(RawFile::close);
        Locators.remove(place);
    }

    private static final class RawFile implements MessageLoop.Writer, AutoCloseable {

        private final RandomAccessFile file;
        private final boolean force;
        private final List<byte[]> texts;
        private final List<byte[]> tenths = new ArrayList<>();
        private final Xorshift random;
        private int end;

        RawFile(Path path, boolean force, List<byte[]> texts, byte[] credentials, int seed) {
            this.force = force;
            this.texts = texts;
            this.random = new Xorshift(seed);
            for (byte[] text : texts) {
                byte[] both = new byte[text.length + credentials.length];
                System.arraycopy(text, 0, both, 0, text.length);
                System.arraycopy(credentials, 0, both, text.length, credentials.length);
                tenths.add(both);
            }
            try {
                file = new RandomAccessFile(path.toFile(), "rw");
                file.write(new byte[SIZE]);
                file.getFD().sync();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public long write(int number) {
            byte[] text = (Device.usesPreKey(number) ? tenths : texts).get(random.below(texts.size()));
            long start = System.nanoTime();
            try {
                if (end == 0 || end + text.length > SIZE) {
                    end = 0;
                    file.seek(0);
                }
                file.write(text);
                if (force) {
                    file.getFD().sync();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            end += text.length;
            return System.nanoTime() - start;
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
