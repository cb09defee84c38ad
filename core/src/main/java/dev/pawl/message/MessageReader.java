package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.Searching;
import dev.pawl.event.Jid;
import dev.pawl.event.MessageKey;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Answers what a history is asked, from its rows: everything of {@link MessageStore} that changes nothing.
 *
 * <p>A conversation, contact or chat is found under either of its addresses. Nothing is kept between two calls.
 *
 * <p><b>Thread-safety.</b> Safe, as far as the backend is.
 */
final class MessageReader {

    private static final Duration PRESENCE_LASTS = Duration.ofMinutes(5);

    /** A page of a listing looks at so many rows at most, however few of them pass a filter. */
    static final int LOOKED_AT = 10_000;

    private final MessageRows rows;
    private final Supplier<Aliases> aliases;
    private final InstantSource clock;

    /**
     * @param aliases who is who, asked at each call
     * @param clock what age is measured by
     */
    MessageReader(MessageRows rows, Supplier<Aliases> aliases, InstantSource clock) {
        this.rows = rows;
        this.aliases = aliases;
        this.clock = clock;
    }

    Page<WaMessage, PageCursor> messages(String chat, PageRequest request) {
        Page<Row, PageCursor> page = conversation(chat).page(MergedScan.part(request));
        List<WaMessage> messages = new ArrayList<>(page.items().size());
        for (Row row : page.items()) {
            messages.add(rows.message(row));
        }
        return new Page<>(messages, page.next());
    }

    Optional<WaMessage> message(MessageKey key) {
        MessagePlaces places = new MessagePlaces(key, aliases.get());
        Map<Key, Row> found = rows.get(places.candidates());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Map<Key, WaMessage> messages = new LinkedHashMap<>();
        Map<Key, MessageKey> names = new LinkedHashMap<>();
        found.forEach((place, row) -> {
            WaMessage message = rows.message(row);
            messages.put(place, message);
            names.put(place, message.key());
        });
        List<Row> same = new ArrayList<>();
        for (Key place : places.all(names)) {
            same.addAll(Optional.ofNullable(found.get(place)).stream().toList());
        }
        if (same.size() < 2) {
            return same.stream().findFirst().map(row -> messages.get(row.key()));
        }
        return Optional.of(rows.message(conversation(key.chat()).best(same)));
    }

    List<WaMessage> around(MessageKey key, int each) {
        if (each < 0) {
            throw new IllegalArgumentException("there are at least 0 messages on a side, not " + each);
        }
        Optional<WaMessage> found = message(key);
        Optional<PageCursor> place = found.flatMap(WaMessage::cursor);
        if (place.isEmpty()) {
            return List.of();
        }
        MergedScan conversation = conversation(key.chat());
        PageRequest newer = PageRequest.oldest().after(place.get());
        PageRequest older = PageRequest.newest().after(place.get());
        List<Row> after = conversation.take(MergedScan.part(newer), each);
        Collections.reverse(after);
        List<WaMessage> messages = new ArrayList<>();
        after.forEach(row -> messages.add(rows.message(row)));
        found.ifPresent(messages::add);
        conversation.take(MergedScan.part(older), each).forEach(row -> messages.add(rows.message(row)));
        return List.copyOf(messages);
    }

    Optional<JsonObject> messageForRetry(MessageKey key) {
        return message(key).flatMap(WaMessage::contentForRetry);
    }

    Optional<Bytes> messageSecret(MessageKey key) {
        return message(key).flatMap(WaMessage::messageSecret);
    }

    Page<ChatView, String> chats(ChatFilter filter, Optional<String> after, int limit) {
        return list(
                Scan.of(Family.CHAT).descending(),
                after,
                limit,
                row -> Optional.of(new ChatView(row.key().id(), rows.object(row)))
                        .filter(filter::accepts));
    }

    Optional<ChatView> chat(String jid) {
        return named(Family.CHAT, jid).map(row -> new ChatView(row.key().id(), rows.object(row)));
    }

    Page<ContactView, String> contacts(Optional<String> after, int limit) {
        return list(
                Scan.of(Family.CONTACT),
                after,
                limit,
                row -> isPerson(row.key().id())
                        ? Optional.of(new ContactView(row.key().id(), rows.object(row)))
                        : Optional.empty());
    }

    private static boolean isPerson(String jid) {
        return Jid.parse(jid)
                .map(parsed -> !parsed.isGroup() && !parsed.isBroadcast() && !parsed.isChannel())
                .orElse(false);
    }

    Optional<ContactView> contact(String jid) {
        return named(Family.CONTACT, jid).map(row -> new ContactView(row.key().id(), rows.object(row)));
    }

    Page<GroupView, String> groups(Optional<String> after, int limit) {
        return list(
                Scan.of(Family.GROUP),
                after,
                limit,
                row -> Optional.of(new GroupView(row.key().id(), rows.object(row))));
    }

    Optional<GroupView> group(String jid) {
        return named(Family.GROUP, jid).map(row -> new GroupView(row.key().id(), rows.object(row)));
    }

    List<PresenceView> presence(String chat) {
        long oldest = Math.max(0, clock.instant().minus(PRESENCE_LASTS).getEpochSecond());
        Scan recent =
                Scan.of(Family.PRESENCE).from(Position.of(oldest)).descending().limit(MessageRows.PAGE);
        List<Row> found = new ArrayList<>();
        for (String address : addresses(chat)) {
            rows.walk(recent.in(address), found::add);
        }
        found.sort((one, other) -> Long.compare(other.order(), one.order()));
        Aliases known = aliases.get();
        Set<String> seen = new HashSet<>();
        List<PresenceView> people = new ArrayList<>();
        for (Row row : found) {
            if (seen.add(known.canonical(row.key().id()))) {
                people.add(new PresenceView(row.key().id(), Instant.ofEpochSecond(row.order()), rows.object(row)));
            }
        }
        return List.copyOf(people);
    }

    Page<WaMessage, String> search(String words, Optional<String> chat, Optional<String> after, int limit) {
        Optional<Searching> index = rows.backend().as(Searching.class);
        if (index.isPresent()) {
            Set<String> partitions = chat.map(jid -> Set.copyOf(addresses(jid))).orElse(Set.of());
            return new IndexSearch(rows, index.get(), aliases.get(), partitions).page(words, after, limit);
        }
        return new MessageSearch(rows, aliases.get(), chat.map(this::conversation), MessageSearch.MOST)
                .page(words, after, limit);
    }

    /** How much there is of everything. */
    HistoryCounts counts() {
        return new HistoryCounts(
                count(Family.MESSAGE, all -> true),
                count(Family.CHAT, all -> true),
                count(Family.CONTACT, all -> true),
                count(Family.GROUP, all -> true),
                count(Family.LABEL, all -> true),
                count(Family.ALIAS, "lid"::equals),
                count(Family.SET_ASIDE, reason -> !reason.equals(Aside.DROPPED)));
    }

    private long count(Family family, Predicate<String> partitions) {
        return rows.sizedPartitions(family).stream()
                .filter(partition -> partitions.test(partition.name()))
                .mapToLong(partition -> rows.size(family, partition))
                .sum();
    }

    /** How many messages {@link MessageStore#prune} would remove. */
    long countToPrune(Retention retention) {
        return new Pruning(rows, aliases.get(), clock.instant(), Pruning.DRY_RUN).prune(retention);
    }

    /** How many messages a conversation has. */
    long count(String chat) {
        MergedScan conversation = conversation(chat);
        Scan part = Scan.of(Family.MESSAGE).limit(MessageRows.PAGE).withoutValues();
        long count = 0;
        Optional<Scan> next = Optional.of(part);
        while (next.isPresent()) {
            Page<Row, PageCursor> page = conversation.page(next.get());
            count += page.items().size();
            next = page.next().map(place -> part.after(place.position("")));
        }
        return count;
    }

    /** The messages of a conversation, under all addresses it is known by. */
    MergedScan conversation(String chat) {
        return MergedScan.of(rows, aliases.get(), chat);
    }

    private List<String> addresses(String jid) {
        return MergedScan.addresses(aliases.get(), jid);
    }

    private Optional<Row> named(Family family, String jid) {
        List<Key> keys = new ArrayList<>();
        addresses(jid).forEach(address -> keys.add(Key.of(family, address)));
        Map<Key, Row> found = rows.get(keys);
        return keys.stream().filter(found::containsKey).map(found::get).findFirst();
    }

    /**
     * Lists rows of a family without partitions, without those that have no view, reading on until a page is full or as
     * many were looked at as a page may.
     */
    private <T> Page<T, String> list(Scan all, Optional<String> after, int limit, Function<Row, Optional<T>> view) {
        Scan scan = all.in("");
        Scan first = after.map(text -> scan.after(PageCursor.parse(text).position("")))
                .orElse(scan);
        Optional<Scan> next = Optional.of(first.limit(limit));
        Optional<Position> last = Optional.empty();
        List<T> items = new ArrayList<>();
        int looked = 0;
        while (next.isPresent() && items.size() < limit && looked < Math.max(limit, LOOKED_AT)) {
            Page<Row, Position> page = rows.scan(next.get());
            looked += page.items().size();
            for (Row row : page.items()) {
                if (items.size() == limit) {
                    return new Page<>(items, last.map(MessageReader::cursor));
                }
                view.apply(row).ifPresent(items::add);
                last = Optional.of(row.position());
            }
            last = page.next();
            next = last.map(scan.limit(Math.max(limit, MessageRows.PAGE))::after);
        }
        return new Page<>(items, last.map(MessageReader::cursor));
    }

    private static String cursor(Position position) {
        return PageCursor.at(position).text();
    }
}
