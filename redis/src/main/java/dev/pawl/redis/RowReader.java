package dev.pawl.redis;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Reads rows, each call at one moment. */
final class RowReader {

    /** The most rows of one page, so that no script keeps the server from others for long. */
    private static final int PAGE_ROWS = 1_000;

    /** How often indexes are made anew for one page, before those that are wrong again are done without. */
    private static final int MOST_REBUILDS = 3;

    /** A score of fewer digits and nothing else is a whole number that needs no rounding. */
    static final int SAFE_DIGITS = 16;

    /** So many positions are sent along for a page, at most, where indexes are done without. */
    private static final int MOST_SENT = 4_000;

    private final Server server;
    private final String namespace;
    private final String place;
    private final boolean readOnly;
    private final Foreign foreign;
    private final Orders orders = new Orders();

    /** The sessions whose chats were compared with what we wrote of them. */
    private final Set<String> compared = ConcurrentHashMap.newKeySet();

    /**
     * Reads this namespace.
     *
     * @param place the server, for people
     * @param readOnly whether even an index that is wrong stays as it is
     */
    RowReader(Server server, String namespace, String place, boolean readOnly) {
        this.server = server;
        this.namespace = namespace;
        this.place = place;
        this.readOnly = readOnly;
        this.foreign = new Foreign(server);
    }

    Map<Key, Row> get(SessionName session, Collection<Key> wanted) {
        SessionKeys names = SessionKeys.of(namespace, session);
        Question question = new Question(names);
        new LinkedHashSet<>(wanted).forEach(question::add);
        if (question.isEmpty()) {
            return Map.of();
        }
        question.end();
        List<Key> asked = question.asked();
        List<?> answers = (List<?>) server.read(Script.GET, question.keys(), question.arguments());
        Map<Key, Row> found = new HashMap<>(asked.size() * 2);
        for (int i = 0; i < asked.size(); i++) {
            Object answer = answers.get(i);
            if (answer instanceof List<?> row) {
                found.put(
                        asked.get(i),
                        new Row(asked.get(i), order(row.get(1)), Bytes.wrap((byte[]) row.get(0)), Facets.NONE));
            } else if (answer != null) {
                throw damaged(names, asked.get(i));
            }
        }
        return found;
    }

    Page<Row, Position> scan(SessionName session, Scan scan) {
        SessionKeys names = SessionKeys.of(namespace, session);
        Family family = scan.family();
        if (scan.partition().isPresent()
                && !FamilyKeys.of(family)
                        .canHold(new Key(family, scan.partition().get(), "creds"))) {
            return Page.last(List.of());
        }
        if (family == Family.CREDENTIALS) {
            return credentials(session, scan);
        }
        boolean first = (scan.backwards() ? scan.upper() : scan.lower()).isEmpty();
        Orders.Listing listing = new Orders.Listing(names.prefix(), family, scan.partition());
        if (first) {
            orders.forget(listing);
        }
        if (EdgePage.is(scan)) {
            Optional<Page<Row, Position>> page = EdgePage.read(server, names, scan);
            if (page.isPresent()) {
                page.get().next().ifPresent(more -> orders.keep(listing, Map.of()));
                return page.get();
            }
        }
        Optional<Map<String, List<Position>>> begun = orders.of(listing);
        // Who only reads leaves the index wrong, so that pages show nothing of it.
        boolean chats = begun.isEmpty() && family == Family.CHAT && (readOnly || !compared.contains(names.prefix()));
        String trust = begun.isPresent() ? "count" : chats ? "deep" : "full";
        Map<String, List<Position>> without = begun.orElseGet(HashMap::new);
        for (int attempts = 0; ; attempts++) {
            List<?> answer = (List<?>) server.read(
                    Script.SCAN,
                    Text.list(names.partitions(family)),
                    arguments(names, scan, trust, without, first && attempts == 0));
            switch (Text.of(answer.get(0))) {
                case "ok", "page" -> {
                    Page<Row, Position> page = answer.size() == 5 ? ofHash(scan, answer) : page(scan, answer);
                    if (chats) {
                        compared.add(names.prefix());
                    }
                    if (page.next().isPresent()) {
                        orders.keep(listing, without);
                    } else {
                        orders.forget(listing);
                    }
                    return withTheirs(session, scan, page);
                }
                case "stale" -> {
                    for (Object partition : answer.subList(1, answer.size())) {
                        String name = Text.of(partition);
                        if (readOnly || attempts >= MOST_REBUILDS) {
                            without.put(name, order(names, family, name));
                        } else {
                            rebuild(names, family, name);
                        }
                    }
                }
                case "wrong" -> throw damaged(names, new Key(family, Text.of(answer.get(1)), Text.of(answer.get(2))));
                default -> throw blamed(Text.of(answer.get(1)));
            }
        }
    }

    /** The rows of a partition in order, without its index. */
    private List<Position> order(SessionKeys names, Family family, String partition) {
        FamilyKeys layout = FamilyKeys.of(family);
        boolean set = layout.isString(partition);
        List<?> answer = (List<?>) server.read(
                Script.ORDER,
                Text.list(
                        names.order(family, partition),
                        set ? names.signalIndex() + partition : names.data(family, partition),
                        names.chatDigests()),
                Text.list(set ? "k" : "h", layout.timeMember(), family == Family.CHAT ? "1" : "0"));
        if (answer.size() == 1) {
            throw blamed(Text.of(answer.get(0)));
        }
        List<?> cells = (List<?>) answer.get(1);
        List<Position> positions = new ArrayList<>(cells.size() / 2);
        for (int i = 0; i < cells.size(); i += 2) {
            positions.add(new Position(order(cells.get(i + 1)), partition, Text.of(cells.get(i))));
        }
        positions.sort(null);
        return List.copyOf(positions);
    }

    private Page<Row, Position> withTheirs(SessionName session, Scan scan, Page<Row, Position> page) {
        if (scan.family() != Family.PRESENCE || scan.partition().isEmpty()) {
            return page;
        }
        Key key = new Key(
                Family.PRESENCE, scan.partition().get(), scan.partition().get());
        return TheirPresence.into(
                page, scan, Optional.ofNullable(get(session, List.of(key)).get(key)));
    }

    private Page<Row, Position> credentials(SessionName session, Scan scan) {
        Optional<Row> row =
                Optional.ofNullable(get(session, List.of(Key.CREDENTIALS)).get(Key.CREDENTIALS));
        return Page.last(row
                .filter(found -> TheirPresence.isWithin(scan, found.position()))
                .map(found -> scan.keysOnly() ? new Row(found.key(), 0, Bytes.EMPTY, Facets.NONE) : found)
                .stream()
                .toList());
    }

    private List<byte[]> arguments(
            SessionKeys names, Scan scan, String trust, Map<String, List<Position>> without, boolean first) {
        Family family = scan.family();
        FamilyKeys layout = FamilyKeys.of(family);
        boolean strings = family == Family.KEY;
        List<byte[]> arguments = Text.list(
                strings ? "k" : "h",
                scan.partition().isPresent() ? "1" : "*",
                scan.partition().orElse(""),
                strings ? names.signal() : names.prefix() + layout.data(),
                names.prefix() + layout.order(),
                names.signalIndex(),
                names.prefix() + layout.data(),
                layout.partitioned() ? "1" : "0",
                scan.backwards() ? "1" : "0",
                Integer.toString(Math.min(scan.limit(), PAGE_ROWS)),
                scan.keysOnly() ? "1" : "0",
                Integer.toString(Backend.PAGE_BYTES),
                trust,
                layout.timeMember(),
                family == Family.CHAT ? names.archived() : "");
        for (Optional<Scan.Bound> bound : List.of(scan.lower(), scan.upper())) {
            arguments.add(Text.bytes(bound.map(of -> of.inclusive() ? "i" : "e").orElse("")));
            arguments.add(Text.bytes(bound.map(of -> of.position().order()).orElse(0L)));
            arguments.add(Text.bytes(bound.map(of -> of.position().partition()).orElse("")));
            arguments.add(Text.bytes(bound.map(of -> of.position().id()).orElse("")));
        }
        arguments.add(Text.bytes(family == Family.CHAT ? names.chatDigests() : ""));
        arguments.add(Text.bytes(without.size()));
        int most = Math.min(Math.min(scan.limit(), PAGE_ROWS) + 1, Math.max(8, MOST_SENT / (without.size() + 1)));
        without.forEach((partition, all) -> {
            Orders.Part part = Orders.part(all, in(scan, partition), most);
            arguments.addAll(Text.list(
                    partition, part.more() ? "1" : "0", "" + part.positions().size()));
            for (Position position : part.positions()) {
                arguments.addAll(Text.list(position.id(), Long.toString(position.order())));
            }
        });
        if (layout.partitioned() && scan.partition().isEmpty()) {
            foreign.partitions(names, family, first).forEach(name -> arguments.add(Text.bytes(name)));
        }
        return arguments;
    }

    /** Bounds of a listing of one partition name no other, whatever they say. */
    private static Scan in(Scan scan, String partition) {
        if (scan.partition().isEmpty()) {
            return scan;
        }
        Optional<Scan.Bound> lower = scan.lower().map(bound -> in(bound, partition));
        Optional<Scan.Bound> upper = scan.upper().map(bound -> in(bound, partition));
        return new Scan(scan.family(), scan.partition(), lower, upper, scan.backwards(), scan.limit(), scan.keysOnly());
    }

    private static Scan.Bound in(Scan.Bound bound, String partition) {
        return new Scan.Bound(
                new Position(
                        bound.position().order(), partition, bound.position().id()),
                bound.inclusive());
    }

    private static Page<Row, Position> page(Scan scan, List<?> answer) {
        List<?> cells = (List<?>) answer.get(1);
        List<Row> rows = new ArrayList<>(cells.size() / 5);
        for (int i = 0; i < cells.size(); i += 5) {
            Key key = new Key(scan.family(), Text.of(cells.get(i)), Text.of(cells.get(i + 1)));
            boolean archived = ((Long) cells.get(i + 4)) == 1;
            rows.add(new Row(
                    key,
                    order(cells.get(i + 2)),
                    Bytes.wrap((byte[]) cells.get(i + 3)),
                    archived ? new Facets(true, false, false, "") : Facets.NONE));
        }
        Optional<Position> next = Optional.ofNullable((List<?>) answer.get(2))
                .map(cursor -> new Position(order(cursor.get(0)), Text.of(cursor.get(1)), Text.of(cursor.get(2))));
        return new Page<>(rows, next);
    }

    private static Page<Row, Position> ofHash(Scan scan, List<?> answer) {
        String partition = scan.partition().orElse("");
        List<?> ids = (List<?>) answer.get(1);
        List<?> orders = (List<?>) answer.get(2);
        List<?> values = (List<?>) answer.get(3);
        List<Row> rows = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            rows.add(new Row(
                    new Key(scan.family(), partition, Text.of(ids.get(i))),
                    order(orders.get(i)),
                    Bytes.wrap((byte[]) values.get(i)),
                    Facets.NONE));
        }
        boolean more = (Long) answer.get(4) == 1;
        return new Page<>(rows, more ? Optional.of(rows.get(rows.size() - 1).position()) : Optional.empty());
    }

    Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        SessionKeys names = SessionKeys.of(namespace, session);
        FamilyKeys layout = FamilyKeys.of(family);
        if (!layout.partitioned()) {
            return after.isPresent() ? Page.last(List.of()) : theOnlyPartition(session, names, family);
        }
        boolean strings = family == Family.KEY;
        List<byte[]> arguments = Text.list(
                strings ? "k" : "h",
                names.prefix() + layout.data(),
                names.signalIndex(),
                names.prefix() + layout.data(),
                after.isPresent() ? "1" : "0",
                after.orElse(""),
                Integer.toString(limit));
        foreign.partitions(names, family, after.isEmpty()).forEach(name -> arguments.add(Text.bytes(name)));
        List<?> answer = (List<?>) server.read(Script.PARTITIONS, Text.list(names.partitions(family)), arguments);
        if (Text.of(answer.get(0)).equals("blame")) {
            throw blamed(Text.of(answer.get(1)));
        }
        List<?> cells = (List<?>) answer.get(1);
        List<Partition> items = new ArrayList<>(cells.size() / 2);
        for (int i = 0; i < cells.size(); i += 2) {
            items.add(new Partition(Text.of(cells.get(i)), OptionalLong.of((Long) cells.get(i + 1))));
        }
        return ((Long) answer.get(2)) == 1
                ? new Page<>(items, Optional.of(items.get(items.size() - 1).name()))
                : Page.last(items);
    }

    private Page<Partition, String> theOnlyPartition(SessionName session, SessionKeys names, Family family) {
        long count = family == Family.CREDENTIALS
                ? get(session, List.of(Key.CREDENTIALS)).size()
                : server.count(names.data(family, ""));
        return Page.last(count == 0 ? List.of() : List.of(new Partition("", OptionalLong.of(count))));
    }

    private void rebuild(SessionKeys names, Family family, String partition) {
        FamilyKeys layout = FamilyKeys.of(family);
        boolean set = layout.isString(partition);
        server.read(
                Script.REBUILD,
                Text.list(
                        names.partitions(family),
                        names.order(family, partition),
                        set ? names.signalIndex() + partition : names.data(family, partition),
                        names.chatDigests()),
                Text.list(
                        set ? "k" : "h",
                        layout.timeMember(),
                        partition,
                        layout.partitioned() ? "1" : "0",
                        family == Family.CHAT ? "1" : "0"));
    }

    private static long order(Object score) {
        String text = Text.of(score);
        if (text.length() < SAFE_DIGITS && text.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return Long.parseLong(text);
        }
        double order = Double.parseDouble(text);
        return Double.isNaN(order) ? 0 : (long) Math.floor(order);
    }

    private CorruptDataException damaged(SessionKeys names, Key key) {
        return new CorruptDataException(
                key, place + ": " + names.place(key), "there is something of another type where a row should be");
    }

    private CorruptDataException blamed(String key) {
        return new CorruptDataException(
                place + ": " + SessionKeys.quoted(key), "it has a type that no key of this name has");
    }
}
