package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often a writer asks its backend, how it cuts, and what it knows after an answer was lost. */
class MessageWriterTest extends WithWriter {

    @Test
    void aLiveMessageInAKnownChatIsOneCommitAndNoRead() {
        take(upsert(text("A", 1)));
        backend.reset();
        take(upsert(text("B", 2)));

        assertThat(backend.reads).isZero();
        assertThat(backend.scans).isZero();
        assertThat(backend.commits).isEqualTo(1);
        assertThat(messages()).isEqualTo(2);
    }

    @Test
    void aMessageThatIsKnownWritesNothing() {
        take(upsert(text("A", 1)));
        backend.reset();
        take(upsert(text("A", 1)));

        assertThat(backend.reads).isEqualTo(1);
        assertThat(backend.rowsPut).isZero();
    }

    @Test
    void manyMessagesAreOneReadAndOneCommit() {
        backend.reset();
        take(history(texts(0, 1000)));

        assertThat(backend.reads).isEqualTo(1);
        assertThat(backend.commits).isEqualTo(1);
        assertThat(backend.rowsPut).isEqualTo(1001);
    }

    @Test
    void manyReceiptsOfOneMessageAreOneRow() {
        String key = "{'remoteJid':'1203@g.us','fromMe':true,'id':'A'}";
        take(upsert("{'key':" + key + ",'messageTimestamp':1760000001,'message':{'conversation':'hi'}}"));
        backend.reset();
        List<String> receipts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            receipts.add("{'key':" + key + ",'receipt':{'userJid':'62800" + i
                    + "@s.whatsapp.net','readTimestamp':1760000009}}");
        }
        take(event("message-receipt.update", "[" + String.join(",", receipts) + "]"));

        assertThat(backend.reads).isEqualTo(1);
        assertThat(backend.rowsPut).isEqualTo(1);
    }

    @Test
    void moreThanTheBackendTakesIsCutByRows() {
        backend.limits = new Traits.Limits(100, 1 << 20, 1 << 20, 50);
        List<RawEvent> events = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            events.add(history(texts(i * 50, i * 50 + 50)));
        }
        int commits = 0;
        while (!events.isEmpty()) {
            events = new ArrayList<>(intake.take(events).rest());
            commits++;
        }

        assertThat(messages()).isEqualTo(500);
        assertThat(commits).isBetween(5, 20);
    }

    @Test
    void oneEventThatIsTooMuchIsCutBetweenItsItems() {
        backend.limits = new Traits.Limits(100, 1 << 20, 1 << 20, 50);
        List<RawEvent> events = List.of(history(texts(0, 500)));
        while (!events.isEmpty()) {
            events = intake.take(events).rest();
        }

        assertThat(messages()).isEqualTo(500);
    }

    @Test
    void aRowThatIsTooBigIsRefusedAndNothingOfItsEventIsStored() {
        backend.limits = new Traits.Limits(100, 1 << 20, 1000, 50);
        RawEvent big = upsert(text("A", 1), text("B", 2).replace("words", "words".repeat(300)));

        assertThatThrownBy(() -> intake.take(List.of(big))).isInstanceOf(UnsupportedException.class);
        assertThat(messages()).isZero();
        take(upsert(text("A", 1)));
        assertThat(messages()).isEqualTo(1);
    }

    @Test
    void badItemsAreSetAsideAndTheOthersAreStored() {
        String bad = "{'key':{'remoteJid':'" + CHAT + "','fromMe':false},'message':{'conversation':'?'}}";
        Intake.Taken taken = intake.take(List.of(upsert(text("A", 1), bad, text("B", 2)), event("chats.update", "7")));

        assertThat(taken.aside()).extracting(SetAside::reason).containsExactly("no-identity", "unreadable");
        assertThat(messages()).isEqualTo(2);
        backend.reset();
        intake.take(List.of(upsert(text("A", 1), bad, text("B", 2)), event("chats.update", "7")));
        assertThat(backend.rowsPut).isZero();
    }

    @Test
    void aCommitWhoseAnswerWasLostIsFoundOutWhetherItWasAppliedOrNot() {
        for (CountingBackend.Lost lost : List.of(CountingBackend.Lost.APPLIED, CountingBackend.Lost.NOT_APPLIED)) {
            String id = lost.name();
            backend.next = lost;
            RawEvent event = upsert(text(id, 5));
            assertThatThrownBy(() -> intake.take(List.of(event))).isInstanceOf(InDoubtException.class);
            new MessageIntake(writer).take(List.of(upsert(text("other " + id, 6))));

            assertThat(intake.settle().isPresent()).isEqualTo(lost == CountingBackend.Lost.APPLIED);
            assertThat(rows.get(new Key(Family.MESSAGE, CHAT, id + "|0")).isPresent())
                    .isEqualTo(lost == CountingBackend.Lost.APPLIED);
        }
    }

    @Test
    void pairsThatWereLearntAndNotStoredAreStoredWithTheNextCommit() {
        backend.next = CountingBackend.Lost.NOT_APPLIED;
        RawEvent pair = event("lid-mapping.update", "{'lid':'111@lid','pn':'6281111111111@s.whatsapp.net'}");
        assertThatThrownBy(() -> intake.take(List.of(pair))).isInstanceOf(InDoubtException.class);
        take(upsert(text("A", 1)));

        assertThat(rows.get(new Key(Family.ALIAS, "lid", "111"))).isPresent();
        assertThat(rows.get(Key.of(Family.CHAT, "111@lid"))).isPresent();
    }

    @Test
    void thatManyPairsWereStoredDoesNotTellThatTheirEventsWere() {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i <= EventMerge.PAIRS; i++) {
            pairs.add("{'lid':'" + (1000 + i) + "@lid','pn':'" + (6280000 + i) + "@s.whatsapp.net'}");
        }
        RawEvent event = event(
                "messaging-history.set",
                "{'chats':[],'contacts':[],'messages':[" + text("A", 1) + "],'lidPnMappings':["
                        + String.join(",", pairs) + "]}");
        backend.next = CountingBackend.Lost.APPLIED;
        assertThatThrownBy(() -> intake.take(List.of(event))).isInstanceOf(InDoubtException.class);

        assertThat(intake.settle()).isEmpty();
        take(event);
        assertThat(messages()).isEqualTo(1);
    }

    @Test
    void aMarkOfAPairThatWasTheSameBeforeDoesNotTellThatACommitWasApplied() {
        take(upsert(text("A", 1)), upsert(text("A", 1).replace(CHAT, "111@lid")));
        RawEvent pair = event("lid-mapping.update", "{'lid':'111@lid','pn':'" + CHAT + "'}");
        backend.next = CountingBackend.Lost.APPLIED;
        assertThatThrownBy(() -> intake.take(List.of(pair))).isInstanceOf(InDoubtException.class);

        RawEvent early = event(
                "messages.update",
                "[{'key':{'remoteJid':'" + CHAT + "','fromMe':false,'id':'B'},'update':{'starred':true}}]");
        backend.next = CountingBackend.Lost.NOT_APPLIED;
        assertThatThrownBy(() -> intake.take(List.of(early))).isInstanceOf(InDoubtException.class);
        assertThat(intake.settle()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CHAT", "CONTACT"})
    void aDamagedRowOfWhoTurnsOutToHaveAnotherAddressKeepsNothingFromBeingStored(Family family) {
        Key damaged = Key.of(family, CHAT);
        backend.commit(SessionName.DEFAULT, Batch.of(Row.of(damaged, 1, Bytes.utf8("{"))));
        take(event("lid-mapping.update", "{'lid':'111@lid','pn':'" + CHAT + "'}"));
        take(upsert(text("A", 1).replace(CHAT, "222@lid")));

        assertThat(messages()).isEqualTo(1);
        assertThat(rows.get(new Key(Family.ALIAS, "lid", "111"))).isPresent();
        assertThat(rows.get(damaged)).isPresent();
    }

    @Test
    void aDamagedMessageThatPartsWaitForKeepsNothingFromBeingStored() {
        take(event(
                "messages.update",
                "[{'key':{'remoteJid':'111@lid','fromMe':false,'id':'A'},'update':{'starred':true}}]"));
        Key damaged = new Key(Family.MESSAGE, CHAT, "A|0");
        backend.commit(SessionName.DEFAULT, Batch.of(Row.of(damaged, 1, Bytes.utf8("{"))));
        take(event("lid-mapping.update", "{'lid':'111@lid','pn':'" + CHAT + "'}"));

        assertThat(rows.get(new Key(Family.ALIAS, "lid", "111"))).isPresent();
        assertThat(setAside()).isEqualTo(1);
    }

    @Test
    void presenceThatWasTheSameBeforeDoesNotTellThatACommitWasApplied() {
        RawEvent presence = event(
                "presence.update",
                "{'id':'" + CHAT + "','presences':{'" + CHAT + "':{'lastKnownPresence':'composing'}}}");
        RawEvent early = event(
                "messages.update",
                "[{'key':{'remoteJid':'" + CHAT + "','fromMe':false,'id':'A'},'update':{'starred':true}}]");
        take(presence);
        backend.next = CountingBackend.Lost.NOT_APPLIED;
        assertThatThrownBy(() -> intake.take(List.of(presence, early))).isInstanceOf(InDoubtException.class);

        assertThat(intake.settle()).isEmpty();
        backend.next = CountingBackend.Lost.APPLIED;
        assertThatThrownBy(() -> intake.take(List.of(presence, early))).isInstanceOf(InDoubtException.class);
        assertThat(intake.settle()).isPresent();
    }

    @Test
    void whatIsWrittenAfterAClearingThatFailedIsThereAfterTheNextOpening() {
        take(upsert(text("A", 1)));
        backend.keeps = true;
        assertThatThrownBy(writer::clear).isInstanceOf(UnavailableException.class);
        take(upsert(text("B", 2)));
        writer.close();
        open().close();

        assertThat(rows.get(new Key(Family.MESSAGE, CHAT, "A|0"))).isEmpty();
        assertThat(rows.get(new Key(Family.MESSAGE, CHAT, "B|0"))).isPresent();
    }

    @Test
    void partsThatWaitedForTooLongGoWithoutBeingRead() {
        List<String> updates = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            updates.add(
                    "{'key':{'remoteJid':'" + CHAT + "','fromMe':false,'id':'A" + i + "'},'update':{'starred':true}}");
        }
        take(event("messages.update", "[" + String.join(",", updates) + "]"));
        now += 31L * 24 * 60 * 60;
        backend.reset();
        take(event("messages.update", "[" + updates.get(0).replace("'A0'", "'B'") + "]"));

        assertThat(backend.reads).isLessThanOrEqualTo(2);
        take(event("messages.update", "[" + updates.get(0).replace("'A0'", "'C'") + "]"));
        take(event("messages.update", "[" + updates.get(0).replace("'A0'", "'D'") + "]"));
        assertThat(rows.scan(dev.pawl.backend.Scan.of(Family.SET_ASIDE)
                                .in(Aside.EARLY)
                                .limit(100_000))
                        .items())
                .extracting(row -> row.key().id())
                .containsExactlyInAnyOrder(CHAT + "|B|0", CHAT + "|C|0", CHAT + "|D|0");
    }

    @Test
    void ofPairsIsAskedWhetherMessagesStandUnderThePhoneNumberOfManyByOneListing() {
        StringBuilder contacts = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            contacts.append(i == 0 ? "" : ",")
                    .append("{'id':'11" + i + "@lid','phoneNumber':'62811" + i + "@s.whatsapp.net','name':'x'}");
            if (i == 2) {
                backend.reset();
                take(event("contacts.upsert", "[" + contacts + "]"));
                assertThat(backend.scans).isEqualTo(3);
            }
        }
        take(event("contacts.upsert", "[" + contacts + "]"));

        assertThat(backend.scans).isEqualTo(64);
        assertThat(rows.get(new Key(Family.ALIAS, "lid", "112"))).isPresent();
    }

    @Test
    void whatFailsAgainKeepsNothingElseFromBeingRetried() {
        RawEvent never = event("messages.delete", "{'keys':[{'remoteJid':'1@g.us','id':'A','participant':'a|b@lid'}]}");
        RawEvent fine = upsert(text("A", 1));
        List<String> ids = List.of(
                intake.putAside(never, "refused", "?").orElseThrow().id(),
                intake.putAside(fine, "refused", "?").orElseThrow().id());

        assertThat(writer.retry(ids)).isEqualTo(1);
        assertThat(messages()).isEqualTo(1);
        assertThat(rows.scan(dev.pawl.backend.Scan.of(Family.SET_ASIDE)).items())
                .hasSize(1);
    }
}
