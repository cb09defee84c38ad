package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was set aside: how much of it is kept, and what comes of trying it again. */
class AsideBoundsTest extends WithWriter {

    @Test
    void theDeletionOfAWholeChatThatIsTriedAgainRemovesItsMessages() {
        take(upsert(texts(0, 3)));
        RawEvent all = event("messages.delete", "{'jid':'" + CHAT + "','all':true}");
        String id = intake.putAside(all, "refused", "?").orElseThrow().id();

        assertThat(writer.retry(List.of(id))).isEqualTo(1);
        assertThat(messages()).isZero();
        assertThat(setAside()).isZero();
    }

    @Test
    void aMessageThatWasDeletedDoesNotComeBackWhenWhatItDidToAnotherIsTriedAgain() {
        String reaction = "{'key':{'remoteJid':'" + CHAT + "','fromMe':false,'id':'R'},'messageTimestamp':1760000009,"
                + "'message':{'reactionMessage':{'key':{'remoteJid':'1@g.us','id':'A','participant':'a|b@lid'},"
                + "'text':'!'}}}";
        take(Said.editing(Said.key("E"), "later words", 1760000008), upsert(reaction));
        assertThat(messages()).isEqualTo(2);
        assertThat(setAside()).isEqualTo(2);
        List<String> ids = new SetAsideRows(rows)
                .list(Optional.empty(), 10).items().stream().map(SetAside::id).toList();

        writer.removal().delete(List.of(MessageKey.of(CHAT, "E", false), MessageKey.of(CHAT, "R", false)));
        assertThat(writer.retry(ids)).isZero();
        assertThat(messages()).isZero();
        assertThat(setAside()).isEqualTo(2);

        take(upsert(text("A", 1)));
        assertThat(messages()).isEqualTo(1);
        assertThat(new MessageReader(rows, writer::aliases, Instant::now)
                        .message(MessageKey.of(CHAT, "A", false))
                        .flatMap(WaMessage::text))
                .contains("later words");
    }

    private static RawEvent nameless(int from, int to) {
        List<String> messages = new ArrayList<>();
        for (int i = from; i < to; i++) {
            messages.add("{'key':{'fromMe':false},'message':{'conversation':'" + i + "'}}");
        }
        return upsert(messages.toArray(String[]::new));
    }

    /** So many rows, past the writer. */
    private void put(String reason, int count, String json) {
        List<Row> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(Row.of(new Key(Family.SET_ASIDE, reason, CHAT + "|W" + i + "|0"), now, Bytes.utf8(json)));
        }
        backend.commit(SessionName.DEFAULT, new Batch(List.of(), some, List.of()));
    }

    private long dropped(String reason) {
        return rows.get(Aside.dropped(reason))
                .map(row -> Aside.dropped(Optional.of(rows.object(row))))
                .orElse(0L);
    }

    @Test
    void ofEventsThatCannotBeAppliedAsManyAreKeptAsMayBeAndTheOthersAreCounted() {
        put("refused", AsideRoom.MOST - 2, "{}");
        Intake.Taken first = intake.take(List.of(nameless(5, 6)));
        assertThat(first.dropped()).isEqualTo(Dropped.NOTHING);

        Intake.Taken taken = intake.take(List.of(nameless(6, 9)));
        assertThat(taken.aside()).hasSize(1);
        assertThat(taken.dropped().events())
                .hasSize(2)
                .allMatch(event -> event.reason().equals("no-identity"));
        assertThat(dropped("no-identity")).isEqualTo(2);

        assertThat(intake.take(List.of(nameless(5, 6))).dropped()).isEqualTo(Dropped.NOTHING);
        assertThat(writer.retry(List.of(taken.aside().get(0).id()))).isZero();
        assertThat(intake.putAside(nameless(-2, -1), "refused", "?")).isEmpty();
        assertThat(dropped("refused")).isEqualTo(1);
        assertThat(dropped("no-identity")).isEqualTo(2);
    }

    @Test
    void whatFailsForAnotherReasonWhenItIsTriedAgainStaysWhereThereIsNoRoomForIt() {
        RawEvent reaction = upsert("{'key':{'remoteJid':'" + CHAT + "','fromMe':false,'id':'R'},'message':{"
                + "'reactionMessage':{'key':{'remoteJid':'1@g.us','id':'A','participant':'a|b@lid'},'text':'!'}}}");
        String id = intake.putAside(reaction, "refused", "?").orElseThrow().id();
        put("refused", AsideRoom.MOST - 1, "{}");
        // who opens it then knows that it is full
        writer.close();
        try (MessageWriter owner = open()) {
            assertThat(owner.retry(List.of(id))).isZero();
        }

        assertThat(new SetAsideRows(rows).find(id))
                .hasValueSatisfying(kept -> assertThat(kept.events()).containsExactly(reaction));
        assertThat(messages()).isZero();
        assertThat(dropped("no-identity")).isZero();
    }

    @Test
    void roomIsCountedInBytesTooAndComesBack() {
        AsideRoom room = new AsideRoom(rows, 3, 100);
        Key key = Aside.place("refused", nameless(0, 1));
        Draft.Known known = new Draft.Known(Optional.of(new JsonString("x".repeat(48))), 1);

        assertThat(room.takes(key, 100, 0, 0)).isTrue();
        assertThat(room.takes(key, 101, 0, 0)).isFalse();
        assertThat(room.takes(key, 50, 1, 51)).isFalse();
        room.keep(key, known);
        Key other = Aside.place("refused", nameless(1, 2));
        assertThat(room.takes(other, 50, 0, 0)).isTrue();
        assertThat(room.takes(other, 51, 0, 0)).isFalse();
        assertThat(room.takes(other, 1, 2, 2)).isFalse();
        assertThat(room.takes(key, 1000, 0, 0)).isTrue();
        room.keep(key, Draft.Known.ABSENT);
        assertThat(room.takes(other, 100, 0, 0)).isTrue();
    }

    @Test
    void partsOfMessagesThatNeverCameGoWhenThereAreTooManyAndAreCounted() {
        put(Aside.EARLY, EarlyParts.MOST, "[]");
        writer.close();
        try (MessageWriter owner = open()) {
            requireCounts(new MessageIntake(owner));
        }
    }

    @Test
    void whatIsDoneInTheCommitThatNeedsRoomMakesRoomAndIsNotCounted() {
        String part = "[{'event':'messages.update','data':[{'key':" + Said.key("W0")
                + ",'update':{'starred':true}}]},{'event':'x'}]";
        put(Aside.EARLY, EarlyParts.MOST, part.replace('\'', '"'));
        writer.close();
        try (MessageWriter owner = open()) {
            Intake.Taken taken = new MessageIntake(owner)
                    .take(List.of(Said.update(Said.key("X"), "'starred':true"), upsert(text("W0", 1))));

            assertThat(taken.dropped()).isEqualTo(Dropped.NOTHING);
            assertThat(dropped("early")).isZero();
        }
        assertThat(rows.get(Aside.early(CHAT, "W1", false))).isPresent();
        assertThat(rows.get(Aside.early(CHAT, "W0", false))).isEmpty();
    }

    @Test
    void whatIsPutToWaitBesideAnOldPartStaysForNow() {
        put(Aside.EARLY, 1, "[]");
        writer.close();
        now += EarlyParts.LONGEST + 1;
        try (MessageWriter owner = open()) {
            Intake taking = new MessageIntake(owner);
            taking.take(List.of(Said.update(Said.key("W0"), "'starred':true")));
            assertThat(rows.get(Aside.early(CHAT, "W0", false))).isPresent();
            taking.take(List.of(upsert(text("W0", 1))));
        }
        assertThat(dropped("early")).isZero();
        assertThat(new MessageReader(rows, Aliases::new, Instant::now).message(MessageKey.of(CHAT, "W0", false)))
                .hasValueSatisfying(message -> assertThat(message.starred()).isTrue());
    }

    @Test
    void waitingPartsAreCountedInBytesTooTheOldestGo() {
        put(Aside.EARLY, 4, '"' + "x".repeat(98) + '"');
        EarlyParts early = new EarlyParts(rows, 10, 500);
        early.load();
        Key place = Aside.early(CHAT, "N", false);

        for (int size : List.of(100, 101, 201, 500)) {
            Draft draft = new Draft(rows);
            draft.put(place, new JsonString("n".repeat(size - 2)));
            assertThat(early.surplus(now, draft, List.of(place)))
                    .as("%s bytes", size)
                    .hasSize((size + 400 - 500 + 99) / 100)
                    .allMatch(key -> !key.equals(place));
        }
        early.keep(Aside.early(CHAT, "W0", false), Draft.Known.ABSENT);
        Draft draft = new Draft(rows);
        draft.put(place, new JsonString("n".repeat(198)));
        assertThat(early.surplus(now, draft, List.of(place))).isEmpty();
    }

    private void requireCounts(Intake intake) {
        String more = "[{'key':{'remoteJid':'" + CHAT + "','fromMe':false,'id':'%s'},'update':{'starred':true}}]";

        Intake.Taken taken = intake.take(
                List.of(event("messages.update", more.formatted("X")), event("messages.update", more.formatted("Y"))));
        assertThat(taken.dropped().waiting()).isEqualTo(2);
        assertThat(dropped("early")).isEqualTo(2);
        now += EarlyParts.LONGEST + 1;
        assertThat(intake.take(List.of(event("messages.update", more.formatted("Z"))))
                        .dropped()
                        .waiting())
                .isGreaterThan(500);
        assertThat(dropped("early")).isGreaterThan(502);
    }
}
