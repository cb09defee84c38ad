package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
    private static final int LIMIT = JsonValue.MAX_DEPTH;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "\"\"",
                "[]",
                "{}",
                "[[],{},[null]]",
                "{\"\":\"\"}",
                "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":\"e\"}",
                "\"é😀\u2028\u007f\"",
                "\"\\ud800\"",
                "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f/\""
            })
    void whatJavaScriptWritesIsReproduced(String text) {
        assertThat(JsonValue.parse(text).toText()).isEqualTo(text);
        assertThat(JsonValue.parse(Bytes.utf8(text)).toBytes()).isEqualTo(Bytes.utf8(text));
        assertThat(JsonValue.parse(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(JsonValue.parse(text));
        JsonValue.check(Bytes.utf8(text));
    }

    @Test
    void whitespaceAndSpellingOfEscapesAreNotKept() {
        String text = " \t\r\n{ \"a\\u0062\\/\" :\n[ 1 ,\t\"\\u00E9\\uD83D\\uDE00\\uD800\" ] } ";
        assertThat(JsonValue.parse(text).toText()).isEqualTo("{\"ab/\":[1,\"é😀\\ud800\"]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                  | 0  | unexpected end of text",
                "`  `                | 2  | unexpected end of text",
                "`nul`               | 3  | unexpected end of text",
                "`nuLl`              | 0  | expected a value",
                "`\uFEFF{}`          | 0  | expected a value",
                "`\u00A01`           | 0  | expected a value",
                "`'a'`               | 0  | expected a value",
                "`,`                 | 0  | expected a value",
                "`{} x`              | 3  | text after the value",
                "`1 2`               | 2  | text after the value",
                "`01`                | 1  | text after the value",
                "`[1,]`              | 3  | expected a value",
                "`[1 2]`             | 3  | expected a comma or the end of the array",
                "`[1`                | 2  | unexpected end of text",
                "`[`                 | 1  | unexpected end of text",
                "`{`                 | 1  | unexpected end of text",
                "`{a:1}`             | 1  | expected a member name",
                "`{\"a\":1,}`        | 7  | expected a member name",
                "`{\"a\" 1}`         | 5  | expected a colon",
                "`{\"a\":}`          | 5  | expected a value",
                "`{\"a\":1]`         | 6  | expected a comma or the end of the object",
                "`{\"a\":1`          | 6  | unexpected end of text",
                "`{\"é\":1 \"b\":2}` | 7  | expected a comma or the end of the object",
                "`\"abc`             | 4  | unexpected end of text",
                "`\"abc\\`           | 5  | unexpected end of text",
                "`\"ab\\x\"`         | 3  | invalid escape",
                "`\"ab\\u12g4\"`     | 3  | invalid escape",
                "`\"\\u123`          | 6  | unexpected end of text",
                "`\"12345678\t\"`    | 9  | unescaped control character",
                "`\"12345678\u0000\"`| 9  | unescaped control character",
                "`\"\u001F\"`        | 1  | unescaped control character",
                "`-`                 | 1  | unexpected end of text",
                "`-a`                | 1  | invalid number",
                "`[1.]`              | 3  | invalid number",
                "`1e+`               | 3  | unexpected end of text",
                "`+1`                | 0  | expected a value",
                "`\"😀\" x`          | 5  | text after the value",
                "`\"é\uD800\" x`     | 5  | text after the value",
            })
    void whatIsNotJsonIsRefusedWithReasonAndPlace(@ConvertWith(Verbatim.class) String text, int offset, String reason) {
        JsonException refused = catchThrowableOfType(JsonException.class, () -> JsonValue.parse(text));
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.offset()).isEqualTo(offset);
        assertThat(refused).hasMessage(reason + " at offset " + offset);
        if (Utf8.unpairedSurrogate(text) < 0) {
            Bytes bytes = Bytes.utf8(text);
            int inBytes = text.substring(0, offset).getBytes(StandardCharsets.UTF_8).length;
            for (Runnable reading : new Runnable[] {() -> JsonValue.parse(bytes), () -> JsonValue.check(bytes)}) {
                JsonException inUtf8 = catchThrowableOfType(JsonException.class, reading::run);
                assertThat(inUtf8.offset()).as("bytes before the fault").isEqualTo(inBytes);
                assertThat(inUtf8.reason()).isEqualTo(reason);
            }
        }
    }

    @Test
    void halfOfASurrogatePairIsAllowedInAStringAndNotInBytes() {
        assertThat(JsonValue.parse("\"\ud800a\"")).isEqualTo(new JsonString("\ud800a"));
        assertThat(JsonValue.parse("{\"\udc00\":\"\\ud83d\ude00\"}").toText()).isEqualTo("{\"\\udc00\":\"😀\"}");
        byte[] encoded = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};
        assertThatThrownBy(() -> JsonValue.parse(encoded)).hasMessage("invalid UTF-8 at offset 1");
    }

    @Test
    void theDeepestTreeCanBeUsedInASmallStack() throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            for (String[] brackets : new String[][] {{"[", "1", "]"}, {"{\"a\":", "1", "}"}}) {
                String text = brackets[0].repeat(LIMIT) + brackets[1] + brackets[2].repeat(LIMIT);
                JsonValue value = JsonValue.parse(text);
                assertThat(value.toText()).isEqualTo(text);
                assertThat(value).isEqualTo(JsonValue.parse(text)).hasSameHashCodeAs(JsonValue.parse(text));
                assertThat(BufferJson.revive(value)).isEqualTo(value);
                JsonValue.check(Bytes.utf8(text));
            }
            return null;
        });
        new Thread(null, task, "small stack", 512 * 1024).start();
        task.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aDeeperTextIsRefusedAtTheBracketThatIsTooMuch() {
        for (int extra : new int[] {1, 2, 1_000_000}) {
            String text = "[".repeat(LIMIT + extra);
            assertThatThrownBy(() -> JsonValue.parse(text))
                    .isInstanceOf(JsonException.class)
                    .hasMessage("nested deeper than 500 at offset 500");
            assertThatThrownBy(() -> JsonValue.check(Bytes.utf8(text)))
                    .hasMessage("nested deeper than 500 at offset 500");
        }
    }

    @Test
    void aDeeperTreeCannotBeBuilt() {
        JsonValue deepest = JsonValue.parse("[".repeat(LIMIT) + "]".repeat(LIMIT));
        JsonArray array = JsonArray.of(JsonNull.NULL);
        assertThatThrownBy(() -> JsonArray.of(deepest)).hasMessage("nested deeper than 500");
        assertThatThrownBy(() -> array.with(0, deepest)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> array.plus(deepest)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> JsonObject.EMPTY.with("a", deepest)).isInstanceOf(JsonException.class);
        JsonObject object = JsonObject.EMPTY.with("a", JsonNull.NULL);
        assertThatThrownBy(() -> object.with("a", deepest)).isInstanceOf(JsonException.class);
        JsonObject.Builder builder = JsonObject.builder().put("a", deepest);
        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.offset()).isEqualTo(-1));
    }

    @Test
    void aMemberThatWasReplacedDoesNotCountAsDepth() {
        String deep = "[".repeat(LIMIT - 1) + "]".repeat(LIMIT - 1);
        JsonValue shallow = JsonValue.parse("{\"a\":" + deep + ",\"a\":1}");
        JsonValue wrapped = shallow;
        for (int i = 1; i < LIMIT; i++) {
            wrapped = JsonArray.of(wrapped);
        }
        assertThat(JsonValue.parse(wrapped.toBytes())).isEqualTo(wrapped);
    }

    @Test
    void equalityIsThatOfTheTexts() {
        assertThat(JsonValue.parse("[1.0]")).isNotEqualTo(JsonValue.parse("[1]"));
        assertThat(JsonValue.parse("{\"a\":1,\"b\":2}")).isNotEqualTo(JsonValue.parse("{\"b\":2,\"a\":1}"));
        assertThat(JsonValue.parse("[true,null,\"a\"]"))
                .isEqualTo(JsonArray.of(JsonBoolean.of(true), JsonNull.NULL, new JsonString("a")));
    }

    @Test
    void valuesPrintKindAndSizeOnly() {
        assertThat(JsonValue.parse("{\"secret\":1}")).hasToString("JsonObject[1]");
        assertThat(JsonValue.parse("[\"secret\",1]")).hasToString("JsonArray[2]");
        assertThat(new JsonString("secret")).hasToString("JsonString[6]");
        assertThat(JsonNumber.of(12345)).hasToString("JsonNumber[5]");
        assertThat(JsonBoolean.TRUE).hasToString("JsonBoolean");
        assertThat(JsonNull.NULL).hasToString("JsonNull");
        assertThat(BufferJson.of(Bytes.utf8("secret"))).hasToString("JsonBytes[6]");
    }

    @Test
    void anErrorNeverQuotesTheText() {
        for (String text : new String[] {
            "{\"secret\":secret}", "secret", "\"secret\\s", "\"secret\" secret", "{\"secret\":1 secret"
        }) {
            assertThatThrownBy(() -> JsonValue.parse(text))
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
        }
    }

    @Test
    void longStringsOfEveryKindAreWrittenExactly() {
        for (String filler :
                new String[] {"a", "é", "😀", "?", "\"", "\\", "\u0001", "\u007f", "\ud800", "\u0100", "ÿ"}) {
            String written = filler.equals("\"") || filler.equals("\\") ? "\\" + filler : filler;
            written = filler.equals("\u0001") ? "\\u0001" : filler.equals("\ud800") ? "\\ud800" : written;
            for (int before = 0; before < 50; before++) {
                for (int after = 0; after < 50; after++) {
                    String value = "x".repeat(before) + filler + "y".repeat(after);
                    String text = "\"" + "x".repeat(before) + written + "y".repeat(after) + "\"";
                    assertThat(new JsonString(value).toText()).isEqualTo(text);
                    assertThat(JsonValue.parse(text)).isEqualTo(new JsonString(value));
                }
            }
        }
    }

    /** What is known of an object after it was read or written once must not change what is written next. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "",
                "a\"b",
                "a\\b",
                "\u0001",
                "\u007f",
                "\u00e9",
                "\u0141",
                "\ud800",
                "\ud83d\ude00",
                "?"
            })
    void whatIsWrittenAgainIsTheSame(String part) {
        for (String text : List.of(part, "0123456789abcdef" + part, part + "0123456789abcdef0")) {
            JsonObject named = JsonObject.builder().put(text, 1).build();
            JsonObject valued = JsonObject.builder().put("name", text).build();
            JsonObject nested = JsonObject.builder()
                    .put("named", named)
                    .put("valued", valued)
                    .put("list", JsonArray.of(new JsonString(text)))
                    .build();
            for (JsonObject object : List.of(named, valued, nested)) {
                Bytes first = object.toBytes();
                assertThat(object.toBytes()).isEqualTo(first);
                JsonObject read = (JsonObject) JsonValue.parse(first);
                assertThat(read).isEqualTo(object);
                assertThat(read.toBytes()).isEqualTo(first);
                assertThat(read.with("more", new JsonString(part)).toBytes())
                        .isEqualTo(object.with("more", new JsonString(part)).toBytes());
            }
        }
    }

    /** Whichever part of an object comes where the usual room ends. */
    @Test
    void anObjectOfAnySizeIsWrittenWhole() {
        for (int length = 4000; length < 4110; length++) {
            String text = "{\"first\":\"" + "v".repeat(length)
                    + "\",\"b\":{\"a long enough name\":\"x\"},\"n\":-12.5,\"e\":{}}";
            JsonValue read = JsonValue.parse(text);
            assertThat(read.toText()).isEqualTo(text);
            assertThat(read.toText()).isEqualTo(text);
        }
    }

    @Test
    void aLargeTextGrowsTheBufferRight() {
        String value = "k".repeat(100_000);
        JsonArray array =
                JsonArray.of(new JsonString(value), new JsonString("é".repeat(5000) + "\n"), JsonNumber.of(1));
        assertThat(array.toText()).isEqualTo("[\"" + value + "\",\"" + "é".repeat(5000) + "\\n\",1]");
    }

    @Test
    void arraysAreListsThatCannotBeChanged() {
        JsonArray array = JsonArray.of(JsonNumber.of(1), JsonNumber.of(2));
        assertThat(array.with(1, JsonNull.NULL).toText()).isEqualTo("[1,null]");
        assertThat(array.plus(JsonNull.NULL).toText()).isEqualTo("[1,2,null]");
        assertThat(array.values()).containsExactly(JsonNumber.of(1), JsonNumber.of(2));
        assertThat(array).containsExactlyElementsOf(array.values());
        assertThat(array.toText()).isEqualTo("[1,2]");
        assertThat(array.get(1)).isEqualTo(JsonNumber.of(2));
        assertThatThrownBy(() -> array.values().set(0, JsonNull.NULL))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> array.with(2, JsonNull.NULL)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
