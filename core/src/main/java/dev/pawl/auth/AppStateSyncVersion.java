package dev.pawl.auth;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far one collection of the account's synchronised state is: its version, its hash, and the entries behind the hash.
 *
 * <p>Written as {@code {"version":n,"hash":<128 bytes>,"indexValueMap":{"<index MAC>":{"valueMac":<bytes>}}}} with wrapped bytes. Members we do not know and the order are kept.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class AppStateSyncVersion {

    /** The size of a hash. */
    public static final int HASH_SIZE = 128;

    private static final String VALUE_MAC = "valueMac";

    private final long version;
    private final Bytes hash;
    private final Map<String, Bytes> valueMacs;
    private final JsonObject json;

    private AppStateSyncVersion(long version, Bytes hash, Map<String, Bytes> valueMacs, JsonObject json) {
        this.version = version;
        this.hash = hash;
        this.valueMacs = Collections.unmodifiableMap(valueMacs);
        this.json = json;
    }

    /**
     * A state of these parts.
     *
     * @param hash 128 bytes
     * @param indexValueMap the MAC of each entry's value by the MAC of its index in base64
     * @throws IllegalArgumentException when the hash has another size
     */
    public static AppStateSyncVersion of(long version, Bytes hash, Map<String, Bytes> indexValueMap) {
        JsonObject.Builder entries = JsonObject.builder();
        indexValueMap.forEach((index, mac) ->
                entries.put(index, JsonObject.builder().put(VALUE_MAC, mac).build()));
        return Shapes.argument(() -> read(JsonObject.builder()
                .put("version", version)
                .put("hash", hash)
                .put("indexValueMap", entries.build())
                .build()));
    }

    static AppStateSyncVersion read(JsonValue value) {
        Members members = Members.of(value);
        Bytes hash = members.bytes("hash", HASH_SIZE);
        Members entries = members.object("indexValueMap");
        Map<String, Bytes> macs = new LinkedHashMap<>();
        JsonObject.Builder canonical = entries.json().toBuilder();
        entries.json().forEach((index, entry) -> {
            Members one = members.element(entry, "indexValueMap", macs.size());
            Bytes mac = one.bytes(VALUE_MAC);
            macs.put(index, mac);
            canonical.put(index, one.json().toBuilder().put(VALUE_MAC, mac).build());
        });
        JsonObject json = members.json().toBuilder()
                .put("hash", hash)
                .put("indexValueMap", canonical.build())
                .build();
        return new AppStateSyncVersion(members.integer("version"), hash, macs, json);
    }

    /** The number of the last patch that is part of it. */
    public long version() {
        return version;
    }

    /** The hash over all entries, 128 bytes. */
    public Bytes hash() {
        return hash;
    }

    /** The MAC of each entry's value, by the MAC of its index in base64, in stored order. */
    public Map<String, Bytes> indexValueMap() {
        return valueMacs;
    }

    /** The state as JSON. */
    public JsonObject json() {
        return json;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AppStateSyncVersion that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** Shows the version and how many entries there are. */
    @Override
    public String toString() {
        return "AppStateSyncVersion[" + version + ", " + valueMacs.size() + " entries]";
    }
}
