package dev.pawl.convex;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.util.List;
import java.util.Optional;

/** Rows and calls of these tests in few words. */
final class Rows {

    static final SessionName MAIN = SessionName.DEFAULT;

    private Rows() {}

    static Key key(String id) {
        return Key.ofKey("pre-key", id);
    }

    static Row row(String id, String text) {
        return Row.of(key(id), value(text));
    }

    static Row message(String chat, String id, long order, Bytes value) {
        return Row.of(new Key(Family.MESSAGE, chat, id), order, value);
    }

    static Bytes value(String text) {
        return new JsonString(text).toText().transform(Bytes::utf8);
    }

    /** The JSON of a string with so many letters. */
    static Bytes letters(int count) {
        return value("x".repeat(count));
    }

    static Optional<Bytes> stored(Backend backend, Key key) {
        return backend.get(MAIN, key).map(Row::value);
    }

    /** All rows of a listing. */
    static List<Row> list(Backend backend, Scan scan) {
        return Page.stream((Optional<Position> after) ->
                        backend.scan(MAIN, after.map(scan::after).orElse(scan)))
                .toList();
    }

    static List<String> ids(List<Row> rows) {
        return rows.stream().map(row -> row.key().id()).toList();
    }

    /** How many calls of this function there were. */
    static long count(List<JsonObject> calls, String function) {
        return calls.stream().filter(call -> path(call).equals(function)).count();
    }

    static String path(JsonObject call) {
        return ((JsonString) call.get("path").orElseThrow()).value();
    }

    static long number(JsonObject call, String member) {
        return ((JsonNumber) call.get(member).orElseThrow()).longValue();
    }
}
