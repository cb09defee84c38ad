package dev.pawl.message;

import static dev.pawl.message.Said.BUDI_LID;
import static dev.pawl.message.Said.GROUP;
import static dev.pawl.message.Said.SITI_LID;
import static dev.pawl.message.Said.after;
import static dev.pawl.message.Said.history;
import static dev.pawl.message.Said.json;
import static dev.pawl.message.Said.key;
import static dev.pawl.message.Said.row;
import static dev.pawl.message.Said.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.RawEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules M3 to M8 and R2, of messages without content: what is filled in them and what is not. */
class StubRulesTest {

    private static final String A = key("A");
    private static final String PARAMETERS = "'messageStubParameters':['x']";

    private static RawEvent arrives(String members) {
        return history(A, members);
    }

    @Test
    void aStubGetsItsParametersFromTheSameStubOnly() {
        String notice = "'messageStubType':'GROUP_CREATE'";
        String unreadable = "'messageStubType':2";
        String content = "'message':{'conversation':'hi'}";

        assertThat(row(arrives(notice), arrives(notice + "," + PARAMETERS)))
                .isEqualTo(json("{'key':" + A + "," + notice + "," + PARAMETERS + "}"));
        assertThat(row(arrives(unreadable), arrives(notice + "," + PARAMETERS)))
                .isEqualTo(json("{'key':" + A + "," + unreadable + "}"));
        assertThat(row(arrives(content), arrives(content + "," + PARAMETERS)))
                .isEqualTo(json("{'key':" + A + "," + content + "}"));
    }

    @Test
    void whatIsNoContentIsTakenWhereThereIsNothingElse() {
        String context = "'message':{'messageContextInfo':{'x':1}}";
        String notice = "'messageStubType':'GROUP_CREATE'";

        assertThat(row(arrives("'broadcast':false"), arrives(context)))
                .isEqualTo(json("{'key':" + A + ",'broadcast':false," + context + "}"));
        assertThat(row(arrives(notice), arrives(context))).isEqualTo(json("{'key':" + A + "," + notice + "}"));
    }

    @Test
    void aMessageThatWasTakenBackGetsTheTimeOfThatOnce() {
        String revoked = "'message':null,'messageStubType':1";

        assertThat(row(arrives(revoked), arrives(revoked + ",'revokeMessageTimestamp':'50','pushName':'n'")))
                .isEqualTo(json("{'key':" + A + "," + revoked + ",'revokeMessageTimestamp':'50','pushName':'n'}"));
        assertThat(row(
                        arrives(revoked + ",'revokeMessageTimestamp':40"),
                        arrives(revoked + ",'revokeMessageTimestamp':'50'")))
                .isEqualTo(json("{'key':" + A + "," + revoked + ",'revokeMessageTimestamp':40}"));
    }

    @Test
    void anUpdateByWhichAnotherTakesBackSaysNothingOfTheMessage() {
        String his = key("A", BUDI_LID);
        RawEvent message = history(his, "'message':{'conversation':'hi'},'status':3");
        RawEvent other = update(
                "{'remoteJid':'" + GROUP + "','fromMe':false,'id':'A'}",
                "'message':null,'messageStubType':1,'status':4,'key':" + key("R", SITI_LID));
        TinyHistory history = after(message);
        int writes = history.writes;

        assertThat(history.apply(List.of(other)).row("A|0"))
                .isEqualTo(json("{'key':" + his + ",'message':{'conversation':'hi'},'status':3}"));
        assertThat(history.writes).isEqualTo(writes);
    }
}
