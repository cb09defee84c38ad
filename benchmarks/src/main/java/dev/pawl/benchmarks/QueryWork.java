package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.event.MessageKey;
import dev.pawl.json.Bytes;
import dev.pawl.message.ChatFilter;
import dev.pawl.message.ChatView;
import dev.pawl.message.Media;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageCursor;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToLongFunction;

/**
 * Reads a history of {@code messages} messages in {@code chats} chats. Each measurement begins with {@code warmUpMillis} of the same that do not count.
 *
 * <p>Answers, medians in microseconds of one call: {@code newest}, the newest 50 messages of random small chats, {@code bigNewest}, those of chat 0, {@code far}, a page of chat 0 that is 90 % deep, all
 * opened as views with key, time, sender, text and the bytes of media looked at; {@code newestBytes} and {@code bigNewestBytes}, the same pages as stored bytes; {@code walk}, microseconds for a page
 * of 50 while chat 0 is read back by 5,000 messages, and {@code distinct}, how many messages those are; {@code message} and {@code messageP99}, one message by its key, of 2,000; {@code chatList}, all chats, in
 * milliseconds.
 */
final class QueryWork {

    private static final int PAGE = 50;
    private static final int SEED = 5;
    private static final int WALK = 5_000;
    private static final int EVERY = 50;
    private static final int OFFSET = 7;

    private final TrialRequest request;
    private final Backend backend;
    private final MessageStore history;
    private final int messages;
    private final Map<String, Double> answer = new LinkedHashMap<>();

    private QueryWork(TrialRequest request, Backend backend, MessageStore history) {
        this.request = request;
        this.backend = backend;
        this.history = history;
        this.messages = request.number("messages");
    }

    static Map<String, Double> run(TrialRequest request) {
        try (Pawl pawl = Pawl.open(Locators.in(request, request.place()));
                MessageStore history = HistoryWork.open(pawl)) {
            QueryWork work = new QueryWork(request, pawl.backend(Family.MESSAGE), history);
            work.measure();
            return work.answer;
        }
    }

    private void measure() {
        int pages = request.number("pages");
        String big = HistoryFixture.jid(0);
        PageRequest newest = PageRequest.newest().limit(PAGE);
        Instant deep = Instant.ofEpochSecond(HistoryFixture.FIRST_SECOND + messages / 10 / HistoryFixture.EACH_SECOND);
        micros("newest", pages, small(jid -> views(jid, newest)));
        micros("newestBytes", pages, small(this::bytes));
        micros("bigNewest", pages / 8, i -> views(big, newest));
        micros("bigNewestBytes", pages / 8, i -> bytes(big));
        walk(big);
        micros("far", pages / 8, i -> views(big, newest.before(deep)));
        List<MessageKey> keys = keys();
        Latencies one = micros("message", keys.size(), i -> message(keys.get(i)));
        answer.put("messageP99", one.micros(0.99));
        Latencies list = micros("chatList", 30, i -> chats());
        answer.put("chatList", list.micros(0.5) / 1000);
    }

    private interface OfChat {
        long read(String jid);
    }

    private static IntToLongFunction small(OfChat reading) {
        Xorshift random = new Xorshift(SEED);
        return i -> reading.read(HistoryFixture.jid(1 + random.below(HistoryFixture.CHATS - 1)));
    }

    private long views(String jid, PageRequest page) {
        List<WaMessage> found = history.messages(jid, page).items();
        long sum = 0;
        for (WaMessage message : found) {
            sum += touch(message);
        }
        return found.size() == PAGE ? sum : 0;
    }

    /** Looks at what a list of messages shows. */
    private static long touch(WaMessage message) {
        return message.key().id().length()
                + message.time().map(Instant::getEpochSecond).orElse(0L)
                + message.sender().map(String::length).orElse(0)
                + message.text().map(String::length).orElse(0)
                + message.media().flatMap(Media::mediaKey).map(Bytes::size).orElse(0);
    }

    private long bytes(String jid) {
        Scan scan = Scan.of(Family.MESSAGE).in(jid).descending().limit(PAGE);
        Page<Row, Position> page = backend.scan(SessionName.DEFAULT, scan);
        long sum = 0;
        for (Row row : page.items()) {
            sum += row.value().size();
        }
        return page.items().size() == PAGE ? sum : 0;
    }

    private void walk(String jid) {
        int there = Math.min(WALK, messages / HistoryFixture.CHAT_0);
        long warm = warm();
        do {
            walk(jid, there);
        } while (System.nanoTime() < warm);
        long begin = System.nanoTime();
        List<String> ids = walk(jid, there);
        double micros = (System.nanoTime() - begin) / 1e3;
        Set<String> distinct = new HashSet<>(ids);
        if (distinct.size() != there) {
            throw new IllegalStateException("only " + distinct.size() + " of " + there + " messages were reached");
        }
        answer.put("walk", micros * PAGE / ids.size());
        answer.put("distinct", (double) distinct.size());
    }

    private List<String> walk(String jid, int most) {
        List<String> ids = new ArrayList<>();
        Optional<PageRequest> next = Optional.of(PageRequest.newest().limit(PAGE));
        while (next.isPresent() && ids.size() < most) {
            Page<WaMessage, PageCursor> page = history.messages(jid, next.get());
            for (WaMessage message : page.items()) {
                touch(message);
                ids.add(message.key().id());
            }
            next = page.next().map(PageRequest.newest().limit(PAGE)::after);
        }
        return ids;
    }

    private List<MessageKey> keys() {
        List<MessageKey> keys = new ArrayList<>();
        int[] next = {0};
        HistoryFixture.each(HistoryWork.fixture(request), Math.min(messages, HistoryFixture.MESSAGES), message -> {
            if (next[0]++ % EVERY == OFFSET) {
                keys.add(MessageKey.ofMessage(message));
            }
        });
        return keys;
    }

    private long message(MessageKey key) {
        return history.message(key).map(QueryWork::touch).orElse(0L);
    }

    private long chats() {
        int chats = request.number("chats");
        List<ChatView> found =
                history.chats(ChatFilter.ANY, Optional.empty(), chats).items();
        long sum = 0;
        for (ChatView chat : found) {
            sum += chat.jid().length()
                    + chat.name().map(String::length).orElse(0)
                    + chat.unreadCount()
                    + chat.lastActivity().map(Instant::getEpochSecond).orElse(0L);
        }
        return found.size() == chats ? sum : 0;
    }

    private long warm() {
        return System.nanoTime() + request.number("warmUpMillis") * 1_000_000L;
    }

    private Latencies micros(String name, int count, IntToLongFunction reading) {
        long warm = warm();
        do {
            calls(name, Math.max(1, count / 8), reading);
        } while (System.nanoTime() < warm);
        Latencies latencies = calls(name, Math.max(1, count), reading);
        answer.put(name, latencies.micros(0.5));
        return latencies;
    }

    private static Latencies calls(String name, int count, IntToLongFunction reading) {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            long sum = reading.applyAsLong(i);
            nanos[i] = System.nanoTime() - begin;
            if (sum == 0) {
                throw new IllegalStateException(name + ": something is missing");
            }
        }
        return Latencies.of(nanos);
    }
}
