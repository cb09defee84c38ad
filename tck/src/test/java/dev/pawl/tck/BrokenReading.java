package dev.pawl.tck;

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
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Backends on which a history cannot be read as it should be. */
final class BrokenReading {

    private static final String LID = MessageReadingFixture.LID;

    private BrokenReading() {}

    static List<StoreBreakage> all() {
        return List.of(
                scanning(
                        "H01", "does not look at the chat", scan -> of(scan, Family.MESSAGE) ? everywhere(scan) : scan),
                scanning("H02", "goes on behind the whole second", BrokenReading::behindTheSecond),
                paging("H03", "does not say that there is more", page -> Page.last(page.items())),
                scanning("H04", "takes in the second that is the end", BrokenReading::withTheEnd),
                scanning("H05", "always begins at the oldest", scan -> scan.backwards() ? scan : without(scan, true)),
                scanning("H06", "begins anew where a cursor's row is gone", BrokenReading::anewAtNothing),
                hiding(
                        "H07",
                        "forgets the other address",
                        row -> row.key().partition().equals(LID)),
                getting("H08", "does not find the other copy", row -> row.key().family() == Family.MESSAGE),
                paging(
                        "H09",
                        "loses a row of each page",
                        page -> new Page<>(
                                page.items()
                                        .subList(
                                                Math.min(1, page.items().size()),
                                                page.items().size()),
                                page.next())),
                paging("H10", "cuts a page and calls it the last", BrokenReading::cut),
                hiding("H11", "hides what is damaged", row -> row.value().utf8().contains("hidden")),
                getting("H12", "finds nothing of ours", row -> row.key().id().endsWith("|1")),
                getting(
                        "H13",
                        "knows the first author only",
                        row -> row.key().id().contains("|0|")),
                getting(
                        "H14",
                        "finds nothing under the LID",
                        row -> row.key().partition().equals(LID)),
                hiding(
                        "H15",
                        "does not read half of them",
                        row -> row.key().partition().equals(LID)),
                getting(
                        "H16",
                        "finds no edited message",
                        row -> row.value().utf8().contains("original")),
                scanning("H17", "lists the oldest chat first", scan -> of(scan, Family.CHAT) ? ascending(scan) : scan),
                hiding("H18", "hides the archive", row -> row.value().utf8().contains("\"archived\":false")),
                getting("H19", "finds no chat", row -> row.key().family() == Family.CHAT),
                hiding(
                        "H20",
                        "lists no LIDs",
                        row -> row.key().family() == Family.CONTACT
                                && row.key().id().endsWith("@lid")),
                scanning("H21", "never forgets", scan -> of(scan, Family.PRESENCE) ? without(scan, true) : scan),
                counting("H22", "counts one too many"),
                scanning(
                        "H23",
                        "lists the oldest message first",
                        scan -> of(scan, Family.MESSAGE) ? ascending(scan) : scan),
                changing(
                        "H24",
                        "mends what it does not understand",
                        row -> row.value().utf8().equals("[1]")
                                ? new Row(row.key(), row.order(), Bytes.utf8("{}"), row.facets())
                                : row),
                deleting("H26", "removes no message", BrokenReading::noMessages),
                deleting("H27", "removes no message", BrokenReading::noMessages),
                deleting("H28", "removes no message", BrokenReading::noMessages),
                deleting("H29", "removes some", keys -> keys.subList(0, Math.min(keys.size(), 100))),
                hiding("H30", "hides messages", row -> row.key().family() == Family.MESSAGE));
    }

    private static List<Key> noMessages(List<Key> keys) {
        return keys.stream().filter(key -> key.family() != Family.MESSAGE).toList();
    }

    private static boolean of(Scan scan, Family family) {
        return scan.family() == family;
    }

    private static Scan everywhere(Scan scan) {
        return new Scan(
                scan.family(),
                Optional.empty(),
                scan.lower(),
                scan.upper(),
                scan.backwards(),
                scan.limit(),
                scan.keysOnly());
    }

    private static Scan ascending(Scan scan) {
        return new Scan(
                scan.family(),
                scan.partition(),
                scan.upper(),
                scan.lower(),
                !scan.backwards(),
                scan.limit(),
                scan.keysOnly());
    }

    private static Scan without(Scan scan, boolean lower) {
        return new Scan(
                scan.family(),
                scan.partition(),
                lower ? Optional.empty() : scan.lower(),
                scan.upper(),
                scan.backwards(),
                scan.limit(),
                scan.keysOnly());
    }

    private static Scan behindTheSecond(Scan scan) {
        Optional<Scan.Bound> upper = scan.upper()
                .map(bound -> new Scan.Bound(new Position(bound.position().order(), "", ""), false));
        return scan.backwards()
                ? new Scan(scan.family(), scan.partition(), scan.lower(), upper, true, scan.limit(), scan.keysOnly())
                : scan;
    }

    private static Scan withTheEnd(Scan scan) {
        Optional<Scan.Bound> upper = scan.upper()
                .map(bound -> bound.position().id().isEmpty()
                        ? new Scan.Bound(new Position(bound.position().order() + 1, "", ""), false)
                        : bound);
        return new Scan(
                scan.family(), scan.partition(), scan.lower(), upper, scan.backwards(), scan.limit(), scan.keysOnly());
    }

    private static Scan anewAtNothing(Scan scan) {
        boolean nothing = scan.upper()
                .filter(bound -> bound.position().order() < MessageReadingFixture.EPOCH)
                .isPresent();
        return nothing
                ? new Scan(
                        scan.family(),
                        scan.partition(),
                        scan.lower(),
                        Optional.empty(),
                        scan.backwards(),
                        scan.limit(),
                        scan.keysOnly())
                : scan;
    }

    private static Page<Row, Position> cut(Page<Row, Position> page) {
        long bytes = page.items().stream().mapToLong(row -> row.value().size()).sum();
        return bytes > 2 << 20 ? Page.last(page.items()) : page;
    }

    static StoreBreakage scanning(String rule, String what, UnaryOperator<Scan> change) {
        return StoreBreakage.wrapping(rule, what, b -> new ForwardingBackend(b) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                return super.scan(session, change.apply(scan));
            }
        });
    }

    static StoreBreakage paging(String rule, String what, Function<Page<Row, Position>, Page<Row, Position>> change) {
        return StoreBreakage.wrapping(rule, what, b -> new ForwardingBackend(b) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                return change.apply(super.scan(session, scan));
            }
        });
    }

    /** Leaves rows out of listings. */
    static StoreBreakage hiding(String rule, String what, Predicate<Row> hidden) {
        return paging(rule, what, page -> {
            List<Row> left = new ArrayList<>(page.items());
            left.removeIf(hidden);
            return new Page<>(left, page.next());
        });
    }

    /** Does not find rows by their keys. */
    private static StoreBreakage getting(String rule, String what, Predicate<Row> hidden) {
        return StoreBreakage.reading(rule, what, hidden);
    }

    private static StoreBreakage changing(String rule, String what, UnaryOperator<Row> change) {
        return StoreBreakage.wrapping(rule, what, b -> new ForwardingBackend(b) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                Page<Row, Position> page = super.scan(session, scan);
                return new Page<>(page.items().stream().map(change).toList(), page.next());
            }

            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                Map<Key, Row> found = new HashMap<>(super.get(session, keys));
                found.replaceAll((key, row) -> change.apply(row));
                return found;
            }
        });
    }

    private static StoreBreakage counting(String rule, String what) {
        return StoreBreakage.wrapping(rule, what, b -> new ForwardingBackend(b) {
            @Override
            public Page<Partition, String> partitions(
                    SessionName session, Family family, Optional<String> after, int limit) {
                Page<Partition, String> page = super.partitions(session, family, after, limit);
                return new Page<>(
                        page.items().stream()
                                .map(one -> new Partition(
                                        one.name(), OptionalLong.of(one.rows().orElse(0) + 1)))
                                .toList(),
                        page.next());
            }
        });
    }

    /** Commits other deletions than it is told. */
    static StoreBreakage deleting(String rule, String what, UnaryOperator<List<Key>> change) {
        return StoreBreakage.committing(
                rule, what, batch -> new Batch(batch.checks(), batch.puts(), change.apply(batch.deletes())));
    }
}
