package dev.pawl.auth;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The token by which a contact recognises us, and when it was got and sent.
 *
 * <p>Written as {@code {"token":<bytes>,"timestamp":"<seconds>","senderTimestamp":<seconds>}}; both times may be missing. An <b>empty</b> token is a value and is kept: it says that ours was sent and
 * none was received. The record with the id {@link #INDEX} is no token but the list of contacts that have one. Members we do not know and the order are kept.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class TrustedContactToken {

    /** The id of the record that lists the contacts. */
    public static final String INDEX = "__index";

    private final Bytes token;
    private final OptionalLong timestamp;
    private final OptionalLong senderTimestamp;
    private final JsonObject json;

    private TrustedContactToken(Bytes token, OptionalLong timestamp, OptionalLong senderTimestamp, JsonObject json) {
        this.token = token;
        this.timestamp = timestamp;
        this.senderTimestamp = senderTimestamp;
        this.json = json;
    }

    /**
     * A token of these parts.
     *
     * @param timestamp when it was received, in seconds
     * @param senderTimestamp when ours was last sent, in seconds
     */
    public static TrustedContactToken of(Bytes token, OptionalLong timestamp, OptionalLong senderTimestamp) {
        JsonObject.Builder json = JsonObject.builder().put("token", token);
        timestamp.ifPresent(seconds -> json.put("timestamp", Long.toString(seconds)));
        senderTimestamp.ifPresent(seconds -> json.put("senderTimestamp", seconds));
        return new TrustedContactToken(token, timestamp, senderTimestamp, json.build());
    }

    /** The record {@link #INDEX} for these contacts. */
    public static TrustedContactToken index(List<String> jids) {
        JsonArray list = JsonArray.copyOf(jids.stream().map(JsonString::new).toList());
        return of(list.toBytes(), OptionalLong.empty(), OptionalLong.empty());
    }

    static TrustedContactToken read(JsonValue value) {
        Members members = Members.of(value);
        Bytes token = members.bytes("token");
        return new TrustedContactToken(
                token,
                members.findInteger("timestamp"),
                members.findInteger("senderTimestamp"),
                members.json().with("token", new JsonBytes(token)));
    }

    /** The token, empty when none was received yet. */
    public Bytes token() {
        return token;
    }

    /** When the token was received, in seconds. */
    public OptionalLong timestamp() {
        return timestamp;
    }

    /** When our own token was last sent to the contact, in seconds. */
    public OptionalLong senderTimestamp() {
        return senderTimestamp;
    }

    /**
     * The contacts that the record {@link #INDEX} lists.
     *
     * @throws IllegalStateException when this is not such a record
     */
    public List<String> jids() {
        try {
            if (JsonValue.parse(token) instanceof JsonArray list) {
                List<String> jids = new ArrayList<>();
                for (JsonValue jid : list) {
                    if (!(jid instanceof JsonString text)) {
                        throw new IllegalStateException("the list of contacts holds " + Members.kind(jid));
                    }
                    jids.add(text.value());
                }
                return List.copyOf(jids);
            }
        } catch (JsonException e) {
            throw new IllegalStateException("this token is no list of contacts", e);
        }
        throw new IllegalStateException("this token is no list of contacts");
    }

    /** The record as JSON. */
    public JsonObject json() {
        return json;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrustedContactToken that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** Shows the size of the token. */
    @Override
    public String toString() {
        return "TrustedContactToken[" + token.size() + " bytes]";
    }
}
