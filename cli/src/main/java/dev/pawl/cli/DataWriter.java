package dev.pawl.cli;

import dev.pawl.json.Bytes;
import java.io.Writer;

/** Lets help, version and completion script go where data goes. */
final class DataWriter extends Writer {

    private final Streams streams;

    DataWriter(Streams streams) {
        this.streams = streams;
    }

    @Override
    public void write(char[] text, int from, int length) {
        streams.write(Bytes.utf8(new String(text, from, length)));
    }

    @Override
    public void flush() {
        streams.flush();
    }

    @Override
    public void close() {
        streams.flush();
    }
}
