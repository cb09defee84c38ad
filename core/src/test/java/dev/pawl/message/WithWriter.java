package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A writer over a backend in memory that counts, and events in few words. */
abstract class WithWriter {

    static final String CHAT = "6281111111111@s.whatsapp.net";

    final CountingBackend backend = new CountingBackend(new MemoryBackend());
    final MessageRows rows = new MessageRows(backend, SessionName.DEFAULT);
    long now = 1760001000;
    final MessageWriter writer = open();
    final MessageIntake intake = new MessageIntake(writer);

    MessageWriter open() {
        Lease lease = Lease.on(backend, SessionName.DEFAULT, "messages").acquire();
        return new MessageWriter(rows, lease, () -> Instant.ofEpochSecond(now), 100);
    }

    @AfterEach
    final void close() {
        writer.close();
        backend.close();
    }

    static RawEvent event(String name, String json) {
        return new RawEvent(name, JsonValue.parse(json.replace('\'', '"')));
    }

    static String text(String id, int second) {
        return "{'key':{'remoteJid':'" + CHAT + "','fromMe':false,'id':'" + id + "'},'messageTimestamp':"
                + (1760000000 + second) + ",'message':{'conversation':'words of " + id + "'}}";
    }

    static RawEvent upsert(String... messages) {
        return event("messages.upsert", "{'messages':[" + String.join(",", messages) + "],'type':'notify'}");
    }

    static RawEvent history(String... messages) {
        return event(
                "messaging-history.set", "{'chats':[],'contacts':[],'messages':[" + String.join(",", messages) + "]}");
    }

    static String[] texts(int from, int to) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            texts.add(text("A" + i, i));
        }
        return texts.toArray(String[]::new);
    }

    void take(RawEvent... events) {
        assertThat(intake.take(List.of(events)).rest()).isEmpty();
    }

    long messages() {
        return rows.scan(dev.pawl.backend.Scan.of(Family.MESSAGE).limit(100_000))
                .items()
                .size();
    }

    long setAside() {
        return rows.scan(dev.pawl.backend.Scan.of(Family.SET_ASIDE)).items().size();
    }
}
