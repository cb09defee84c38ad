package dev.pawl.cli;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.migrate.Part;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The lines of an archive: a header, rows, checksums.
 *
 * <pre>
 * {"archive":"pawl","version":1,"session":"default","source":"sqlite","parts":["messages","auth"]}
 * {"family":"MESSAGE","partition":"6281…@s.whatsapp.net","id":"3EB0A1|0","order":1760000001,"value":{…}}
 * {"rows":1000,"sha256":"…"}        every 1,000 rows: of all lines of rows so far, their line ends included
 * {"family":"CREDENTIALS","partition":"","id":"creds","order":0,"value":{…}}
 * {"end":true,"rows":1234,"sha256":"…"}
 * </pre>
 *
 * <p>The value is the stored text, byte for byte. One that has line ends of its own is written as a JSON string, in
 * {@code text} instead of {@code value}.
 */
final class ArchiveLine {

    /** After so many rows there is a checksum. */
    static final int BLOCK = 1000;

    static final int VERSION = 1;

    private static final byte LINE_FEED = '\n';

    private ArchiveLine() {}

    static JsonObject header(String session, String source, List<Part> parts) {
        return JsonObject.builder()
                .put("archive", "pawl")
                .put("version", VERSION)
                .put("session", session)
                .put("source", source)
                .put(
                        "parts",
                        JsonArray.copyOf(parts.stream()
                                .map(part -> new JsonString(part.lease()))
                                .toList()))
                .build();
    }

    /** The parts of a session that the header names. */
    static Set<Part> parts(JsonObject header) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        if (header.get("parts").orElse(JsonArray.EMPTY) instanceof JsonArray names) {
            for (Part part : Part.values()) {
                names.forEach(name -> {
                    if (name.equals(new JsonString(part.lease()))) {
                        parts.add(part);
                    }
                });
            }
        }
        return parts;
    }

    static JsonObject checksum(long rows, String sha256) {
        return JsonObject.builder().put("rows", rows).put("sha256", sha256).build();
    }

    static JsonObject end(long rows, String sha256) {
        return JsonObject.builder()
                .put("end", true)
                .put("rows", rows)
                .put("sha256", sha256)
                .build();
    }

    /**
     * The line of a row, with its end.
     *
     * @throws JsonException when the value is no JSON
     */
    static Bytes of(Row row) {
        JsonValue.parse(row.value());
        byte[] value = row.value().toArray();
        if (has(value, LINE_FEED)) {
            JsonObject whole = place(row.key(), row.order())
                    .with("text", new JsonString(row.value().utf8()));
            return joined(whole.toBytes().toArray(), new byte[] {LINE_FEED});
        }
        return joined(opening(row.key(), row.order()), value, new byte[] {'}', LINE_FEED});
    }

    /** The line up to the value. */
    private static byte[] opening(Key key, long order) {
        String place = place(key, order).toText();
        return (place.substring(0, place.length() - 1) + ",\"value\":").getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObject place(Key key, long order) {
        return JsonObject.builder()
                .put("family", key.family().name())
                .put("partition", key.partition())
                .put("id", key.id())
                .put("order", order)
                .build();
    }

    /** Reads the row of a line; empty when the line is none of a row. */
    static Optional<Row> row(Bytes line, JsonObject json) {
        Optional<Family> family = ProtoJson.text(json, "family").flatMap(ArchiveLine::family);
        OptionalLong order = ProtoJson.integer(json, "order");
        if (family.isEmpty() || order.isEmpty()) {
            return Optional.empty();
        }
        Key key = new Key(family.get(), string(json, "partition"), string(json, "id"));
        return value(line, json, key, order.getAsLong())
                .map(value -> new Row(key, order.getAsLong(), value, Facets.NONE));
    }

    private static Optional<Bytes> value(Bytes line, JsonObject json, Key key, long order) {
        if (json.get("text").orElse(null) instanceof JsonString text) {
            return Optional.of(Bytes.utf8(text.value()));
        }
        byte[] opening = opening(key, order);
        byte[] whole = line.toArray();
        boolean ours = whole.length > opening.length
                && Arrays.equals(whole, 0, opening.length, opening, 0, opening.length)
                && whole[whole.length - 1] == '}';
        return ours
                ? Optional.of(Bytes.wrap(Arrays.copyOfRange(whole, opening.length, whole.length - 1)))
                : json.get("value").map(JsonValue::toBytes);
    }

    private static Optional<Family> family(String name) {
        return Arrays.stream(Family.values())
                .filter(family -> family.name().equals(name) && family != Family.LEASE)
                .findFirst();
    }

    private static String string(JsonObject json, String name) {
        return json.get(name).orElse(null) instanceof JsonString text ? text.value() : "";
    }

    private static boolean has(byte[] bytes, byte wanted) {
        for (byte each : bytes) {
            if (each == wanted) {
                return true;
            }
        }
        return false;
    }

    private static Bytes joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return Bytes.wrap(whole);
    }
}
