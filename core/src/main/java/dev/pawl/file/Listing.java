package dev.pawl.file;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Lists the rows of a view. A directory has no order, so a page walks through all names once, unless {@link SortedKeys}
 * has done that; only the values of the page itself are ever held.
 */
final class Listing {

    private static final char UNREADABLE = '\uFFFD';

    private final SharedDirectory directory;
    private final View view;
    private final SessionName session;

    /** The order of rows. */
    static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::position);

    /** A row that may be listed. */
    record Candidate(Position position, Key key, String target) {
        static Candidate of(Key key, String target) {
            return new Candidate(new Position(0, key.partition(), key.id()), key, target);
        }
    }

    Listing(SharedDirectory directory, View view, SessionName session) {
        this.directory = directory;
        this.view = view;
        this.session = session;
    }

    /** A page of at most {@code limit} rows, however many the scan asks for. */
    Page<Row, Position> page(Scan scan, int limit) throws IOException {
        List<Candidate> candidates = new ArrayList<>(candidates(scan, limit == Integer.MAX_VALUE ? limit : limit + 1));
        boolean more = candidates.size() > limit;
        if (more) {
            candidates.remove(limit);
        }
        List<Row> rows = new ArrayList<>();
        long bytes = 0;
        Optional<Position> last = Optional.empty();
        for (Candidate candidate : candidates) {
            Optional<Bytes> value =
                    scan.keysOnly() ? Optional.of(Bytes.EMPTY) : value(candidate.key(), candidate.target());
            bytes += value.map(Bytes::size).orElse(0);
            if (bytes > Backend.PAGE_BYTES && !rows.isEmpty()) {
                return new Page<>(rows, last);
            }
            value.ifPresent(content -> rows.add(Row.of(candidate.key(), content)));
            last = Optional.of(candidate.position());
        }
        return new Page<>(rows, more ? last : Optional.empty());
    }

    private List<Candidate> candidates(Scan scan, int limit) throws IOException {
        if (scan.family() == Family.KEY && !session.equals(SessionName.PAWL)) {
            Optional<SortedKeys> keys = SortedKeys.of(directory, view, this);
            if (keys.isPresent()) {
                return keys.get().first(scan, limit);
            }
        }
        Comparator<Candidate> direction = scan.backwards() ? ORDER.reversed() : ORDER;
        PriorityQueue<Candidate> first = new PriorityQueue<>(direction.reversed());
        rows(scan.family(), (key, target) -> {
            Candidate candidate = Candidate.of(key, target);
            if (scan.partition().map(key.partition()::equals).orElse(true) && within(scan, candidate.position())) {
                first.add(candidate);
                if (first.size() > limit) {
                    first.poll();
                }
            }
        });
        List<Candidate> candidates = new ArrayList<>(first);
        candidates.sort(direction);
        return candidates;
    }

    /** The partitions of a family behind a name, at most {@code limit}. */
    Page<Partition, String> partitions(Family family, Optional<String> after, int limit) throws IOException {
        TreeMap<String, Long> counts = new TreeMap<>(Key.BYTE_ORDER);
        rows(family, (key, target) -> counts.merge(key.partition(), 1L, Long::sum));
        List<Partition> items = new ArrayList<>();
        for (Map.Entry<String, Long> entry :
                after.map(last -> counts.tailMap(last, false)).orElse(counts).entrySet()) {
            if (items.size() == limit) {
                return new Page<>(items, Optional.of(items.get(limit - 1).name()));
            }
            items.add(new Partition(entry.getKey(), OptionalLong.of(entry.getValue())));
        }
        return Page.last(items);
    }

    /** Whether there is a row of a family. */
    boolean holds(Family family) throws IOException {
        boolean[] found = new boolean[1];
        rows(family, (key, target) -> found[0] = true);
        return found[0];
    }

    /** The value of a row; a damaged beat is no beat, because those are not forced. */
    Optional<Bytes> value(Key key, String target) throws IOException {
        if (Targets.isBeat(target)) {
            return view.content(target)
                    .filter(content -> View.problem(content).isEmpty())
                    .map(Bytes::wrap);
        }
        return view.json(key, target);
    }

    /** Hands over every row of a family, in no order. */
    void rows(Family family, BiConsumer<Key, String> rows) throws IOException {
        boolean pawl = session.equals(SessionName.PAWL);
        switch (family) {
            case LEASE ->
                view.ownNames(name ->
                        lease(name, pawl).ifPresent(key -> rows.accept(key, SharedDirectory.OWN + "/" + name)));
            case CREDENTIALS -> {
                if (!pawl && view.exists(DirectoryLayout.CREDENTIALS)) {
                    rows.accept(Key.CREDENTIALS, DirectoryLayout.CREDENTIALS);
                }
            }
            case KEY -> {
                if (!pawl) {
                    view.names(keys(rows));
                }
            }
            default -> Collections.emptyList();
        }
    }

    private Consumer<String> keys(BiConsumer<Key, String> rows) {
        return name -> {
            if (name.indexOf(UNREADABLE) >= 0
                    && !System.getProperty("sun.jnu.encoding", "UTF-8").equalsIgnoreCase("UTF-8")) {
                throw new UnsupportedException(directory.path() + " holds a file whose name this process cannot read: "
                        + "set LC_ALL=C.UTF-8 or another UTF-8 locale");
            }
            view.index()
                    .listed(name)
                    .filter(key -> key.family() == Family.KEY)
                    .ifPresent(key -> rows.accept(key, name));
        };
    }

    private static Optional<Key> lease(String name, boolean pawl) {
        if (!name.endsWith(".json")) {
            return Optional.empty();
        }
        String stem = name.substring(0, name.length() - ".json".length());
        for (String[] prefix :
                pawl ? new String[][] {{"node-", "node:"}, {"row-", ""}} : new String[][] {{"lease-", ""}}) {
            if (stem.startsWith(prefix[0])) {
                // What does not lead back to its own name is none of ours, whoever put it there.
                return unescape(stem.substring(prefix[0].length()))
                        .map(id -> prefix[1] + id)
                        .filter(id -> (pawl ? OwnNames.beat(id) : OwnNames.lease(id)).equals(name))
                        .map(id -> Key.of(Family.LEASE, id));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> unescape(String text) {
        try {
            return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean within(Scan scan, Position position) {
        return scan.lower()
                        .map(bound -> beyond(bound, scan, position) >= (bound.inclusive() ? 0 : 1))
                        .orElse(true)
                && scan.upper()
                        .map(bound -> -beyond(bound, scan, position) >= (bound.inclusive() ? 0 : 1))
                        .orElse(true);
    }

    /** The sign of where a position stands against a bound. */
    private static int beyond(Scan.Bound bound, Scan scan, Position position) {
        Position end = bound.position();
        Position same = scan.partition().isPresent() ? new Position(end.order(), position.partition(), end.id()) : end;
        return Integer.signum(position.compareTo(same));
    }
}
