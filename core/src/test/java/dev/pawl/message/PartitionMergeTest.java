package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that stand under both addresses of a person when the pair is learnt. */
class PartitionMergeTest {

    private static final String PHONE = "6281111111111@s.whatsapp.net";
    private static final String LID = "111@lid";
    private static final RawEvent PAIR = event("lid-mapping.update", "{'lid':'" + LID + "','pn':'" + PHONE + "'}");
    private static final Key MARK = new Key(Family.ALIAS, "merging", "111");

    private final CountingBackend backend = new CountingBackend(new MemoryBackend());
    private final MessageRows rows = new MessageRows(backend, SessionName.DEFAULT);
    private final List<MessageWriter> writers = new ArrayList<>();
    private final MessageWriter writer = open();

    private MessageWriter open() {
        Lease lease =
                Lease.on(backend, SessionName.DEFAULT, "messages").takeOver().acquire();
        MessageWriter opened = new MessageWriter(rows, lease, () -> Instant.ofEpochSecond(1760001000), 100);
        writers.add(opened);
        return opened;
    }

    @AfterEach
    void close() {
        writers.forEach(MessageWriter::close);
        backend.close();
    }

    private static RawEvent event(String name, String json) {
        return new RawEvent(name, JsonValue.parse(json.replace('\'', '"')));
    }

    private static String message(String chat, String id, int second, String content) {
        return "{'key':{'remoteJid':'" + chat + "','fromMe':false,'id':'" + id + "'},'messageTimestamp':"
                + (1760000000 + second) + ",'message':" + content + "}";
    }

    private static String text(String chat, String id, int second) {
        return message(chat, id, second, "{'conversation':'words of " + id + "'}");
    }

    private static String edit(String chat, String id, String of, int second) {
        String protocol = "{'protocolMessage':{'key':{'remoteJid':'" + chat + "','fromMe':false,'id':'" + of
                + "'},'type':14,'editedMessage':{'conversation':'edited words'},'timestampMs':"
                + (1760000000L + second) + "000}}";
        return message(chat, id, second, protocol);
    }

    private static String revoke(String chat, String id, String of, int second) {
        return message(
                chat,
                id,
                second,
                "{'protocolMessage':{'key':{'remoteJid':'" + chat + "','fromMe':false,'id':'" + of + "'},'type':0}}");
    }

    private static RawEvent upsert(String... messages) {
        return event("messages.upsert", "{'messages':[" + String.join(",", messages) + "],'type':'notify'}");
    }

    private static void take(MessageWriter writer, RawEvent... events) {
        List<RawEvent> rest = List.of(events);
        while (!rest.isEmpty()) {
            rest = new MessageIntake(writer).take(rest).rest();
        }
    }

    private void take(RawEvent... events) {
        take(writer, events);
    }

    /** Has so many messages stand under both addresses, those under the LID a second later. */
    private void both(int count, String words) {
        List<String> phone = new ArrayList<>();
        List<String> lid = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            phone.add(message(PHONE, "A" + i, 2 * i, "{'conversation':'" + words + "'}"));
            lid.add(message(LID, "A" + i, 2 * i + 3, "{'conversation':'" + words + "'}"));
        }
        take(upsert(phone.toArray(String[]::new)), upsert(lid.toArray(String[]::new)));
    }

    private List<WaMessage> listed(MessageWriter owner, String chat, int limit) {
        MessageReader reader = new MessageReader(rows, owner::aliases, () -> Instant.EPOCH);
        List<WaMessage> messages = new ArrayList<>();
        Optional<PageRequest> next = Optional.of(PageRequest.newest().limit(limit));
        while (next.isPresent()) {
            var page = reader.messages(chat, next.get());
            messages.addAll(page.items());
            next = page.next().map(PageRequest.newest().limit(limit)::after);
        }
        return messages;
    }

    private List<String> ids(String chat, int limit) {
        return listed(writer, chat, limit).stream()
                .map(message -> message.key().id())
                .toList();
    }

    private WaMessage found(String id) {
        return new MessageReader(rows, writer::aliases, () -> Instant.EPOCH)
                .message(MessageKey.of(LID, id, false))
                .orElseThrow();
    }

    private List<Row> stored() {
        return rows.scan(Scan.of(Family.MESSAGE).limit(100_000)).items();
    }

    private String everything() {
        StringBuilder all = new StringBuilder();
        for (Family family : MessageWriter.HISTORY) {
            rows.walk(Scan.of(family).limit(1000), row -> all.append(row.value().utf8()));
        }
        return all.toString();
    }

    /** Lets the one who merges have his turn until he is done. */
    private void await(MessageWriter owner) {
        long begun = System.nanoTime();
        while (rows.get(MARK).isPresent()) {
            assertThat(System.nanoTime() - begun).as("nanoseconds").isLessThan(30_000_000_000L);
            owner.inTurn(() -> 0);
        }
    }

    @Test
    void fewMessagesAreOneWhenThePairIsStored() {
        take(upsert(text(PHONE, "A", 1)), upsert(text(PHONE, "B", 2)));
        take(upsert(text(LID, "A", 1), text(LID, "C", 3)));
        take(PAIR);

        assertThat(stored())
                .extracting(row -> row.key().partition() + " " + row.key().id())
                .containsExactlyInAnyOrder(LID + " A|0", PHONE + " B|0", LID + " C|0");
        assertThat(rows.get(MARK)).isEmpty();
    }

    @Test
    void theTimerOfEitherIsKept() {
        take(upsert(text(PHONE, "A", 1)
                .replace("'message'", "'ephemeralDuration':100,'ephemeralStartTimestamp':1760000001,'message'")));
        take(upsert(text(LID, "A", 1)));
        take(PAIR);

        assertThat(rows.get(Key.of(Family.EXPIRY, PHONE + "|A|0"))).isEmpty();
        assertThat(rows.get(Key.of(Family.EXPIRY, LID + "|A|0")))
                .hasValueSatisfying(timer -> assertThat(timer.order()).isEqualTo(1760000101));
    }

    @Test
    void whereNoChatIsLeftMessagesComeOnceToo() {
        take(upsert(text(PHONE, "A", 1), text(PHONE, "B", 2)), upsert(text(LID, "A", 5), text(LID, "B", 2)));
        take(event("chats.delete", "['" + PHONE + "','" + LID + "']"));
        take(PAIR);

        for (String chat : List.of(PHONE, LID)) {
            assertThat(ids(chat, 1)).containsExactly("B", "A");
        }
        assertThat(stored()).hasSize(2);
        assertThat(rows.scan(Scan.of(Family.CHAT)).items()).isEmpty();
    }

    @Test
    void ofAMessageRevokedUnderOneAddressTheEditsUnderTheOtherLoseTheirWords() {
        for (String revoking : List.of(PHONE, LID)) {
            String other = revoking.equals(PHONE) ? LID : PHONE;
            take(upsert(text(other, "A", 1), edit(other, "E", "A", 5)));
            take(upsert(text(revoking, "A", 1), revoke(revoking, "R", "A", 9)));
            take(PAIR);

            assertThat(everything()).doesNotContain("edited words").doesNotContain("words of A");
            WaMessage message = found("A");
            assertThat(message.kind()).isEqualTo(MessageKind.REVOKED);
            assertThat(message.json().toText()).contains("\"by\":").contains("\"id\":\"R\"");
            assertThat(rows.get(MARK)).isEmpty();
            writer.clear();
        }
    }

    @Test
    void anEditUnderEitherAddressIsKeptWithItsOriginal() {
        for (String editing : List.of(PHONE, LID)) {
            String other = editing.equals(PHONE) ? LID : PHONE;
            take(upsert(text(editing, "A", 1), edit(editing, "E", "A", 5)));
            take(upsert(text(other, "A", 1)));
            take(PAIR);

            assertThat(found("A").text()).contains("edited words");
            assertThat(found("A").json().toText())
                    .contains("\"pawl\":{\"original\":{\"conversation\":\"words of A\"},"
                            + "\"edited\":{\"at\":1760000005,\"ids\":[\"E\"]}}");
            writer.clear();
        }
    }

    @Test
    void theCommitThatLearnsAPairDoesAStepAndTheRestIsDoneBehindIt() {
        int count = 3 * PartitionMerge.STEP;
        both(count, "hi");
        writer.inTurn(() -> {
            backend.reset();
            take(PAIR);
            assertThat(backend.rowsPut).isBetween(2, PartitionMerge.STEP + 10);
            assertThat(rows.get(MARK)).isPresent();
            assertThat(ids(PHONE, 7)).doesNotHaveDuplicates().hasSize(count);
            assertThat(ids(LID, 1000)).doesNotHaveDuplicates().hasSize(count);
            assertThat(listed(writer, LID, 1000))
                    .allSatisfy(message -> assertThat(message.time())
                            .contains(Instant.ofEpochSecond(1760000000
                                    + 2 * Long.parseLong(message.key().id().substring(1)))));
            return 0;
        });
        await(writer);

        assertThat(stored())
                .hasSize(count)
                .allMatch(row -> row.key().partition().equals(LID));
        assertThat(writer.aliases().isMerging(PHONE)).isFalse();
    }

    @Test
    void whatIsDoneToAMessageBeforeItsTurnIsDoneToBothOfItsRows() {
        both(2 * PartitionMerge.STEP, "hi");
        String last = "A" + (2 * PartitionMerge.STEP - 1);
        String gone = "A" + (2 * PartitionMerge.STEP - 2);
        writer.inTurn(() -> {
            take(PAIR);
            take(event("chats.delete", "['" + LID + "']"), upsert(revoke(PHONE, "R", last, 5000)));
            take(event(
                    "messages.delete", "{'keys':[{'remoteJid':'" + PHONE + "','fromMe':false,'id':'" + gone + "'}]}"));
            assertThat(rows.get(MARK)).isPresent();
            assertThat(found(last).kind()).isEqualTo(MessageKind.REVOKED);
            assertThat(listed(writer, LID, 1))
                    .filteredOn(message -> message.key().id().equals(last))
                    .singleElement()
                    .satisfies(message -> assertThat(message.kind()).isEqualTo(MessageKind.REVOKED));
            assertThat(stored()).extracting(row -> row.key().id()).doesNotContain(gone + "|0");
            return 0;
        });
        await(writer);
        assertThat(stored()).hasSize(2 * PartitionMerge.STEP);
    }

    @Test
    void aLaterOwnerGoesOnWhereThisOneDidNotComeToTheEnd() {
        both(3 * PartitionMerge.STEP, "hi");
        MessageWriter later = writer.inTurn(() -> {
            take(PAIR);
            return open();
        });
        await(later);

        assertThat(stored()).hasSize(3 * PartitionMerge.STEP);
        assertThat(listed(later, PHONE, 100)).hasSize(3 * PartitionMerge.STEP);
    }

    @Test
    void aCommitWhoseAnswerIsLostIsMadeAgain() {
        both(2 * PartitionMerge.STEP, "hi");
        writer.inTurn(() -> {
            take(PAIR);
            backend.next = CountingBackend.Lost.NOT_APPLIED;
            return 0;
        });
        await(writer);

        assertThat(stored()).hasSize(2 * PartitionMerge.STEP);
    }

    @Test
    void aStepIsWhatTheBackendTakesAtOnce() {
        both(60, "long ".repeat(1000));
        backend.limits = new Traits.Limits(100, 100_000, 100_000, 50);
        take(PAIR);
        await(writer);

        assertThat(stored()).hasSize(60);
    }

    @Test
    void aMessageThatIsMergedWhileAPageIsReadIsInItOnce() {
        int count = PartitionMerge.STEP + 2;
        both(count, "hi");
        writer.inTurn(() -> {
            take(PAIR);
            Key goes = new Key(Family.MESSAGE, PHONE, "A" + (count - 1) + "|0");
            Row phone = rows.get(goes).orElseThrow();
            Row merged = Row.of(new Key(Family.MESSAGE, LID, goes.id()), phone.order(), phone.value());
            backend.meanwhile =
                    () -> backend.commit(SessionName.DEFAULT, new Batch(List.of(), List.of(merged), List.of(goes)));
            assertThat(listed(writer, LID, 1000)).hasSize(count);
            assertThat(rows.get(goes)).isEmpty();
            return 0;
        });
    }

    @Test
    void aMessageThatCameOnceWithoutATimeStandsWhereItWillWhenItIsOne() {
        int count = PartitionMerge.STEP + 2;
        List<String> timeless = new ArrayList<>();
        List<String> timed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            timed.add(text(PHONE, "A" + i, 5000 + i));
            timeless.add(text(LID, "A" + i, 0).replace("'messageTimestamp':1760000000,", ""));
        }
        take(upsert(timed.toArray(String[]::new)), upsert(timeless.toArray(String[]::new)));
        writer.inTurn(() -> {
            take(PAIR);
            List<String> whileMerging = ids(LID, 7);
            assertThat(rows.get(MARK)).isPresent();
            assertThat(whileMerging)
                    .hasSize(count)
                    .startsWith("A" + (count - 1), "A" + (count - 2))
                    .endsWith("A1", "A0");
            assertThat(found("A" + (count - 1)).cursor().orElseThrow().order()).isEqualTo(1760005000L + count - 1);
            return 0;
        });
        await(writer);
        assertThat(ids(LID, 7)).hasSize(count).startsWith("A" + (count - 1)).endsWith("A0");
    }

    @Test
    void aRowThatIsDamagedKeepsNothingFromBeingRead() {
        both(3, "hi");
        Key damaged = new Key(Family.MESSAGE, PHONE, "A1|0");
        backend.commit(SessionName.DEFAULT, Batch.of(Row.of(damaged, 1760000002, Bytes.utf8("{"))));
        take(PAIR);

        assertThat(rows.get(MARK)).isPresent();
        take(upsert(text(PHONE, "B", 9)));
        assertThat(found("A2").text()).contains("hi");
        assertThat(found("B").text()).contains("words of B");
    }
}
