package dev.pawl.message;

import static dev.pawl.message.Said.BUDI;
import static dev.pawl.message.Said.BUDI_LID;
import static dev.pawl.message.Said.SITI_LID;
import static dev.pawl.message.Said.after;
import static dev.pawl.message.Said.arrives;
import static dev.pawl.message.Said.edit;
import static dev.pawl.message.Said.edited;
import static dev.pawl.message.Said.editing;
import static dev.pawl.message.Said.history;
import static dev.pawl.message.Said.json;
import static dev.pawl.message.Said.key;
import static dev.pawl.message.Said.row;
import static dev.pawl.message.Said.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules E1 to E7: what an edit does to a message. */
class EditRulesTest {

    private static final String A = key("A");
    private static final String WORDS = "'message':{'conversation':'helo'}";
    private static final RawEvent ORIGINAL = arrives(A, "'messageTimestamp':1760000001," + WORDS);

    private static JsonObject message(String members) {
        return json("{'key':" + A + ",'messageTimestamp':1760000001," + members + "}");
    }

    @Test
    void theOriginalIsKeptOnceAndTheLaterEditShown() {
        assertThat(row(ORIGINAL, edit(A, "one", 10), edit(A, "two", 20)))
                .isEqualTo(message(edited("two") + ",'pawl':{'original':{'conversation':'helo'},'edited':{'at':20}}"));
        assertThat(row(ORIGINAL, edit(A, "two", 20), edit(A, "one", 10)))
                .isEqualTo(message(edited("two") + ",'pawl':{'original':{'conversation':'helo'},'edited':{'at':20}}"));
    }

    @Test
    void aMessageAndAnUpdateThatTellOfOneEditAreOne() {
        RawEvent carrier = editing(key("E"), "hello", 20);
        RawEvent update = edit(A, "hello", 20);
        JsonObject expected = message(
                edited("hello") + ",'pawl':{'original':{'conversation':'helo'},'edited':{'at':20,'ids':['E']}}");

        assertThat(row(ORIGINAL, carrier, update)).isEqualTo(expected);
        assertThat(row(ORIGINAL, update, carrier)).isEqualTo(expected);
    }

    @Test
    void theIdsOfAllCarriersAreNotedByTheirBytes() {
        JsonObject row = row(
                ORIGINAL,
                editing(key("\uFF5E"), "three", 30),
                editing(key("\uD83D\uDE00"), "one", 10),
                editing(key("E"), "two", 20),
                editing(key("E"), "two", 20));

        assertThat(row)
                .isEqualTo(message(edited("three")
                        + ",'pawl':{'original':{'conversation':'helo'},"
                        + "'edited':{'at':30,'ids':['E','\uFF5E','\uD83D\uDE00']}}"));
    }

    @Test
    void aCarrierWithoutATimeOfItsOwnHasThatOfItsMessage() {
        RawEvent carrier = arrives(
                key("E"),
                "'messageTimestamp':'1760000050','message':{'protocolMessage':{'key':{'id':'A'},'type':14,"
                        + "'editedMessage':{'conversation':'hello'}}}");

        assertThat(row(ORIGINAL, carrier))
                .isEqualTo(message(edited("hello")
                        + ",'pawl':{'original':{'conversation':'helo'},'edited':{'at':1760000050,'ids':['E']}}"));
    }

    @Test
    void anEditFoldedWithAReceiptHasNoTimeAndCountsAsTheLater() {
        RawEvent folded = update(A, edited("folded") + ",'messageTimestamp':5,'status':4");

        assertThat(row(ORIGINAL, edit(A, "two", 20), folded).get("message"))
                .contains(json("{" + edited("folded") + "}").get("message").orElseThrow());
        assertThat(at(row(ORIGINAL, edit(A, "two", 20), folded))).isEqualTo("20");
        assertThat(row(ORIGINAL, folded, edit(A, "two", 20)).get("message"))
                .contains(json("{" + edited("two") + "}").get("message").orElseThrow());
        assertThat(at(row(ORIGINAL, folded))).isEmpty();
    }

    private static String at(JsonObject row) {
        JsonObject edited = (JsonObject) MessageMembers.ours(row).get("edited").orElseThrow();
        return edited.get("at").map(at -> at.toBytes().utf8()).orElse("");
    }

    @Test
    void secretsStayBesideTheEditWhereverTheyStood() {
        String secret = "'messageContextInfo':{'messageSecret':'CQkJ'}";
        RawEvent original =
                arrives(A, "'messageTimestamp':1760000001,'message':{'conversation':'helo'," + secret + "}");
        String shown = "'message':{'editedMessage':{'message':{'conversation':'two'}}," + secret + "}";
        JsonObject expected =
                message(shown + ",'pawl':{'original':{'conversation':'helo'," + secret + "},'edited':{'at':20}}");
        RawEvent withOwn = update(
                A,
                "'messageTimestamp':10,'message':{'editedMessage':{'message':{'conversation':'one',"
                        + "'messageContextInfo':{'x':1}}}}");

        assertThat(row(original, edit(A, "two", 20))).isEqualTo(expected);
        assertThat(row(original, edit(A, "one", 10), edit(A, "two", 20))).isEqualTo(expected);
        assertThat(row(original, withOwn, edit(A, "two", 20))).isEqualTo(expected);
        assertThat(Said.sorted(row(edit(A, "two", 20), original))).isEqualTo(Said.sorted(expected));
        assertThat(WaMessage.of(row(original, withOwn)).messageSecret()).isPresent();
        assertThat(row(original, withOwn).get("message").orElseThrow().toBytes().utf8())
                .doesNotContain("CQkJ");
    }

    @Test
    void aCaptionThatIsEditedLeavesTheFile() {
        JsonObject row = row(
                arrives(A, "'message':{'imageMessage':{'caption':'helo','mediaKey':'AQID'}}"),
                update(
                        A,
                        "'messageTimestamp':9,'message':{'editedMessage':{'message':{'imageMessage':{'caption':'hello'}}}}"));

        assertThat(WaMessage.of(row).media().flatMap(Media::mediaKey)).isPresent();
        assertThat(WaMessage.of(row).text()).contains("hello");
        assertThat(WaMessage.of(row).originalText()).contains("helo");
    }

    @Test
    void nobodyEditsWhatAnotherWrote() {
        RawEvent his = arrives(key("A", BUDI_LID), WORDS);
        RawEvent hers = arrives(key("A", SITI_LID), "'message':{'conversation':'her'}");
        for (RawEvent edit : List.of(edit(key("A", SITI_LID), "hers", 9), editing(key("E", SITI_LID), "hers", 9))) {
            TinyHistory history = after(his, edit);
            assertThat(history.row("A|0")).isEqualTo(json("{'key':" + key("A", BUDI_LID) + "," + WORDS + "}"));
            assertThat(history.waiting).hasSize(1);

            for (List<RawEvent> order : Said.orders(List.of(his, hers, edit))) {
                TinyHistory both = new TinyHistory().apply(order);
                assertThat(both.rows.values())
                        .filteredOn(row -> !MessageKey.ofMessage(row).id().equals("E"))
                        .extracting(row -> WaMessage.of(row).text().orElseThrow())
                        .containsExactlyInAnyOrder("helo", "hers");
                assertThat(both.waiting).isEmpty();
            }
        }
    }

    @Test
    void theAuthorEditsUnderHisOtherAddress() {
        TinyHistory history =
                after(Said.pair(), arrives(key("A", BUDI_LID), WORDS), editing(key("E", BUDI + ""), "hello", 9));

        assertThat(WaMessage.of(history.row("A|0")).text()).contains("hello");
        assertThat(history.refused).isEmpty();
    }

    @Test
    void ofTwoAuthorsOfOneIdEachEditsHisOwn() {
        TinyHistory history = after(
                arrives(key("A", BUDI_LID), WORDS),
                arrives(key("A", SITI_LID), WORDS),
                edit(key("A", SITI_LID), "hers", 9),
                editing(key("E", BUDI_LID), "his", 9));

        assertThat(WaMessage.of(history.row("A|0")).text()).contains("his");
        assertThat(WaMessage.of(history.row("A|0|" + SITI_LID)).text()).contains("hers");
    }

    @Test
    void whatCouldNotBeDecryptedIsShownEditedAndItsOriginalMayStillCome() {
        RawEvent stub = arrives(A, "'messageTimestamp':1760000001,'messageStubType':2,'messageStubParameters':['x']");
        JsonObject shown = message(edited("hello") + ",'pawl':{'edited':{'at':20}}");

        assertThat(row(stub, edit(A, "hello", 20))).isEqualTo(shown);
        assertThat(row(stub, edit(A, "hello", 20), stub)).isEqualTo(shown);
        assertThat(row(stub, edit(A, "hello", 20), ORIGINAL))
                .isEqualTo(
                        message(edited("hello") + ",'pawl':{'edited':{'at':20},'original':{'conversation':'helo'}}"));
    }

    @Test
    void aNoticeIsNotEdited() {
        assertThat(row(arrives(A, "'messageStubType':20"), edit(A, "hello", 20)))
                .isEqualTo(json("{'key':" + A + ",'messageStubType':20}"));
    }

    @Test
    void theOriginalThatComesAgainUndoesNothing() {
        assertThat(row(ORIGINAL, edit(A, "hello", 20), ORIGINAL, history(A, WORDS)))
                .isEqualTo(row(ORIGINAL, edit(A, "hello", 20)));
    }

    @Test
    void anEditThatCameFirstWaits() {
        TinyHistory history = after(edit(A, "hello", 20));
        assertThat(history.rows).isEmpty();
        assertThat(history.waiting).hasSize(1);

        history.apply(List.of(ORIGINAL));
        assertThat(history.waiting).isEmpty();
        assertThat(history.row("A|0"))
                .isEqualTo(
                        message(edited("hello") + ",'pawl':{'original':{'conversation':'helo'},'edited':{'at':20}}"));
    }

    @Test
    void theSecretOfAMessageThatCameEditedStandsBesideTheNextEdit() {
        String secret = "'messageContextInfo':{'messageSecret':'CQkJ'}";
        RawEvent came = history(A, "'message':{'editedMessage':{'message':{'conversation':'one'}}," + secret + "}");

        assertThat(row(came, edit(A, "two", 20)))
                .isEqualTo(json("{'key':" + A + ",'message':{'editedMessage':{'message':{'conversation':'two'}},"
                        + secret + "},'pawl':{'edited':{'at':20}}}"));
    }

    @Test
    void theSecretOfAnOriginalThatComesLateStandsBesideTheEdit() {
        String secret = "'messageContextInfo':{'messageSecret':'CQkJ'}";
        RawEvent original = history(A, "'message':{'conversation':'helo'," + secret + "}");
        RawEvent came = history(A, "'message':{'editedMessage':{'message':{'conversation':'one'}}}");

        assertThat(row(came, original))
                .isEqualTo(json("{'key':" + A + ",'message':{'editedMessage':{'message':{'conversation':'one'}},"
                        + secret + "},'pawl':{'original':{'conversation':'helo'," + secret + "}}}"));
    }
}
