package dev.pawl.cli;

import dev.pawl.backend.Row;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.migrate.Part;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads an archive line by line; hands on rows once the checksum behind them was right. */
final class ArchiveReader {

    private final LineReader lines;
    private final Checksum checksum = new Checksum();
    private final List<Row> block = new ArrayList<>();
    private long rows;

    ArchiveReader(InputStream in) {
        this(new LineReader(in));
    }

    ArchiveReader(LineReader lines) {
        this.lines = lines;
    }

    /**
     * Reads the first line.
     *
     * @return the parts of a session that are in the archive
     * @throws Failure when it begins no archive of this version
     */
    Set<Part> header() {
        JsonObject header = line().map(this::parse).orElseThrow(() -> damaged("is empty: there is no archive"));
        if (!ProtoJson.text(header, "archive").equals(Optional.of("pawl"))) {
            throw damaged("is not the header of an archive");
        }
        long version = ProtoJson.integer(header, "version").orElse(0);
        if (version != ArchiveLine.VERSION) {
            throw damaged("is of version " + version + ", this pawl reads version " + ArchiveLine.VERSION);
        }
        return ArchiveLine.parts(header);
    }

    /**
     * Reads up to the next checksum and hands the rows before it on.
     *
     * @return whether more is to come
     * @throws Failure when something is damaged or missing; what was handed on before was sound
     */
    boolean next(Consumer<List<Row>> take) {
        while (true) {
            Bytes line = line().orElseThrow(() -> damaged("is missing: the archive ends too early"));
            JsonObject json = parse(line);
            Optional<Row> row = ArchiveLine.row(line, json);
            if (row.isEmpty()) {
                requireSound(json);
                boolean more = !end(json);
                take.accept(List.copyOf(block));
                block.clear();
                return more;
            }
            if (block.size() == ArchiveLine.BLOCK) {
                throw damaged("should be a checksum");
            }
            block.add(row.get());
            checksum.add(line);
            checksum.add(Bytes.utf8("\n"));
            rows++;
        }
    }

    private boolean end(JsonObject json) {
        if (!ProtoJson.isTrue(json, "end")) {
            return false;
        }
        if (line().isPresent()) {
            throw damaged("comes behind the end of the archive");
        }
        return true;
    }

    private void requireSound(JsonObject json) {
        boolean counted = ProtoJson.integer(json, "rows").orElse(-1) == rows;
        if (!counted || !ProtoJson.text(json, "sha256").equals(Optional.of(checksum.soFar()))) {
            throw damaged("is no record, and no checksum of the " + Numbers.of(rows, "record") + " before it");
        }
    }

    private Optional<Bytes> line() {
        try {
            return lines.next();
        } catch (LineReader.TooLong e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private JsonObject parse(Bytes line) {
        try {
            if (JsonValue.parse(line) instanceof JsonObject json) {
                return json;
            }
        } catch (JsonException e) {
            throw damaged("is not JSON: " + e.getMessage());
        }
        throw damaged("is no JSON object");
    }

    private Failure damaged(String problem) {
        return Failure.problem("STORE_CORRUPTED standard input, line " + lines.number() + ": " + problem);
    }
}
