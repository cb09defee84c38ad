package dev.pawl.message;

import static dev.pawl.message.RowJson.json;
import static dev.pawl.message.RowJson.known;
import static dev.pawl.message.RowJson.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwinRulesTest {

    private static final String PLAIN = "'messageTimestamp':5,'message':{'conversation':'one'}";
    private static final String EDITED = "'messageTimestamp':5,'message':{'editedMessage':{'message':"
            + "{'conversation':'two'}}},'pawl':{'original':{'conversation':'one'},'edited':{'at':9,'ids':['E']}}";
    private static final String EDITED_LATER = "'messageTimestamp':5,'message':{'editedMessage':{'message':"
            + "{'conversation':'three'}}},'pawl':{'original':{'conversation':'one'},'edited':{'at':12,'ids':['F']}}";
    private static final String REVOKED = "'messageTimestamp':5,'message':null,'messageStubType':1,"
            + "'revokeMessageTimestamp':20,'pawl':{'revoked':{'by':'2@s.whatsapp.net','id':'R'}}";

    private static JsonObject lid(String members) {
        return json("{'key':{'remoteJid':'1@lid','fromMe':false,'id':'A'}," + members + "}");
    }

    private static JsonObject phone(String members) {
        return json("{'key':{'remoteJid':'2@s.whatsapp.net','fromMe':false,'id':'A'}," + members + "}");
    }

    private static Outcome united(String lid, String phone) {
        return TwinRules.united(lid(lid), phone(phone), known());
    }

    /** What comes of both, less the key, which is that of the row that stays: the same members in either order. */
    private static String both(String one, String other) {
        JsonObject result = united(one, other).row().orElseThrow().without("key");
        JsonObject turned = united(other, one).row().orElseThrow().without("key");
        assertThat(members(turned)).isEqualTo(members(result));
        return text(result);
    }

    private static Map<String, String> members(JsonObject json) {
        Map<String, String> members = new HashMap<>();
        json.forEach((name, value) -> members.put(name, value.toText()));
        return members;
    }

    private static List<String> follow(String one, String other) {
        return united(one, other).follows().stream()
                .filter(act -> act.kind() == Act.Kind.SILENCED)
                .map(act -> act.target().id())
                .distinct()
                .toList();
    }

    @Test
    void a8WhatTheOtherRowDoesNotAddLeavesTheRowAsItIs() {
        for (String members : List.of(PLAIN, EDITED, REVOKED)) {
            JsonObject row = lid(members);
            assertThat(TwinRules.united(row, phone(members), known()).row().orElseThrow())
                    .isSameAs(row);
        }
    }

    @Test
    void a8AnEditOfEitherRowIsTheMessages() {
        assertThat(both(PLAIN, EDITED)).isEqualTo("{" + EDITED + "}");
    }

    @Test
    void a8TheLaterEditCountsAndTheMessagesThatBroughtEitherAreNoted() {
        assertThat(both(EDITED, EDITED_LATER)).isEqualTo("{" + EDITED_LATER.replace("['F']", "['E','F']") + "}");
    }

    @Test
    void a8WhatOneRowSaysIsTakenBackIsTakenBack() {
        for (String other : List.of(PLAIN, EDITED, "'messageTimestamp':5,'messageStubType':2")) {
            assertThat(both(REVOKED, other)).isEqualTo("{" + REVOKED + "}");
        }
    }

    @Test
    void r5TheMessagesThatBroughtEditsOfEitherRowLoseThemWhenOneSaysItIsTakenBack() {
        assertThat(follow(REVOKED, EDITED)).containsExactly("E");
        assertThat(follow(EDITED, REVOKED)).containsExactly("E");
        assertThat(follow(EDITED, EDITED_LATER)).isEmpty();
    }

    @Test
    void r5AMessageThatLostAnEditInOneRowLosesItInBoth() {
        String silent = "'message':{'protocolMessage':{'key':{'id':'X'},'type':14,'timestampMs':5000}}";
        String words = silent.replace("'timestampMs'", "'editedMessage':{'conversation':'two'},'timestampMs'");

        assertThat(both(silent, words)).isEqualTo("{" + silent + "}");
    }

    @ParameterizedTest
    @CsvSource({"1760, ''", "1755, r"})
    void x4AReactionThatOneRowSaysIsTakenBackIsGoneUnlessItCameLater(long at, String left) {
        String reaction = "{'key':{'remoteJid':'2@s.whatsapp.net','fromMe':false,'id':'r'},'text':'x',"
                + "'senderTimestampMs':1757}";
        String with = PLAIN + ",'reactions':[" + reaction + "]";
        String without = PLAIN + ",'reactions':[],'pawl':{'withdrawn':{'reactions':{'1@lid':" + at + "}}}";

        assertThat(both(with, without)).contains(left.isEmpty() ? "'reactions':[]" : "'reactions':[" + reaction + "]");
    }

    @Test
    void a8TheContentOfEitherRowIsTheMessages() {
        String stub = "'messageTimestamp':7,'messageStubType':2,'messageStubParameters':['?']";

        assertThat(both(stub, "'message':{'conversation':'one'},'messageTimestamp':5"))
                .isEqualTo("{'messageTimestamp':5,'message':{'conversation':'one'}}");
    }
}
