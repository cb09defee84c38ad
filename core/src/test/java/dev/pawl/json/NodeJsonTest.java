package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The judge is the JavaScript engine itself; seeds are fixed, so a failure comes back on the next run. */
class NodeJsonTest {
    private static NodePeer node;

    @BeforeAll
    static void startNode() {
        node = NodePeer.start();
    }

    @AfterAll
    static void stopNode() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void reproducesWhatNodeStringifies() {
        int containers = 0;
        for (int seed = 0; seed < 3000; seed++) {
            String text = node.random(seed);
            Bytes bytes = Bytes.utf8(text);
            assertThat(JsonValue.parse(bytes).toBytes()).isEqualTo(bytes);
            assertThat(JsonValue.parse(text).toText()).isEqualTo(text);
            JsonValue.check(bytes);
            containers += text.length() > 2 && text.charAt(text.length() - 1) == '}' ? 1 : 0;
        }
        assertThat(containers).as("objects among the values").isGreaterThan(200);
    }

    @Test
    void acceptsAndRefusesTheSameTexts() {
        RandomJson random = new RandomJson(20);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < 12_000; i++) {
            String text = i % 3 == 0 ? random.damaged(node.random(i)) : random.soup();
            Optional<String> theirs = node.reparse(text);
            assertThat(parses(text)).as("whether %s is JSON", escaped(text)).isEqualTo(theirs.isPresent());
            if (theirs.isPresent()) {
                accepted++;
            } else {
                refused++;
            }
        }
        assertThat(accepted).isGreaterThan(500);
        assertThat(refused).isGreaterThan(5_000);
    }

    @Test
    void understandsStringsAlike() {
        RandomJson random = new RandomJson(21);
        for (int i = 0; i < 4_000; i++) {
            String value = random.string();
            String text = node.stringify(value);
            assertThat(new JsonString(value).toText()).isEqualTo(text);
            assertThat(JsonValue.parse(text)).isEqualTo(new JsonString(value));
            assertThat(JsonValue.parse(spelledInEscapes(value, random))).isEqualTo(new JsonString(value));
        }
    }

    @Test
    void keepsTheLastOfRepeatedMembersInTheFirstPlace() {
        RandomJson random = new RandomJson(22);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder("{\"key\":0");
            for (int k = random.below(40); k > 0; k--) {
                text.append(",\"n").append(random.below(25)).append("\":").append(k);
            }
            text.append("}");
            assertThat(JsonValue.parse(text.toString()).toText())
                    .isEqualTo(node.reparse(text.toString()).orElseThrow());
        }
    }

    @Test
    void writesDoublesAlike() {
        RandomJson random = new RandomJson(23);
        double[] notable = {
            0,
            -0.0,
            1,
            -1,
            0.1,
            2e23,
            5e-324,
            Double.MIN_NORMAL,
            Double.MAX_VALUE,
            1e21,
            1e20,
            123456789012345680000.0,
            1e-6,
            1e-7,
            1.5e-7,
            1721721721.5,
            9007199254740991.0,
            9007199254740992.0,
            9007199254740994.0,
            2.2250738585072011e-308,
            1.7976931348623157e308,
            4.35,
            0.000001234,
            1.0E23,
            9.5e-7,
            100,
            1234.5678
        };
        for (double value : notable) {
            assertThat(JsonNumber.of(value).text()).isEqualTo(node.number(value));
            assertThat(JsonNumber.of(-value).text()).isEqualTo(node.number(-value));
        }
        for (int exponent = -1074; exponent <= 1023; exponent++) {
            double power = Math.scalb(1.0, exponent);
            assertThat(JsonNumber.of(power).text()).as("2^%d", exponent).isEqualTo(node.number(power));
            double below = Math.nextDown(power);
            assertThat(JsonNumber.of(below).text()).as("below 2^%d", exponent).isEqualTo(node.number(below));
        }
        for (int i = 0; i < 5_000; i++) {
            double value = i % 2 == 0 ? random.anyDouble() : random.below(1 << 30) / Math.pow(10, random.below(14));
            if (Double.isFinite(value)) {
                assertThat(JsonNumber.of(value).text()).isEqualTo(node.number(value));
            }
        }
    }

    @Test
    void theSameChangesGiveTheSameBytes() {
        RandomJson random = new RandomJson(24);
        for (int round = 0; round < 300; round++) {
            String start = objectFrom(random);
            JsonObject ours = (JsonObject) JsonValue.parse(start);
            JsonObject.Builder built = ours.toBuilder();
            String theirs = node.open(start);
            for (int step = 0; step < 12; step++) {
                String name = random.name();
                if (random.below(3) == 0) {
                    theirs = node.remove(name);
                    ours = ours.without(name);
                    built.remove(name);
                } else {
                    String value = node.random(random.below(1000));
                    theirs = node.set(name, value);
                    ours = ours.with(name, JsonValue.parse(value));
                    built.put(name, JsonValue.parse(value));
                }
                assertThat(ours.toText()).isEqualTo(theirs);
            }
            assertThat(built.build()).isEqualTo(ours);
        }
    }

    @Test
    void theSameChangesOfALargeObjectGiveTheSameBytes() {
        RandomJson random = new RandomJson(25);
        JsonObject ours = JsonObject.EMPTY;
        String theirs = node.open("{}");
        for (int step = 0; step < 600; step++) {
            String name = random.below(2) == 0 ? Integer.toString(random.below(400)) : "n" + random.below(400);
            boolean remove = random.below(4) == 0;
            theirs = remove ? node.remove(name) : node.set(name, Integer.toString(step));
            ours = remove ? ours.without(name) : ours.with(name, JsonNumber.of(step));
            assertThat(ours.toText()).isEqualTo(theirs);
        }
        assertThat(ours.size()).isGreaterThan(100);
    }

    @Test
    void readsBase64AsLeniently() {
        RandomJson random = new RandomJson(26);
        String[] alphabets = {
            "ABCDabc019+/-_", "ABCD== \n!é", "AB=C", "AZaz09+/-_ \r\n\t\0ÿ", "ABC\u0141\u013d\u2028\ud83d\ude00xyz"
        };
        for (int i = 0; i < 8_000; i++) {
            String alphabet = alphabets[random.below(alphabets.length)];
            StringBuilder text = new StringBuilder();
            for (int left = i % 500 == 0 ? 9_000 : random.below(14); left > 0; left--) {
                text.append(alphabet.charAt(random.below(alphabet.length())));
            }
            byte[] ours = LenientBase64.decode(text.toString()).toArray();
            assertThat(Arrays.equals(ours, node.base64(text.toString())))
                    .as("base64 %s", escaped(text.toString()))
                    .isTrue();
        }
    }

    @Test
    void takesTheSameNamesForNumbers() {
        RandomJson random = new RandomJson(27);
        String characters =
                "0179+-.eEx \t\n\u000b\f\r\u0000\u001c\u0085\u00a0\u1680\u180e\u2000\u200a\u200b\u2028\u2029\u202f"
                        + "\u205f\u3000\ufeff\u0660\uff11a_N";
        for (int i = 0; i < 6_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int left = random.below(6); left > 0; left--) {
                name.append(characters.charAt(random.below(characters.length())));
            }
            JsonObject object = JsonObject.EMPTY.with(name.toString(), JsonNumber.of(1));
            assertThat(BufferJson.bytes(object).isPresent())
                    .as("name %s", escaped(name.toString()))
                    .isEqualTo(node.startsWithInteger(name.toString()));
        }
    }

    @Test
    void turnsNumbersIntoTheSameBytes() {
        RandomJson random = new RandomJson(28);
        for (int i = 0; i < 3_000; i++) {
            String number = switch (i % 3) {
                case 0 -> Integer.toString(random.below(2000) - 1000);
                case 1 -> (random.below(2000) - 1000) + "." + random.below(1000);
                default -> random.below(1000) + "e" + (random.below(700) - 350);
            };
            JsonArray array = JsonArray.of(JsonNumber.parse(number));
            JsonObject wrapper = JsonObject.builder()
                    .put("type", "Buffer")
                    .put("data", array)
                    .build();
            assertThat(BufferJson.bytes(wrapper).orElseThrow().toArray())
                    .as(number)
                    .isEqualTo(node.toByte(number));
        }
    }

    private static boolean parses(String text) {
        boolean fromString = outcome(() -> JsonValue.parse(text));
        if (Utf8.unpairedSurrogate(text) < 0) {
            Bytes bytes = Bytes.utf8(text);
            assertThat(outcome(() -> JsonValue.parse(bytes))).isEqualTo(fromString);
            assertThat(outcome(() -> JsonValue.check(bytes))).isEqualTo(fromString);
        }
        return fromString;
    }

    private static boolean outcome(Runnable reading) {
        try {
            reading.run();
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    private static String objectFrom(RandomJson random) {
        StringBuilder text = new StringBuilder("{\"z\":{}");
        for (int left = random.below(6); left > 0; left--) {
            text.append(',')
                    .append(new JsonString(random.name()).toText())
                    .append(':')
                    .append(left);
        }
        return node.reparse(text + "}").orElseThrow();
    }

    private static String spelledInEscapes(String value, RandomJson random) {
        StringBuilder text = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            String hex = String.format("%04x", (int) c);
            text.append("\\u").append(random.below(2) == 0 ? hex : hex.toUpperCase(java.util.Locale.ROOT));
        }
        return text.append('"').toString();
    }

    private static String escaped(String text) {
        return new JsonString(text).toText();
    }
}
