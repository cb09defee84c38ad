package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
    private static final JsonValue X = new JsonString("x");

    @Test
    void membersKeepTheOrderOfTheText() {
        String text = "{\"b\":1,\"7\":2,\"a\":3,\"3\":4}";
        JsonObject object = object(text);
        assertThat(object.names()).containsExactly("b", "7", "a", "3");
        assertThat(object.toText()).isEqualTo(text);
        List<String> seen = new ArrayList<>();
        object.forEach((name, value) -> seen.add(name + value.toText()));
        assertThat(seen).containsExactly("b1", "72", "a3", "34");
    }

    @Test
    void replacingKeepsThePlaceAndTheOriginal() {
        JsonObject object = object("{\"a\":1,\"b\":2,\"c\":3}");
        assertThat(object.with("b", X).toText()).isEqualTo("{\"a\":1,\"b\":\"x\",\"c\":3}");
        assertThat(object.toText()).isEqualTo("{\"a\":1,\"b\":2,\"c\":3}");
    }

    @Test
    void newMembersGoLast() {
        assertThat(object("{\"b\":1}").with("a", X).with("c", X).names()).containsExactly("b", "a", "c");
    }

    @Test
    void arrayIndicesGoFirstInTheirOwnOrder() {
        JsonObject object = object("{\"2\":0,\"10\":0,\"b\":0}");
        assertThat(object.with("3", X).names()).containsExactly("2", "3", "10", "b");
        assertThat(object.with("0", X).names()).containsExactly("0", "2", "10", "b");
        assertThat(object.with("4294967294", X).names()).containsExactly("2", "10", "4294967294", "b");
        for (String other : new String[] {"4294967295", "03", "-1", "1.0", "99999999999", ""}) {
            assertThat(object.with(other, X).names()).containsExactly("2", "10", "b", other);
        }
    }

    @Test
    void aTextThatNoJavaScriptWroteKeepsItsOrderAroundTheNewIndex() {
        JsonObject object = object("{\"5\":0,\"3\":0,\"b\":0,\"1\":0}");
        assertThat(object.with("4", X).names()).containsExactly("4", "5", "3", "b", "1");
        assertThat(object.with("6", X).names()).containsExactly("5", "6", "3", "b", "1");
        assertThat(object.toBuilder().put("6", X).put("4", X).build().names())
                .containsExactly("4", "5", "6", "3", "b", "1");
    }

    @Test
    void removingTakesOneMember() {
        JsonObject object = object("{\"a\":1,\"b\":2,\"c\":3}");
        assertThat(object.without("a").names()).containsExactly("b", "c");
        assertThat(object.without("c").names()).containsExactly("a", "b");
        assertThat(object.without("d")).isSameAs(object);
        assertThat(object("{\"a\":1}").without("a")).isEqualTo(JsonObject.EMPTY);
    }

    @Test
    void noNameIsSpecial() {
        JsonObject object = object("{\"__proto__\":{\"a\":1},\"constructor\":2}");
        assertThat(object.toText()).isEqualTo("{\"__proto__\":{\"a\":1},\"constructor\":2}");
        assertThat(object.get("__proto__")).contains(object("{\"a\":1}"));
        assertThat(JsonObject.EMPTY.get("toString")).isEmpty();
    }

    @Test
    void aLargeObjectIsSearchedAndChangedLikeASmallOne() {
        JsonObject.Builder builder = JsonObject.builder();
        StringBuilder text = new StringBuilder("{\"n0\":0");
        builder.put("n0", 0);
        for (int i = 1; i < 10_000; i++) {
            builder.put("n" + i, i);
            text.append(",\"n").append(i).append("\":").append(i);
        }
        JsonObject built = builder.build();
        JsonObject read = object(text + "}");
        assertThat(built).isEqualTo(read).hasSameHashCodeAs(read);
        for (JsonObject object : List.of(built, read)) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(object.get("n" + i)).contains(JsonNumber.of(i));
            }
            assertThat(object.get("n10000")).isEmpty();
            assertThat(object.with("n5000", X).get("n5000")).contains(X);
            assertThat(object.with("5", X).get("n9999")).contains(JsonNumber.of(9999));
            assertThat(object.with("5", X).names().get(0)).isEqualTo("5");
            assertThat(object.without("n0").get("n1")).contains(JsonNumber.of(1));
            assertThat(object.without("n0").get("n0")).isEmpty();
        }
    }

    @Test
    void repeatedMembersOfALargeObjectKeepTheLastValueInTheFirstPlace() {
        StringBuilder text = new StringBuilder("{\"first\":0");
        for (int i = 0; i < 100; i++) {
            text.append(",\"n").append(i % 40).append("\":").append(i);
        }
        JsonObject object = object(text + ",\"first\":[]}");
        assertThat(object.size()).isEqualTo(41);
        assertThat(object.get("first")).contains(JsonArray.EMPTY);
        assertThat(object.names().subList(0, 3)).containsExactly("first", "n0", "n1");
        assertThat(object.get("n19")).contains(JsonNumber.of(99));
        assertThat(object.get("n20")).contains(JsonNumber.of(60));
    }

    @Test
    void aBuilderCanGoOnWithoutTouchingWhatItBuilt() {
        JsonObject.Builder builder =
                JsonObject.builder().put("a", "x").put("t", true).put("1", 5);
        JsonObject first = builder.build();
        builder.put("a", 2).put("0", JsonNull.NULL).remove("t").remove("1").put("b", Bytes.EMPTY);
        assertThat(first.toText()).isEqualTo("{\"1\":5,\"a\":\"x\",\"t\":true}");
        assertThat(builder.build().toText())
                .isEqualTo("{\"0\":null,\"a\":2,\"b\":{\"type\":\"Buffer\",\"data\":\"\"}}");
    }

    @Test
    void nothingAbsentIsAccepted() {
        assertThatThrownBy(() -> JsonObject.EMPTY.with("a", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> JsonObject.EMPTY.with(null, X)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> JsonObject.builder().put("a", (JsonValue) null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> JsonArray.of(X, null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void namesCannotBeChanged() {
        assertThatThrownBy(() -> object("{\"a\":1}").names().set(0, "b"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private static JsonObject object(String text) {
        return (JsonObject) JsonValue.parse(text);
    }
}
