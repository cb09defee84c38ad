package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That an acknowledged commit which is not there is noticed: a store that loses one is hard to come by. */
class CommitLogTest {

    private static final long PROCESS = 7;
    private static final SessionName SESSION = SessionName.of("main");
    private static final Key KEY = Key.ofKey("session", "1");

    private final CommitLog log = new CommitLog();

    private static String told(String digest) {
        return String.join("\n", "main", KEY.family().name(), KEY.partition(), KEY.id(), digest);
    }

    private static Bytes value(String text) {
        return Bytes.utf8("\"" + text + "\"");
    }

    private void begun(String number, String text) {
        log.begun(PROCESS, number, List.of(told(CommitTeller.digest(value(text)))));
    }

    /** What is said to be wrong when the row has this value, or is not there. */
    private List<String> missing(String... value) {
        try (Pawl pawl = Pawl.open("memory:")) {
            for (String text : value) {
                pawl.backend(Family.KEY).commit(SESSION, Batch.of(Row.of(KEY, value(text))));
            }
            return log.missing(pawl);
        }
    }

    @Test
    void whatWasAcknowledgedIsThere() {
        begun("1", "one");
        log.done(PROCESS, "1");

        assertThat(log.acknowledged()).isEqualTo(1);
        assertThat(missing("one")).isEmpty();
        assertThat(missing()).singleElement().asString().contains("id=1", "is " + CommitTeller.ABSENT);
        assertThat(missing("another")).hasSize(1);
    }

    @Test
    void whatCameBeforeTheLastThatWasAcknowledgedIsGone() {
        begun("1", "one");
        log.done(PROCESS, "1");
        begun("2", "two");
        log.done(PROCESS, "2");

        assertThat(missing("two")).isEmpty();
        assertThat(missing("one")).hasSize(1);
        assertThat(missing()).hasSize(1);
    }

    @Test
    void ofACommitThatNobodyHeardTheEndOfBothIsPossible() {
        begun("1", "one");
        log.done(PROCESS, "1");
        begun("2", "two");
        log.died(PROCESS);

        assertThat(missing("one")).isEmpty();
        assertThat(missing("two")).isEmpty();
        assertThat(missing()).hasSize(1);
    }

    @Test
    void aRowThatWasDeletedIsNotThere() {
        begun("1", "one");
        log.done(PROCESS, "1");
        log.begun(PROCESS, "2", List.of(told(CommitTeller.ABSENT)));
        log.done(PROCESS, "2");

        assertThat(missing()).isEmpty();
        assertThat(missing("one")).hasSize(1);
    }
}
