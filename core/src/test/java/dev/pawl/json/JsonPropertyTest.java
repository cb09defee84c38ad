package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.pawl.property.Tries;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rules for any value and any input. */
class JsonPropertyTest {
    private static final long SEED = 20;

    @Test
    void whatIsWrittenIsReadBack() {
        Tries.of(2000, SEED, values -> {
            JsonValue value = value(values);
            assertThat(JsonValue.parse(value.toBytes())).isEqualTo(value).hasSameHashCodeAs(value);
            assertThat(JsonValue.parse(value.toText())).isEqualTo(value);
            assertThat(JsonValue.parse(value.toBytes()).toBytes()).isEqualTo(value.toBytes());
            JsonValue.check(value.toBytes());
        });
    }

    @Test
    void whitespaceBetweenTokensChangesNothing() {
        Tries.of(500, SEED, values -> {
            JsonValue value = value(values);
            String spaces = values.draw("spaces", JsonPropertyTest::spaces);
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
        });
    }

    private static boolean escapedAt(String text, int at) {
        int backslashes = 0;
        while (text.charAt(at - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    @Test
    void garbageIsRefusedCleanly() {
        Tries.of(3000, SEED, values -> {
            byte[] garbage = values.draw("garbage", Tries::bytes);
            refusedOrReproduced(garbage);
        });
    }

    @Test
    void damagedTextsAreRefusedCleanly() {
        Tries.of(4000, SEED, values -> {
            JsonValue value = value(values);
            int place = values.draw("place", Random::nextInt);
            byte change = values.draw("change", random -> (byte) random.nextInt());
            byte[] text = value.toBytes().toArray();
            int at = Math.floorMod(place, text.length);
            byte[] cut = Arrays.copyOf(text, at);
            text[at] = change;
            refusedOrReproduced(text);
            refusedOrReproduced(cut);
        });
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

    @Test
    void changingAndChangingBackGivesTheSameBytes() {
        Tries.of(2000, SEED, values -> {
            JsonObject object =
                    values.draw("object", random -> new RandomJson(random.nextLong()).object(2), JsonValue::toText);
            String name = values.draw("name", random -> new RandomJson(random.nextLong()).name());
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
        });
    }

    @Test
    void bytesSurviveInEveryFormTheyAreReadIn() {
        Tries.of(300, SEED, values -> {
            byte[] content = values.draw("content", Tries::bytes);
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
        });
    }

    private static JsonValue value(Tries values) {
        return values.draw("value", random -> new RandomJson(random.nextLong()).value(4), JsonValue::toText);
    }

    private static String spaces(Random random) {
        StringBuilder spaces = new StringBuilder();
        for (int left = random.nextInt(4); left > 0; left--) {
            spaces.append(" \t\r\n".charAt(random.nextInt(4)));
        }
        return spaces.toString();
    }
}
