package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Backends that list in another order, miss rows, repeat them, or do not heed bounds: W06 to W10. */
final class BrokenListings {

    private BrokenListings() {}

    static List<Breakage> all() {
        return Stream.of(orders(), pages(), bounds(), sizes(), partitions())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Breakage> orders() {
        return List.of(
                sorted(
                        "strings are in UTF-16 order",
                        Comparator.comparingLong(Position::order)
                                .thenComparing(Position::partition)
                                .thenComparing(Position::id)),
                sorted(
                        "strings are in dictionary order",
                        Comparator.comparingLong(Position::order)
                                .thenComparing(Position::partition, Key.BYTE_ORDER)
                                .thenComparing(Position::id, String.CASE_INSENSITIVE_ORDER)
                                .thenComparing(Position::id)),
                sorted(
                        "the partition comes before the order",
                        Comparator.comparing(Position::partition, Key.BYTE_ORDER)
                                .thenComparingLong(Position::order)
                                .thenComparing(Position::id, Key.BYTE_ORDER),
                        "W07",
                        "W08"),
                sorted(
                        "the id comes before the partition",
                        Comparator.comparingLong(Position::order)
                                .thenComparing(Position::id, Key.BYTE_ORDER)
                                .thenComparing(Position::partition, Key.BYTE_ORDER),
                        "W07",
                        "W08",
                        "W11"),
                Breakage.of("W06", "orders have 32 bits", b -> new ForwardingBackend(b) {
                    @Override
                    public void commit(SessionName session, Batch batch) {
                        List<Row> puts = batch.puts().stream()
                                .map(row -> new Row(row.key(), row.order() & 0x7fff_ffff, row.value(), row.facets()))
                                .toList();
                        super.commit(session, new Batch(batch.checks(), puts, batch.deletes()));
                    }
                }));
    }

    private static List<Breakage> pages() {
        return List.of(
                paging(
                        "the cursor is the order alone",
                        (scan, page) -> next(page, at -> new Position(at.order(), "\uDBFF\uDFFF", ""))),
                paging(
                        "the cursor is one row behind",
                        (scan, page) -> page.items().size() < 2
                                ? page
                                : new Page<>(
                                        page.items(),
                                        page.next()
                                                .map(at -> page.items()
                                                        .get(page.items().size() - 2)
                                                        .position()))),
                paging(
                        "a page of more than 100 rows is the last",
                        (scan, page) -> page.items().size() > 100 ? Page.last(page.items()) : page),
                paging(
                        "backwards one row is lost between pages",
                        (scan, page) -> scan.backwards()
                                        && page.next().isPresent()
                                        && page.items().size() > 3
                                ? new Page<>(
                                        page.items().subList(0, page.items().size() - 1), page.next())
                                : page),
                Breakage.of("W07", "a listing goes on at a number of rows, not at a row", ByOffset::new, "W08"),
                Breakage.of("W07", "a listing ends when the row of its cursor is gone", NeedsItsRow::new, "W08"),
                Breakage.of("W07", "rows added during a listing come twice", AddedTwice::new));
    }

    private static List<Breakage> bounds() {
        return List.of(
                scanning(
                        "W08",
                        "an inclusive upper bound excludes",
                        scan -> with(
                                scan,
                                scan.lower(),
                                scan.upper().map(bound -> new Scan.Bound(bound.position(), false)))),
                scanning(
                        "W08",
                        "an exclusive upper bound includes",
                        scan -> scan.backwards()
                                ? scan
                                : with(
                                        scan,
                                        scan.lower(),
                                        scan.upper().map(bound -> new Scan.Bound(bound.position(), true)))),
                scanning(
                        "W08",
                        "with an upper bound the lower one is not heeded",
                        scan -> scan.upper().isPresent() ? with(scan, Optional.empty(), scan.upper()) : scan),
                scanning(
                        "W08",
                        "a bound is its order alone",
                        scan -> with(
                                scan,
                                scan.lower(),
                                scan.backwards()
                                        ? scan.upper()
                                        : scan.upper()
                                                .map(bound -> new Scan.Bound(
                                                        Position.of(
                                                                bound.position().order()),
                                                        bound.inclusive())))),
                scanning("W08", "bounds the wrong way round are an error", scan -> {
                    if (scan.lower().isPresent()
                            && scan.upper().isPresent()
                            && scan.lower()
                                            .get()
                                            .position()
                                            .compareTo(scan.upper().get().position())
                                    > 0) {
                        throw new IllegalArgumentException("bounds");
                    }
                    return scan;
                }),
                Breakage.of("W08", "in one partition the partition of a bound counts", b -> new ForwardingBackend(b) {
                    @Override
                    public Page<Row, Position> scan(SessionName session, Scan scan) {
                        boolean elsewhere = scan.partition().isPresent()
                                && scan.lower()
                                        .map(bound -> !bound.position()
                                                .partition()
                                                .equals(scan.partition().get()))
                                        .orElse(false);
                        return elsewhere ? Page.last(List.of()) : super.scan(session, scan);
                    }
                }));
    }

    private static List<Breakage> sizes() {
        return List.of(
                scanning(
                        "W09",
                        "values come although only keys were asked for",
                        scan -> new Scan(
                                scan.family(),
                                scan.partition(),
                                scan.lower(),
                                scan.upper(),
                                scan.backwards(),
                                scan.limit(),
                                false)),
                Breakage.of("W09", "a page has its rows whatever their size", b -> new ForwardingBackend(b) {
                    @Override
                    public Page<Row, Position> scan(SessionName session, Scan scan) {
                        Page<Row, Position> page = super.scan(session, scan);
                        List<Row> rows = new ArrayList<>(page.items());
                        while (rows.size() < scan.limit() && page.next().isPresent()) {
                            page = super.scan(
                                    session, scan.after(page.next().get()).limit(scan.limit() - rows.size()));
                            rows.addAll(page.items());
                        }
                        return new Page<>(rows, page.next());
                    }
                }),
                filtering(
                        "a row that is bigger than a page is left out",
                        row -> row.value().size() <= Backend.PAGE_BYTES),
                Breakage.of("W09", "a page that ends for its size is the last", b -> new ForwardingBackend(b) {
                    @Override
                    public Page<Row, Position> scan(SessionName session, Scan scan) {
                        Page<Row, Position> page = super.scan(session, scan);
                        return page.items().size() < scan.limit() ? Page.last(page.items()) : page;
                    }
                }),
                filtering(
                        "of the keys the last row is missing",
                        row -> row.value().size() > 0 || !row.key().id().equals("id29")));
    }

    private static List<Breakage> partitions() {
        return List.of(
                partitions(
                        "a partition counts one row too many",
                        items -> items.stream()
                                .map(item -> new Partition(
                                        item.name(), OptionalLong.of(item.rows().orElse(0) + 1)))
                                .toList()),
                Breakage.of("W10", "partitions are in UTF-16 order", b -> new ForwardingBackend(b) {
                    @Override
                    public Page<Partition, String> partitions(
                            SessionName session, Family family, Optional<String> after, int limit) {
                        List<Partition> rest =
                                super.partitions(session, family, Optional.empty(), 10_000).items().stream()
                                        .sorted(Comparator.comparing(Partition::name))
                                        .filter(item -> after.map(
                                                        last -> item.name().compareTo(last) > 0)
                                                .orElse(true))
                                        .toList();
                        List<Partition> page = rest.stream().limit(limit).toList();
                        return rest.size() > limit
                                ? new Page<>(
                                        page, Optional.of(page.get(limit - 1).name()))
                                : Page.last(page);
                    }
                }),
                Breakage.of(
                        "W10", "the listing of partitions begins anew with every page", b -> new ForwardingBackend(b) {
                            @Override
                            public Page<Partition, String> partitions(
                                    SessionName session, Family family, Optional<String> after, int limit) {
                                return super.partitions(session, family, Optional.empty(), limit);
                            }
                        }),
                Breakage.of("W10", "a page of partitions has all of them", b -> new ForwardingBackend(b) {
                    @Override
                    public Page<Partition, String> partitions(
                            SessionName session, Family family, Optional<String> after, int limit) {
                        return super.partitions(session, family, after, 10_000);
                    }
                }),
                Breakage.of("W10", "a partition stays when its last row is gone", KeepsPartitions::new, "W12"));
    }

    private static Breakage sorted(String what, Comparator<Position> order, String... mayAlsoBreak) {
        return Breakage.of("W06", what, backend -> new Sorted(backend, order), mayAlsoBreak);
    }

    /** Pages are changed where rows have an order, so that short listings of keys, which all rules use, stay right. */
    private static Breakage paging(String what, Paging change) {
        return Breakage.of("W07", what, backend -> new ForwardingBackend(backend) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                Page<Row, Position> page = super.scan(session, scan);
                boolean longListing = page.items().stream().anyMatch(row -> row.order() > 1_000_000);
                return longListing ? change.change(scan, page) : page;
            }
        });
    }

    private interface Paging {
        Page<Row, Position> change(Scan scan, Page<Row, Position> page);
    }

    private static Page<Row, Position> next(Page<Row, Position> page, UnaryOperator<Position> change) {
        return new Page<>(page.items(), page.next().map(change));
    }

    private static Breakage scanning(String rule, String what, UnaryOperator<Scan> change, String... mayAlsoBreak) {
        return Breakage.of(
                rule,
                what,
                backend -> new ForwardingBackend(backend) {
                    @Override
                    public Page<Row, Position> scan(SessionName session, Scan scan) {
                        return super.scan(session, change.apply(scan));
                    }
                },
                mayAlsoBreak);
    }

    private static Breakage filtering(String what, Predicate<Row> keep) {
        return Breakage.of("W09", what, backend -> new ForwardingBackend(backend) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                Page<Row, Position> page = super.scan(session, scan);
                return new Page<>(page.items().stream().filter(keep).toList(), page.next());
            }
        });
    }

    private static Breakage partitions(String what, UnaryOperator<List<Partition>> change) {
        return Breakage.of("W10", what, backend -> new ForwardingBackend(backend) {
            @Override
            public Page<Partition, String> partitions(
                    SessionName session, Family family, Optional<String> after, int limit) {
                Page<Partition, String> page = super.partitions(session, family, after, limit);
                return new Page<>(change.apply(page.items()), page.next());
            }
        });
    }

    private static Scan with(Scan scan, Optional<Scan.Bound> lower, Optional<Scan.Bound> upper) {
        return new Scan(scan.family(), scan.partition(), lower, upper, scan.backwards(), scan.limit(), scan.keysOnly());
    }

    private static List<Row> everything(Backend backend, SessionName session, Scan scan) {
        List<Row> rows = new ArrayList<>();
        Scan whole = new Scan(
                scan.family(),
                scan.partition(),
                Optional.empty(),
                Optional.empty(),
                scan.backwards(),
                100_000,
                scan.keysOnly());
        for (Optional<Scan> next = Optional.of(whole); next.isPresent(); ) {
            Page<Row, Position> page = backend.scan(session, next.get());
            rows.addAll(page.items());
            next = page.next().map(next.get()::after);
        }
        return rows;
    }

    private static Page<Row, Position> firstPage(List<Row> rows, int limit) {
        List<Row> page = new ArrayList<>();
        long bytes = 0;
        for (Row row : rows) {
            bytes += row.value().size();
            if (page.size() == limit || (bytes > Backend.PAGE_BYTES && !page.isEmpty())) {
                return new Page<>(page, Optional.of(page.get(page.size() - 1).position()));
            }
            page.add(row);
        }
        return Page.last(page);
    }

    /** Lists in an order of its own. */
    private static final class Sorted extends ForwardingBackend {
        private final Comparator<Position> order;

        Sorted(Backend delegate, Comparator<Position> order) {
            super(delegate);
            this.order = order;
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            Comparator<Row> rows = Comparator.comparing(Row::position, order);
            return firstPage(
                    everything(delegate(), session, scan).stream()
                            .filter(row -> scan.lower()
                                    .map(b -> beside(row, b, scan) > (b.inclusive() ? -1 : 0))
                                    .orElse(true))
                            .filter(row -> scan.upper()
                                    .map(b -> beside(row, b, scan) < (b.inclusive() ? 1 : 0))
                                    .orElse(true))
                            .sorted(scan.backwards() ? rows.reversed() : rows)
                            .toList(),
                    scan.limit());
        }

        private int beside(Row row, Scan.Bound bound, Scan scan) {
            Position at = bound.position();
            return Integer.signum(order.compare(
                    row.position(), new Position(at.order(), scan.partition().orElse(at.partition()), at.id())));
        }
    }

    /** Remembers for each cursor how many rows came before it. */
    private static final class ByOffset extends ForwardingBackend {
        private final Map<Position, Integer> offsets = new ConcurrentHashMap<>();

        ByOffset(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            Optional<Scan.Bound> cursor = scan.backwards() ? scan.upper() : scan.lower();
            Optional<Scan.Bound> other = scan.backwards() ? scan.lower() : scan.upper();
            Optional<Integer> offset = cursor.filter(
                            bound -> !bound.inclusive() && other.isEmpty() && scan.family() == Family.MESSAGE)
                    .map(bound -> offsets.get(bound.position()));
            if (offset.isEmpty() && cursor.isPresent()) {
                return super.scan(session, scan);
            }
            List<Row> all = everything(delegate(), session, scan);
            int from = Math.min(all.size(), offset.orElse(0));
            Page<Row, Position> page = other.isPresent()
                    ? super.scan(session, scan)
                    : firstPage(all.subList(from, all.size()), scan.limit());
            page.next().ifPresent(next -> offsets.put(next, from + page.items().size()));
            return page;
        }
    }

    private static final class NeedsItsRow extends ForwardingBackend {
        NeedsItsRow(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            Optional<Scan.Bound> cursor = scan.backwards() ? scan.upper() : scan.lower();
            boolean gone = cursor.filter(bound -> !bound.inclusive())
                    .map(Scan.Bound::position)
                    .filter(at -> super.get(session, new Key(scan.family(), at.partition(), at.id()))
                            .isEmpty())
                    .isPresent();
            return gone ? Page.last(List.of()) : super.scan(session, scan);
        }
    }

    private static final class AddedTwice extends ForwardingBackend {
        AddedTwice(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            Page<Row, Position> page = super.scan(session, scan);
            List<Row> rows = new ArrayList<>();
            for (Row row : page.items()) {
                rows.add(row);
                if (row.key().id().startsWith("added") && rows.size() < scan.limit()) {
                    rows.add(row);
                }
            }
            return new Page<>(rows.subList(0, Math.min(rows.size(), scan.limit())), page.next());
        }
    }

    private static final class KeepsPartitions extends ForwardingBackend {
        private final Map<Family, List<String>> seen = new ConcurrentHashMap<>();

        KeepsPartitions(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, batch);
            batch.deletes()
                    .forEach(key -> seen.computeIfAbsent(key.family(), f -> new ArrayList<>())
                            .add(key.partition()));
        }

        @Override
        public Page<Partition, String> partitions(
                SessionName session, Family family, Optional<String> after, int limit) {
            Page<Partition, String> page = super.partitions(session, family, after, limit);
            List<Partition> items = new ArrayList<>(page.items());
            seen.getOrDefault(family, List.of()).stream()
                    .filter(name -> page.next().isEmpty() && items.size() < limit)
                    .filter(name -> items.stream().noneMatch(item -> item.name().equals(name)))
                    .forEach(name -> items.add(new Partition(name, OptionalLong.of(0))));
            return new Page<>(items, page.next());
        }
    }
}
