package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What does not cost more with each event, each page and each pruning. */
class BoundedWorkTest extends WithWriter {

    private static RawEvent labelled(String label, String message, String how) {
        return event(
                "labels.association",
                "{'association':{'type':'label_message','chatId':'" + CHAT + "','messageId':'" + message
                        + "','labelId':'" + label + "'},'type':'" + how + "'}");
    }

    private List<String> labels() {
        return rows
                .scan(dev.pawl.backend.Scan.of(Family.LABEL)
                        .in(LabelRules.MESSAGES)
                        .limit(1000))
                .items()
                .stream()
                .map(row -> row.key().id())
                .toList();
    }

    @Test
    void labelsAreListedOnceHoweverManyEventsDeleteMessages() {
        take(upsert(texts(0, 60)));
        List<RawEvent> events = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            events.add(labelled("7", "A" + i, "add"));
            events.add(labelled("8", "A" + i, "add"));
        }
        take(events.toArray(RawEvent[]::new));
        assertThat(labels()).hasSize(120);

        events.clear();
        for (int i = 0; i < 50; i++) {
            events.add(event(
                    "messages.delete", "{'keys':[{'remoteJid':'" + CHAT + "','fromMe':false,'id':'A" + i + "'}]}"));
        }
        events.add(30, labelled("9", "A31", "add"));
        events.add(40, labelled("9", "A3", "add"));
        events.add(event("chats.delete", "['" + CHAT + "']"));
        events.add(event("chats.delete", "['1@lid']"));
        backend.reset();
        take(events.toArray(RawEvent[]::new));

        assertThat(backend.scans).isEqualTo(2);
        assertThat(labels()).hasSize(21).contains("9|" + CHAT + "|A3").doesNotContain("9|" + CHAT + "|A31");
        assertThat(messages()).isEqualTo(10);

        backend.reset();
        take(event("messages.delete", "{'jid':'" + CHAT + "','all':true}"));
        // the messages, the labels, and afterwards which parts still wait
        assertThat(backend.scans).isEqualTo(3);
        assertThat(labels()).isEmpty();
    }

    @Test
    void messagesWithoutATimeAreLookedAtOnceByPruningByAge() {
        String timeless = "{'key':{'remoteJid':'" + CHAT + "','fromMe':false,'id':'T'},'message':{'conversation':'x'}}";
        take(history(timeless, text("OLD", 0)));
        Retention hour = Retention.EVERYTHING.withoutOlderThan(Duration.ofHours(1));
        now += 7200;
        assertThat(writer.removal().prune(hour)).isEqualTo(1);

        backend.reset();
        assertThat(writer.removal().prune(hour)).isZero();
        assertThat(backend.scans).isZero();
        now += 60;
        assertThat(writer.removal().prune(hour)).isZero();
        assertThat(backend.scans).isEqualTo(1);

        take(history(text("LATE", 5)), upsert(text("NEW", 7200)));
        assertThat(writer.removal().prune(hour)).isEqualTo(1);
        take(event(
                "messages.upsert",
                "{'messages':[" + timeless.replace("'message'", "'messageTimestamp':1760000009,'message'")
                        + "],'type':'append'}"));
        assertThat(writer.removal().prune(hour)).isEqualTo(1);
        assertThat(messages()).isEqualTo(1);
        now += 7200;
        assertThat(writer.removal().prune(hour.only(Set.of("1@lid")))).isZero();
        assertThat(writer.removal().prune(hour)).isEqualTo(1);
    }

    @Test
    void whatComesWhileAPruningByAgeRunsIsLookedAtByTheNext() {
        AgeHorizon horizon = new AgeHorizon();
        try (AgeHorizon.Run run = horizon.begin()) {
            horizon.put(50);
            run.reached(100);
        }
        AgeHorizon.Run second = horizon.begin();
        assertThat(second.from()).isEqualTo(50);
        second.reached(100);
        second.close();
        horizon.put(200);
        assertThat(horizon.begin().from()).isEqualTo(100);
        horizon.forget();
        assertThat(horizon.begin().from()).isZero();
    }

    @Test
    void aPageOfChatsLooksAtNoMoreThanSoManyHoweverFewPassTheFilter() {
        List<Row> chats = new ArrayList<>();
        for (int i = 0; i < MessageReader.LOOKED_AT + 500; i++) {
            chats.add(Row.of(
                    Key.of(Family.CHAT, i + "@lid"),
                    i,
                    Bytes.utf8("{\"id\":\"" + i + "@lid\",\"archived\":" + (i == 7) + "}")));
        }
        backend.commit(SessionName.DEFAULT, new Batch(List.of(), chats, List.of()));
        MessageReader reader = new MessageReader(rows, writer::aliases, Instant::now);

        Page<ChatView, String> first = reader.chats(ChatFilter.ANY.archived(true), Optional.empty(), 10);
        assertThat(first.items()).isEmpty();
        Page<ChatView, String> second = reader.chats(ChatFilter.ANY.archived(true), first.next(), 10);
        assertThat(second.items()).extracting(ChatView::jid).containsExactly("7@lid");
        assertThat(second.next()).isEmpty();
        assertThat(reader.chats(ChatFilter.ANY, Optional.empty(), chats.size()).items())
                .hasSize(chats.size());
    }
}
