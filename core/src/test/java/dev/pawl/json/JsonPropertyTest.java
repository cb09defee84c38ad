package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Rules for any value and any input. Seeds are fixed: the same tries in every run, and another seed is one edit away. */
class JsonPropertyTest {
    private static final String SEED = "20";

    @Property(seed = SEED, tries = 2000)
    void whatIsWrittenIsReadBack(@ForAll("values") JsonValue value) {
        assertThat(JsonValue.parse(value.toBytes())).isEqualTo(value).hasSameHashCodeAs(value);
        assertThat(JsonValue.parse(value.toText())).isEqualTo(value);
        assertThat(JsonValue.parse(value.toBytes()).toBytes()).isEqualTo(value.toBytes());
        JsonValue.check(value.toBytes());
    }

    @Property(seed = SEED, tries = 500)
    void whitespaceBetweenTokensChangesNothing(@ForAll("values") JsonValue value, @ForAll("spaces") String spaces) {
        StringBuilder text = new StringBuilder(spaces);
        boolean inString = false;
        String written = value.toText();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            inString ^= c == '"' && !(inString && escapedAt(written, i));
            text.append(c);
            if (!inString && "{}[],:\"".indexOf(c) >= 0) {
                text.append(spaces);
            }
        }
        assertThat(JsonValue.parse(text.toString())).isEqualTo(value);
    }

    private static boolean escapedAt(String text, int at) {
        int backslashes = 0;
        while (text.charAt(at - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    @Property(seed = SEED, tries = 3000)
    void garbageIsRefusedCleanly(@ForAll byte[] garbage) {
        refusedOrReproduced(garbage);
    }

    @Property(seed = SEED, tries = 4000)
    void damagedTextsAreRefusedCleanly(@ForAll("values") JsonValue value, @ForAll int place, @ForAll byte change) {
        byte[] text = value.toBytes().toArray();
        int at = Math.floorMod(place, text.length);
        byte[] cut = Arrays.copyOf(text, at);
        text[at] = change;
        refusedOrReproduced(text);
        refusedOrReproduced(cut);
    }

    private static void refusedOrReproduced(byte[] text) {
        Bytes bytes = Bytes.copyOf(text);
        JsonValue value;
        try {
            value = JsonValue.parse(text);
        } catch (JsonException parsing) {
            assertThat(parsing.offset()).isBetween(0, text.length);
            try {
                JsonValue.check(bytes);
            } catch (JsonException checking) {
                assertThat(checking.offset()).isEqualTo(parsing.offset());
                assertThat(checking.reason()).isEqualTo(parsing.reason());
                return;
            }
            fail("the check accepts what parsing refuses");
            return;
        }
        JsonValue.check(bytes);
        assertThat(JsonValue.parse(value.toBytes())).isEqualTo(value);
    }

    @Property(seed = SEED, tries = 2000)
    void changingAndChangingBackGivesTheSameBytes(@ForAll("objects") JsonObject object, @ForAll("names") String name) {
        JsonObject changed = object.with(name, JsonBoolean.TRUE);
        assertThat(changed.get(name)).contains(JsonBoolean.TRUE);
        assertThat(changed.without(name).get(name)).isEmpty();
        assertThat(object.toBuilder().put(name, JsonBoolean.TRUE).build()).isEqualTo(changed);
        assertThat(object.toBuilder().build()).isEqualTo(object);
        if (object.get(name).isPresent()) {
            assertThat(changed.with(name, object.get(name).get()).toBytes()).isEqualTo(object.toBytes());
        } else {
            assertThat(changed.without(name).toBytes()).isEqualTo(object.toBytes());
        }
    }

    @Property(seed = SEED, tries = 300)
    void bytesSurviveInEveryFormTheyAreReadIn(@ForAll byte[] content) {
        Bytes bytes = Bytes.copyOf(content);
        JsonBytes value = BufferJson.of(bytes);
        assertThat(BufferJson.revive(JsonValue.parse(value.toBytes()))).isEqualTo(value);
        String base64 = Base64.getUrlEncoder().withoutPadding().encodeToString(content);
        assertThat(BufferJson.bytesOrBase64(new JsonString(base64))).contains(bytes);
        JsonObject.Builder numbers = JsonObject.builder();
        for (int i = content.length - 1; i >= 0; i--) {
            numbers.put(Integer.toString(i), content[i]);
        }
        if (content.length > 0) {
            assertThat(BufferJson.bytes(numbers.build())).contains(bytes);
        }
    }

    // trees come from our own generator: jqwik's containers of containers took most of the time of this package's tests

    @Provide
    Arbitrary<JsonValue> values() {
        return Arbitraries.randomValue(random -> new RandomJson(random.nextLong()).value(4));
    }

    @Provide
    Arbitrary<JsonObject> objects() {
        return Arbitraries.randomValue(random -> new RandomJson(random.nextLong()).object(2));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.randomValue(random -> new RandomJson(random.nextLong()).name());
    }

    @Provide
    Arbitrary<String> spaces() {
        return Arbitraries.strings().withChars(" \t\r\n").ofMaxLength(3);
    }
}
