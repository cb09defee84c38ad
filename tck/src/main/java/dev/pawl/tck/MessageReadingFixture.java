package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonString;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageCursor;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * Puts the rows of a history as a writer would leave them, past any writer, and reads them through a store. The classes
 * below it hold the rules; {@link MessageStoreReadingTck} stands for all of them.
 */
@Timeout(120)
abstract class MessageReadingFixture extends ContractSuite {

    static final SessionName MAIN = SessionName.DEFAULT;

    static final String PHONE = "6281111111111@s.whatsapp.net";
    static final String LID = "11122233344455@lid";
    static final String GROUP = "120363021234567890@g.us";

    /** Seconds of the messages begin here. */
    static final long EPOCH = 1_760_000_000;

    private static final int ROWS_AT_ONCE = 400;

    /** No test puts as many messages. */
    private static final int LONGEST_WALK = 10_000;

    Subject subject;
    Backend backend;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    final void openBackend() throws IOException {
        subject = subject(Files.createDirectory(directory.resolve("storage")));
        backend = closing(subject.open(Access.READ_WRITE));
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

    /** A store that reads what has been put by now; it sees pairs that come later within a second. */
    final MessageStore reading() {
        return closing(MessageStore.openReadOnly(backend, MAIN));
    }

    final void put(List<Row> rows) {
        for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
            List<Row> some = rows.subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE));
            backend.commit(MAIN, new Batch(List.of(), some, List.of()));
        }
    }

    final void put(Row... rows) {
        put(List.of(rows));
    }

    final void delete(Key... keys) {
        backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(keys)));
    }

    /** Makes it known that {@link #LID} and {@link #PHONE} are one person. */
    final void pair() {
        String lid = user(LID);
        String phone = user(PHONE);
        put(
                Row.of(new Key(Family.ALIAS, "lid", lid), EPOCH, Bytes.utf8(new JsonString(phone).toText())),
                Row.of(new Key(Family.ALIAS, "pn", phone), EPOCH, Bytes.utf8(new JsonString(lid).toText())));
    }

    static String user(String jid) {
        return jid.substring(0, jid.indexOf('@'));
    }

    static Row row(Family family, String partition, String id, long order, String json) {
        return Row.of(new Key(family, partition, id), order, Bytes.utf8(json.replace('\'', '"')));
    }

    /** A message of somebody else, in a chat of two. */
    static Row message(String chat, String id, long second) {
        return message(chat, id, second, "words of " + id);
    }

    static Row message(String chat, String id, long second, String words) {
        return row(Family.MESSAGE, chat, id + "|0", second, json(chat, id, second, words));
    }

    static String json(String chat, String id, long second, String words) {
        return "{'key':{'remoteJid':'" + chat + "','fromMe':false,'id':'" + id + "'},'messageTimestamp':" + second
                + ",'message':{'conversation':'" + words + "'}}";
    }

    /** How many messages and in how many of one second: 2,100 with 50 in one second, and every third second twice. */
    static List<Row> manyMessages(String chat, int count) {
        List<Row> rows = new ArrayList<>();
        long second = EPOCH;
        for (int i = 0; i < count; i++) {
            boolean sameSecond = (i >= 700 && i < 750) || i % 3 == 0;
            second += sameSecond ? 0 : 1;
            rows.add(message(chat, id(i), second));
        }
        return rows;
    }

    /** An id that does not sort as it was sent, as WhatsApp's do not. */
    static String id(int number) {
        return "3EB0" + String.format("%08X", Integer.reverse(number * 0x9E3779B1));
    }

    /** What the ids of rows are, without their sides. */
    static List<String> ids(List<WaMessage> messages) {
        return messages.stream().map(message -> message.key().id()).toList();
    }

    /** The ids of messages in the order in which a chat lists them from its end. */
    static List<String> newestFirst(List<Row> rows) {
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort((one, other) -> {
            int byOrder = Long.compare(other.order(), one.order());
            return byOrder != 0
                    ? byOrder
                    : Key.BYTE_ORDER.compare(other.key().id(), one.key().id());
        });
        return sorted.stream()
                .map(row -> row.key().id().substring(0, row.key().id().lastIndexOf('|')))
                .toList();
    }

    static List<String> reversed(List<String> ids) {
        List<String> reversed = new ArrayList<>(ids);
        Collections.reverse(reversed);
        return reversed;
    }

    /** Reads all pages from one end to the other; none of them is longer than was asked for. */
    static List<WaMessage> walk(MessageStore store, String chat, PageRequest first) {
        List<WaMessage> messages = new ArrayList<>();
        Optional<PageRequest> next = Optional.of(first);
        while (next.isPresent()) {
            Page<WaMessage, PageCursor> page = store.messages(chat, next.get());
            if (page.items().size() > first.limit()) {
                throw new AssertionError(page.items().size() + " messages in a page of " + first.limit());
            }
            messages.addAll(page.items());
            if (messages.size() > LONGEST_WALK) {
                throw new AssertionError("the listing does not end");
            }
            next = page.next().map(first::after);
        }
        return messages;
    }
}
