package dev.pawl.benchmarks;

import dev.pawl.auth.SessionRecord;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Base64;

/** Looks at everything in a session record as whoever wants to use it must: every member, numbers as numbers, and each key, which stands there as base64, as bytes. */
final class SessionView {

    private static final Base64.Decoder BASE64 = Base64.getDecoder();

    private SessionView() {}

    /** Adds up all there is, so that no part can be left out. */
    static long touch(SessionRecord record) {
        long sum = record.version().map(String::length).orElse(0);
        for (SessionRecord.Session session : record.sessions()) {
            sum += session.remoteIdentityKey().size() + session.created().toEpochMilli() + touch(session.json());
        }
        return sum;
    }

    private static long touch(JsonValue value) {
        if (value instanceof JsonObject object) {
            long[] sum = {0};
            object.forEach((name, member) -> sum[0] += name.length() + touch(member));
            return sum[0];
        }
        if (value instanceof JsonString text) {
            return BASE64.decode(text.value()).length;
        }
        if (value instanceof JsonNumber number) {
            return number.longValue();
        }
        if (value instanceof JsonArray array) {
            long sum = 0;
            for (JsonValue member : array) {
                sum += touch(member);
            }
            return sum;
        }
        throw new IllegalStateException("a session record of the fixtures holds no " + value.getClass());
    }
}
