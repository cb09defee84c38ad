package dev.pawl.message;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.event.InvalidEventException;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the rows of one session's history from its backend, always afresh: nothing is cached.
 *
 * <p>What is no JSON, or not of the shape its family has, is a {@link CorruptDataException} naming the place of the
 * row, never a row less.
 *
 * @param backend where they stand
 * @param session whose they are
 */
record MessageRows(Backend backend, SessionName session) {

    /** How many rows a walk reads at once. */
    static final int PAGE = 1000;

    /** Those rows that exist. More than the backend reads at once takes several reads. */
    Map<Key, Row> get(Collection<Key> keys) {
        int most = backend.traits().limits().reads();
        if (keys.size() <= most) {
            return keys.isEmpty() ? Map.of() : backend.get(session, keys);
        }
        List<Key> all = List.copyOf(keys);
        Map<Key, Row> found = new HashMap<>();
        for (int from = 0; from < all.size(); from += Math.min(most, all.size() - from)) {
            found.putAll(backend.get(session, all.subList(from, from + Math.min(most, all.size() - from))));
        }
        return found;
    }

    /** One row. */
    Optional<Row> get(Key key) {
        return backend.get(session, key);
    }

    /** One page of rows in their order. */
    Page<Row, Position> scan(Scan scan) {
        return backend.scan(session, scan);
    }

    /** Hands on every row of a scan, page by page; the limit of the scan is the size of a page. */
    void walk(Scan scan, Consumer<Row> each) {
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = backend.scan(session, next.get());
            page.items().forEach(each);
            next = page.next().map(scan::after);
        }
    }

    /** The names of the partitions of a family that hold rows, by their bytes. */
    List<String> partitions(Family family) {
        List<String> names = new ArrayList<>();
        sizedPartitions(family).forEach(partition -> names.add(partition.name()));
        return List.copyOf(names);
    }

    /** The partitions of a family that hold rows, by the bytes of their names, with their sizes where they are known. */
    List<Partition> sizedPartitions(Family family) {
        List<Partition> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<Partition, String> page = backend.partitions(session, family, after, PAGE);
            all.addAll(page.items());
            after = page.next();
        } while (after.isPresent());
        return List.copyOf(all);
    }

    /** How many rows a partition holds; where the backend does not say, they are counted. */
    long size(Family family, Partition partition) {
        return partition.rows().orElseGet(() -> {
            long[] count = {0};
            Scan keys = Scan.of(family).in(partition.name()).limit(PAGE).withoutValues();
            walk(keys, row -> count[0]++);
            return count[0];
        });
    }

    /** The value of a row that holds an object, as all but those of {@link Family#ALIAS} do. */
    JsonObject object(Row row) {
        if (value(row) instanceof JsonObject object) {
            return object;
        }
        throw damaged(row.key(), "not a JSON object");
    }

    /** The value of a row that holds text, as those of {@link Family#ALIAS} do. */
    String text(Row row) {
        if (value(row) instanceof JsonString text) {
            return text.value();
        }
        throw damaged(row.key(), "not JSON text");
    }

    /** The message of a row of {@link Family#MESSAGE}. */
    WaMessage message(Row row) {
        try {
            return WaMessage.stored(row);
        } catch (JsonException e) {
            throw damaged(row.key(), String.valueOf(e.getMessage()));
        } catch (InvalidEventException e) {
            throw damaged(row.key(), "not a message: " + e.getMessage());
        }
    }

    /** The value of a row. */
    JsonValue value(Row row) {
        try {
            return JsonValue.parse(row.value());
        } catch (JsonException e) {
            throw damaged(row.key(), String.valueOf(e.getMessage()));
        }
    }

    /** Where a row stands, for people. */
    String place(Key key) {
        return backend.locate(session, key);
    }

    /** Says that what stands in a row is not what its family has, without any of its content. */
    CorruptDataException damaged(Key key, String problem) {
        return new CorruptDataException(key, place(key), problem);
    }
}
