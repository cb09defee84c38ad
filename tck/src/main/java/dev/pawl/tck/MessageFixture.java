package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonValue;
import dev.pawl.message.MessageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * Opens the message store of one test and says what the rules say in few words. The classes below it hold the rules;
 * {@link MessageStoreTck} stands for all of them.
 */
@Timeout(120)
abstract class MessageFixture extends ContractSuite {

    static final SessionName MAIN = SessionName.DEFAULT;

    /** One person's addresses, and another's. */
    static final String BUDI = "6281111111111@s.whatsapp.net";

    static final String BUDI_LID = "11122233344455@lid";
    static final String ANI = "6282222222222@s.whatsapp.net";
    static final String ANI_LID = "22233344455566@lid";
    static final String GROUP = "120363021234567890@g.us";

    /** The families of a history. */
    static final Set<Family> HISTORY =
            EnumSet.complementOf(EnumSet.of(Family.CREDENTIALS, Family.KEY, Family.LEASE, Family.JOB));

    Subject subject;
    Backend backend;
    MessageStore store;

    /** What the clock of the store says; a test may set it. */
    volatile Instant now = Instant.ofEpochSecond(RuleExample.NOW);

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    final void openStore() throws IOException {
        subject = subject(Files.createDirectory(directory.resolve("storage")));
        backend = closing(subject.open(Access.READ_WRITE));
        store = open(MAIN);
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /** Remembers to close this after the test. */
    final <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    /** Opens the history of a session as its owner. */
    final MessageStore open(SessionName session) {
        return closing(MessageStore.opening(backend, session).clock(() -> now).open());
    }

    /** Closes the store and opens it again. */
    final void reopen() {
        store.close();
        store = open(MAIN);
    }

    /** An event as Baileys emits it. */
    static Event event(String name, String data) {
        return Event.of(new RawEvent(name, JsonValue.parse(data)));
    }

    /** Messages that came live, each a JSON object. */
    static Event upsert(String... messages) {
        return event("messages.upsert", "{\"messages\":[" + String.join(",", messages) + "],\"type\":\"notify\"}");
    }

    /** The JSON of a text of somebody in a conversation of two. */
    static String text(String chat, String id, long second, String words) {
        return "{\"key\":{\"remoteJid\":\"" + chat + "\",\"fromMe\":false,\"id\":\"" + id + "\"},\"messageTimestamp\":"
                + second + ",\"message\":{\"conversation\":\"" + words + "\"}}";
    }

    /** The JSON of a text in a group. */
    static String text(String group, String author, String id, long second, String words) {
        return "{\"key\":{\"remoteJid\":\"" + group + "\",\"fromMe\":false,\"id\":\"" + id + "\",\"participant\":\""
                + author + "\"},\"messageTimestamp\":" + second + ",\"message\":{\"conversation\":\"" + words + "\"}}";
    }

    /** A change of a message of somebody in a conversation of two. */
    static Event update(String chat, String id, String update) {
        return event(
                "messages.update",
                "[{\"key\":{\"remoteJid\":\"" + chat + "\",\"fromMe\":false,\"id\":\"" + id + "\"},\"update\":" + update
                        + "}]");
    }

    static Event pair(String lid, String phoneNumber) {
        return event("lid-mapping.update", "{\"lid\":\"" + lid + "\",\"pn\":\"" + phoneNumber + "\"}");
    }

    final int apply(Event... events) {
        return store.apply(List.of(events));
    }

    static Key message(String partition, String id) {
        return new Key(Family.MESSAGE, partition, id);
    }

    /** All rows of the history of a session, past the store. */
    final Map<Key, Row> rows(SessionName session) {
        Map<Key, Row> rows = new HashMap<>();
        for (Family family : HISTORY) {
            Scan all = Scan.of(family).limit(1000);
            Optional<Scan> next = Optional.of(all);
            while (next.isPresent()) {
                Page<Row, Position> page = backend.scan(session, next.get());
                page.items().forEach(row -> rows.put(row.key(), row));
                next = page.next().map(all::after);
            }
        }
        return rows;
    }

    final Map<Key, Row> rows() {
        return rows(MAIN);
    }

    /** What a row holds, past the store. */
    final Optional<Bytes> raw(Key key) {
        return backend.get(MAIN, key).map(Row::value);
    }

    /** As much of a value as comes back: its text where the backend keeps that, else what it means. */
    final String kept(Family family, String text) {
        return backend.traits().verbatim().contains(family) ? text : JsonMeaning.of(JsonValue.parse(text));
    }
}
