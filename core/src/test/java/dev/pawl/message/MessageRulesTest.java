package dev.pawl.message;

import static dev.pawl.message.Said.BUDI;
import static dev.pawl.message.Said.BUDI_LID;
import static dev.pawl.message.Said.arrives;
import static dev.pawl.message.Said.edit;
import static dev.pawl.message.Said.history;
import static dev.pawl.message.Said.json;
import static dev.pawl.message.Said.key;
import static dev.pawl.message.Said.ours;
import static dev.pawl.message.Said.row;
import static dev.pawl.message.Said.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.Event;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules M1 to M30: a message that arrives, arrives again, and is updated. */
class MessageRulesTest {

    private static final String A = key("A");
    private static final String T = "'messageTimestamp':1760000001";
    private static final String CONTENT = "'message':{'conversation':'hi'}";

    /** What a message can be that arrives, without its key. */
    private static final List<String> FORMS = List.of(
            CONTENT,
            "'messageStubType':2,'messageStubParameters':['No session record']",
            "'messageStubType':'GROUP_CREATE','messageStubParameters':['Harbour']",
            "'broadcast':false",
            "'message':null,'messageStubType':1",
            "'message':{'protocolMessage':{'type':'REVOKE','key':{'id':'B'}}}");

    /** What there is afterwards: rows are what was stored, columns what arrives, in the order of the forms. */
    private static final List<List<String>> MATRIX = List.of(
            // nothing
            List.of("CONTENT", "UNDECRYPTABLE", "NOTICE", "NEITHER", "REVOKED", "CARRIER"),
            // content
            List.of("CONTENT", "CONTENT", "CONTENT", "CONTENT", "REVOKED", "CONTENT"),
            // undecryptable
            List.of("CONTENT", "UNDECRYPTABLE", "UNDECRYPTABLE", "UNDECRYPTABLE", "REVOKED", "CARRIER"),
            // another stub
            List.of("NOTICE", "NOTICE", "NOTICE", "NOTICE", "REVOKED", "NOTICE"),
            // neither
            List.of("CONTENT", "UNDECRYPTABLE", "NOTICE", "NEITHER", "REVOKED", "CARRIER"),
            // revoked
            List.of("REVOKED", "REVOKED", "REVOKED", "REVOKED", "REVOKED", "CARRIER"),
            // what takes another one back
            List.of("CARRIER", "CARRIER", "CARRIER", "CARRIER", "CARRIER", "CARRIER"));

    static List<Object[]> matrix() {
        List<Object[]> cells = new ArrayList<>();
        for (int i = 0; i < MATRIX.size(); i++) {
            for (int j = 0; j < FORMS.size(); j++) {
                cells.add(new Object[] {
                    i == 0 ? "" : FORMS.get(i - 1), FORMS.get(j), MATRIX.get(i).get(j)
                });
            }
        }
        return cells;
    }

    @ParameterizedTest(name = "{0} + {1} = {2}")
    @MethodSource("matrix")
    void whatIsStoredAndWhatArrives(String stored, String arrives, String result) {
        Act act = act(arrives);
        Optional<JsonObject> before =
                stored.isEmpty() ? Optional.empty() : Optional.of(act(stored).part());

        JsonObject after = apply(before, act).row().orElseThrow();

        String state =
                Acts.isRevoke(after) ? "CARRIER" : MessageRules.state(after).name();
        assertThat(state).isEqualTo(result);
        if (before.isEmpty()) {
            assertThat(after).isSameAs(act.part());
        }
        if (before.isPresent() && stored.equals(arrives)) {
            assertThat(after).isSameAs(before.get());
        }
    }

    private static Act act(String members) {
        return Acts.of(Event.of(history(A, T + "," + members))).get(0);
    }

    private static Outcome apply(Optional<JsonObject> stored, Act act) {
        return MessageRules.apply(stored, act, new Aliases(), Optional.empty());
    }

    private static JsonObject message(String members) {
        return json("{'key':" + A + "," + members + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'message':{'conversation':'\\u0041\\n'},'messageTimestamp':1.76e9,'x':1.0",
                "'__proto__':{'a':1},'constructor':null,'7':true,'message':{'imageMessage':{'mediaKey':{'0':1,'1':2}}}",
                "'messageTimestamp':{'low':1760000001,'high':0,'unsigned':true},'status':'PENDING','message':null"
            })
    void whatOneEventMadeIsToTheLetterWhatItSaid(String members) {
        String text = "{\"key\":" + A.replace('\'', '"') + "," + members.replace('\'', '"') + "}";
        Act act = act("'x':1");
        JsonObject item = (JsonObject) JsonValue.parse(text);
        Act verbatim = new Act(act.kind(), act.targets(), item, act.by(), act.time(), act.carrier());

        JsonObject row = apply(Optional.empty(), verbatim).row().orElseThrow();

        assertThat(row).isSameAs(item);
        JsonObject again = apply(Optional.of(row), verbatim).row().orElseThrow();
        assertThat(again).isSameAs(row);
    }

    @Test
    void whatIsNotMergedKeepsItsTextAndPlace() {
        JsonObject stored = (JsonObject) JsonValue.parse("{\"x\":1.0,\"key\":" + A.replace('\'', '"')
                + ",\"messageStubType\":\"CIPHERTEXT\",\"__proto__\":[1e3],\"messageTimestamp\":\"1760000009\","
                + "\"pawl\":{\"z\":1}}");
        Act act = act("'pushName':'Budi','message':{'conversation':'hi'},'x':2");

        JsonObject row = apply(Optional.of(stored), act).row().orElseThrow();

        assertThat(row.toBytes().utf8())
                .isEqualTo(("{'x':1.0,'key':" + A
                                + ",'__proto__':[1e3],'messageTimestamp':1760000001,'pushName':'Budi',"
                                + "'message':{'conversation':'hi'},'pawl':{'z':1}}")
                        .replace('\'', '"'));
    }

    @Test
    void aMemberOfTheNameOfOursIsNotTakenFromAnybody() {
        assertThat(row(arrives(A, CONTENT + ",'pawl':{'revoked':{}}"))).isEqualTo(message(CONTENT));
        assertThat(row(arrives(A, CONTENT), arrives(A, CONTENT + ",'pawl':{'x':1}"), update(A, "'pawl':{'x':1}")))
                .isEqualTo(message(CONTENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "'CIPHERTEXT'", "'2'"})
    void contentFillsWhatCouldNotBeDecrypted(String type) {
        assertThat(row(
                        arrives(A, T + ",'messageStubType':" + type + ",'messageStubParameters':['x']"),
                        arrives(A, T + "," + CONTENT)))
                .isEqualTo(message(T + "," + CONTENT));
    }

    @Test
    void keysAndSecretsBesideContentAreNoContent() {
        String beside = "'message':{'senderKeyDistributionMessage':{'groupId':'g'},'messageContextInfo':{},'x':null}";

        assertThat(MessageRules.state(message(beside))).isEqualTo(MessageRules.State.NEITHER);
        assertThat(row(arrives(A, T + "," + beside), arrives(A, T + "," + CONTENT)))
                .isEqualTo(message(T + "," + CONTENT));
    }

    @Test
    void aStubOfTypeZeroIsNone() {
        assertThat(row(
                        arrives(A, "'messageStubType':0"),
                        arrives(A, "'messageStubType':2,'messageStubParameters':['x']")))
                .isEqualTo(message("'messageStubType':2,'messageStubParameters':['x']"));
    }

    @Test
    void membersOfTheKeyThatWereMissingAreAdded() {
        JsonObject row = row(
                arrives("{'remoteJid':'" + BUDI + "','fromMe':false,'id':'A','participant':''}", CONTENT),
                arrives(
                        "{'remoteJid':'" + BUDI + "','fromMe':false,'id':'A','remoteJidAlt':'" + BUDI_LID
                                + "','addressingMode':'pn','x':null}",
                        CONTENT));

        assertThat(row.get("key").orElseThrow())
                .isEqualTo(json("{'remoteJid':'" + BUDI + "','fromMe':false,'id':'A','participant':'','remoteJidAlt':'"
                        + BUDI_LID + "','addressingMode':'pn'}"));
    }

    @Test
    void theOtherAddressOfAnotherAddressIsNotAdded() {
        JsonObject row = row(
                Said.pair(),
                arrives(A, CONTENT),
                arrives(
                        "{'remoteJid':'" + BUDI_LID + "','fromMe':false,'id':'A','remoteJidAlt':'" + BUDI
                                + "','addressingMode':'lid','server':1}",
                        CONTENT));

        assertThat(row.get("key").orElseThrow())
                .isEqualTo(json("{'remoteJid':'" + BUDI + "','fromMe':false,'id':'A','server':1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "5;'3';'3'",
                "3;5;3",
                "'5';{'low':4,'high':0,'unsigned':true};{'low':4,'high':0,'unsigned':true}",
                "{'low':4,'high':0,'unsigned':true};4;{'low':4,'high':0,'unsigned':true}",
                "5;0;5",
                "5;-1;5",
                "0;5;5",
                "null;5;5",
                "5;null;5",
                "5.7;5;5.7",
                "7.9;6;6",
                "5;'no time';5"
            })
    void theEarliestTimeIsTheMessages(String stored, String arriving, String result) {
        JsonObject row = row(arrives(A, "'messageTimestamp':" + stored), arrives(A, "'messageTimestamp':" + arriving));

        assertThat(row).isEqualTo(message("'messageTimestamp':" + result));
    }

    @Test
    void aMessageWithoutTimeGetsNone() {
        assertThat(row(arrives(A, CONTENT), arrives(A, CONTENT + ",'messageTimestamp':0")))
                .isEqualTo(message(CONTENT));
    }

    @Test
    void anAbsentMemberIsFilledAndNullAndEmptySayNothing() {
        JsonObject row = row(
                arrives(A, "'pushName':'','verifiedBizName':null,'starred':false"),
                arrives(A, "'category':null,'x':''"),
                arrives(A, "'pushName':'Budi','verifiedBizName':'Toko','starred':true,'x':1,'category':'peer'"));

        assertThat(row)
                .isEqualTo(message("'pushName':'Budi','verifiedBizName':null,'starred':false,'x':1,'category':'peer'"));
    }

    @Test
    void contentThatIsEditedWhenItArrivesKeepsAnOriginalThatComesLater() {
        JsonObject row = row(arrives(A, Said.edited("hello")), arrives(A, "'message':{'conversation':'helo'}"));

        assertThat(row).isEqualTo(message(Said.edited("hello") + ",'pawl':{'original':{'conversation':'helo'}}"));
    }

    static List<Object[]> statuses() {
        List<Object[]> pairs = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            pairs.add(new Object[] {MessageStatus.values()[i / 6], MessageStatus.values()[i % 6]});
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void theHigherStatusStaysInWhateverOrderAndForm(MessageStatus one, MessageStatus other) {
        List<MessageStatus> rising = List.of(
                MessageStatus.PENDING,
                MessageStatus.SERVER_ACK,
                MessageStatus.ERROR,
                MessageStatus.DELIVERY_ACK,
                MessageStatus.READ,
                MessageStatus.PLAYED);
        MessageStatus higher = rising.indexOf(one) > rising.indexOf(other) ? one : other;

        JsonObject updated = Said.after(
                        arrives(ours("A"), "'status':" + one.number()), update(ours("A"), "'status':'" + other + "'"))
                .row("A|1");
        JsonObject arrived = Said.after(
                        arrives(ours("A"), "'status':'" + one + "'"), history(ours("A"), "'status':" + other.number()))
                .row("A|1");

        assertThat(MessageStatus.in(updated)).contains(higher);
        assertThat(MessageStatus.in(arrived)).contains(higher);
        if (one == other) {
            assertThat(updated.get("status").orElseThrow()).isEqualTo(JsonNumber.of(one.number()));
        }
    }

    @Test
    void whatAnErrorSaysGoesWhenSomebodyGetsTheMessageAfterAll() {
        var sent = arrives(ours("A"), "'status':1," + CONTENT);
        var error = update(ours("A"), "'status':0,'messageStubParameters':['463']");
        var delivered = update(ours("A"), "'status':3");

        assertThat(Said.after(sent, error).row("A|1").get("messageStubParameters"))
                .isPresent();
        JsonObject row = Said.after(sent, error, delivered).row("A|1");
        assertThat(row).isEqualTo(Said.after(sent, delivered, error).row("A|1"));
        assertThat(row.get("messageStubParameters")).isEmpty();
    }

    @Test
    void aStatusThatWeDoNotKnowGivesWay() {
        JsonObject row = row(arrives(A, "'status':'NEW'"), update(A, "'status':77"));
        assertThat(row).isEqualTo(message("'status':'NEW'"));
        assertThat(row(arrives(A, "'status':'NEW'"), update(A, "'status':1"))).isEqualTo(message("'status':1"));
    }

    @Test
    void anUpdateOfTwoThingsDoesBoth() {
        JsonObject row = row(
                arrives(A, T + ",'status':2," + CONTENT),
                update(A, "'status':4,'starred':true,'messageTimestamp':5," + Said.edited("ho")));

        assertThat(row)
                .isEqualTo(message(T + ",'status':4," + Said.edited("ho")
                        + ",'starred':true,'pawl':{'original':{'conversation':'hi'},'edited':{}}"));
    }

    @Test
    void aStarIsReplacedAndNeverFilledAgain() {
        assertThat(row(
                        arrives(A, CONTENT),
                        update(A, "'starred':true"),
                        update(A, "'starred':false"),
                        history(A, CONTENT + ",'starred':true")))
                .isEqualTo(message(CONTENT + ",'starred':false"));
    }

    @Test
    void aFileThatWasUploadedAgainReplacesTheContentAndLeavesTheOriginal() {
        JsonObject row =
                row(arrives(A, CONTENT), edit(A, "ho", 9), update(A, "'message':{'imageMessage':{'url':'new'}}"));

        assertThat(row)
                .isEqualTo(message("'message':{'imageMessage':{'url':'new'}},"
                        + "'pawl':{'original':{'conversation':'hi'},'edited':{'at':9}}"));
    }

    @Test
    void contentByUpdateEndsWhatCouldNotBeDecryptedAndNoNotice() {
        assertThat(row(arrives(A, "'messageStubType':2,'messageStubParameters':['x']"), update(A, CONTENT)))
                .isEqualTo(message(CONTENT));
        assertThat(row(arrives(A, "'messageStubType':20"), update(A, CONTENT)))
                .isEqualTo(message("'messageStubType':20"));
    }

    @Test
    void anEmptyContentByUpdateSaysNothing() {
        JsonObject stored = message(CONTENT);

        assertThat(row(arrives(A, CONTENT), update(A, "'message':null"))).isEqualTo(stored);
        assertThat(row(arrives(A, CONTENT), update(A, "'message':{'messageContextInfo':{}}")))
                .isEqualTo(stored);
    }

    @Test
    void aNoticeAndItsParametersAreTakenByWhatHasNoContent() {
        assertThat(row(arrives(A, T), update(A, "'messageStubType':40,'messageStubParameters':['a']")))
                .isEqualTo(message(T + ",'messageStubType':40,'messageStubParameters':['a']"));
        assertThat(row(arrives(A, CONTENT), update(A, "'messageStubType':40,'messageStubParameters':['a']")))
                .isEqualTo(message(CONTENT));
    }

    @Test
    void anUnknownMemberIsReplacedAndNullClearsIt() {
        JsonObject row = row(arrives(A, CONTENT + ",'labels':['7']"), update(A, "'labels':null,'new':null,'n':1"));

        assertThat(row).isEqualTo(message(CONTENT + ",'labels':null,'new':null,'n':1"));
        assertThat(row.get("labels")).contains(JsonNull.NULL);
    }

    @Test
    void anUpdateThatSaysNothingNewWritesNothing() {
        TinyHistory history = Said.after(arrives(A, CONTENT + ",'status':4"));
        int before = history.writes;

        history.apply(List.of(
                update(A, "'status':3,'messageTimestamp':7,'key':" + key("X")),
                arrives(A, CONTENT),
                history(A, "'status':'READ'")));

        assertThat(history.writes).isEqualTo(before);
    }

    @Test
    void whatIsRealIsContentThatActsOnNoOther() {
        assertThat(MessageRules.isReal(message(CONTENT))).isTrue();
        assertThat(MessageRules.isReal(message("'message':{'pollCreationMessage':{'name':'?'}}")))
                .isTrue();
        for (String member :
                List.of("protocolMessage", "reactionMessage", "pollUpdateMessage", "encEventResponseMessage")) {
            assertThat(MessageRules.isReal(message("'message':{'" + member + "':{}}")))
                    .as(member)
                    .isFalse();
        }
        assertThat(MessageRules.isReal(message("'messageStubType':2"))).isFalse();
        assertThat(MessageRules.isReal(message("'message':{'messageContextInfo':{}}")))
                .isFalse();
    }
}
