package dev.pawl.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * UTF-8 bytes to a tree and back to bytes: ours against Jackson's tree model, and our syntax check alone.
 *
 * <p>Our tree keeps number text, and both ends are checked to give the same bytes before anything is measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class JsonBenchmark {
    /** What is read and written. */
    @Param
    public JsonDocument document;

    private final ObjectMapper jackson = new ObjectMapper();
    private byte[] text = {};
    private Bytes bytes = Bytes.EMPTY;

    /** Makes the document, and refuses to measure anything that does not reproduce it. */
    @Setup
    public void prepare() throws IOException {
        text = document.bytes();
        bytes = Bytes.wrap(text);
        if (!pawlRoundTrip().equals(bytes)) {
            throw new IllegalStateException("the bytes of " + document + " changed");
        }
    }

    /** Parses and writes with {@code dev.pawl.json}. */
    @Benchmark
    public Bytes pawlRoundTrip() {
        return JsonValue.parse(text).toBytes();
    }

    /** Parses and writes with Jackson's tree model. */
    @Benchmark
    public byte[] jacksonRoundTrip() throws IOException {
        return jackson.writeValueAsBytes(jackson.readTree(text));
    }

    /** Parses with {@code dev.pawl.json}. */
    @Benchmark
    public JsonValue pawlParse() {
        return JsonValue.parse(text);
    }

    /** Parses with Jackson's tree model. */
    @Benchmark
    public Object jacksonParse() throws IOException {
        return jackson.readTree(text);
    }

    /** Checks the syntax and builds nothing. */
    @Benchmark
    public void pawlCheck() {
        JsonValue.check(bytes);
    }
}
