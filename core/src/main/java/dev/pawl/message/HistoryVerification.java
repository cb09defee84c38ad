package dev.pawl.message;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.RoundDamage;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.JidPair;
import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Reads every row of a history and says what is wrong with it: what cannot be read, what is not of its family's shape,
 * rows that stand where their value does not belong, pairs that lack a half.
 *
 * <p>Changes nothing, takes no lease and works beside a running client. One damaged row hides no other. Of what was read
 * nothing is kept, so that memory grows with the findings only.
 */
public final class HistoryVerification {

    private static final Set<Family> OBJECTS = Set.of(
            Family.MESSAGE, Family.CHAT, Family.CONTACT, Family.GROUP, Family.PRESENCE, Family.LABEL, Family.EXPIRY);

    private static final List<Family> FAMILIES = List.of(
            Family.ALIAS,
            Family.CHAT,
            Family.CONTACT,
            Family.GROUP,
            Family.MESSAGE,
            Family.PRESENCE,
            Family.LABEL,
            Family.EXPIRY,
            Family.SET_ASIDE);

    private static final String EARLY = "early";

    private final MessageRows rows;
    private final LongConsumer progress;
    private final Aliases aliases = new Aliases();
    private final List<HistoryFinding> findings = new ArrayList<>();
    private long done;

    private HistoryVerification(MessageRows rows, LongConsumer progress) {
        this.rows = rows;
        this.progress = progress;
    }

    /**
     * Verifies a history.
     *
     * @param progress gets the number of rows that were read so far, every now and then, on this thread
     * @return what was found; empty when all is well, when there is nothing, and where nothing of it is held
     * @throws dev.pawl.backend.UnavailableException when the storage cannot be read at all; the caller tries again
     */
    public static List<HistoryFinding> run(Backend backend, SessionName session, LongConsumer progress) {
        return new HistoryVerification(new MessageRows(backend, session), progress).run();
    }

    private List<HistoryFinding> run() {
        for (Family family : FAMILIES) {
            if (rows.backend().traits().families().contains(family)) {
                read(Scan.of(family).limit(MessageRows.PAGE));
            }
        }
        if (rows.backend().traits().families().contains(Family.SET_ASIDE)) {
            setAside();
        }
        return List.copyOf(findings);
    }

    private void read(Scan scan) {
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = RoundDamage.scan(rows.backend(), rows.session(), next.get(), this::damaged);
            if (scan.family() == Family.EXPIRY) {
                timers(page.items());
            }
            page.items().forEach(this::check);
            done += page.items().size();
            progress.accept(done);
            next = page.next().map(scan::after);
        }
    }

    private void damaged(CorruptDataException damage) {
        findings.add(new HistoryFinding(true, "damaged", damage.place(), damage.problem()));
    }

    private void check(Row row) {
        JsonValue value;
        try {
            value = JsonValue.parse(row.value());
        } catch (JsonException e) {
            problem(row, "history-decodes", "is not JSON: " + e.getMessage());
            return;
        }
        Family family = row.key().family();
        if (family == Family.ALIAS) {
            pair(row, value);
        } else if (family == Family.SET_ASIDE) {
            boolean fits = row.key().partition().equals(EARLY) ? value instanceof JsonArray : isObject(value);
            require(fits, row, "history-decodes", "is no event that was set aside");
            if (row.key().partition().equals(Aside.DROPPED) && value instanceof JsonObject json) {
                dropped(row, json);
            }
        } else if (OBJECTS.contains(family) && value instanceof JsonObject json) {
            object(row, json);
        } else {
            problem(row, "history-decodes", "is not a JSON object");
        }
    }

    private static boolean isObject(JsonValue value) {
        return value instanceof JsonObject;
    }

    private void object(Row row, JsonObject json) {
        switch (row.key().family()) {
            case MESSAGE -> message(row, json);
            case CHAT -> {
                named(row, json);
                folded(row);
            }
            case CONTACT -> {
                named(row, json);
                folded(row);
            }
            case GROUP -> named(row, json);
            default -> {
                // nothing else is derived from these
            }
        }
    }

    private void message(Row row, JsonObject json) {
        Optional<MessageKey> key = Optional.of(json)
                .filter(message -> ProtoJson.object(message, "key").isPresent())
                .flatMap(HistoryVerification::key);
        Optional<MessageRowId> id = MessageRowId.parse(row.key().id());
        if (key.isEmpty()) {
            problem(row, "message-has-key", "has no key that names it, so nobody can find it");
            return;
        }
        boolean same = id.filter(there -> there.id().equals(key.get().id())
                        && there.fromMe() == key.get().fromMe())
                .isPresent();
        require(same, row, "message-place", "stands in a row of another id or side");
        require(
                aliases.same(row.key().partition(), key.get().chat()),
                row,
                "message-place",
                "stands in another conversation than its key names");
        OptionalLong time = MessageTimes.of(json);
        require(
                time.isEmpty() || Math.min(time.getAsLong(), Row.MAX_ORDER) == row.order(),
                row,
                "message-order",
                "is ordered by another second than its own");
    }

    private static Optional<MessageKey> key(JsonObject message) {
        try {
            return Optional.of(MessageKey.ofMessage(message));
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    private void named(Row row, JsonObject json) {
        boolean same = ProtoJson.text(json, "id")
                .filter(id -> aliases.same(id, row.key().id()))
                .isPresent();
        if (!same) {
            warning(row, "history-id", "has another id than its row");
        }
    }

    private void folded(Row row) {
        String id = row.key().id();
        if (!aliases.canonical(id).equals(id)) {
            warning(row, "history-folded", "stands under the phone number though the LID is known");
        }
    }

    /** Both halves of a pair name each other. */
    private void pair(Row row, JsonValue value) {
        if (!(value instanceof JsonString other)) {
            problem(row, "history-decodes", "is not JSON text");
            return;
        }
        if (MergingMarks.isMark(row.key()) || SecondAuthors.isMark(row.key())) {
            return;
        }
        boolean ofLid = row.key().partition().equals("lid");
        Key half = new Key(Family.ALIAS, ofLid ? "pn" : "lid", other.value());
        boolean back = rows.get(half)
                .map(Row::value)
                .filter(text -> text.utf8().equals(new JsonString(row.key().id()).toText()))
                .isPresent();
        require(back, row, "pair-has-halves", "has no other half that names it");
        if (back && ofLid) {
            aliases.learn(new JidPair(row.key().id(), other.value()));
        }
    }

    /** A timer without a message does no harm; pruning takes it away. */
    private void timers(List<Row> timers) {
        List<Key> places = new ArrayList<>();
        timers.forEach(timer -> places.addAll(places(timer)));
        Map<Key, Row> found = rows.get(places);
        for (Row timer : timers) {
            if (places(timer).stream().noneMatch(found::containsKey)) {
                warning(timer, "timer-has-message", "is the timer of a message that is not there");
            }
        }
    }

    private List<Key> places(Row timer) {
        String id = timer.key().id();
        int bar = id.indexOf('|');
        List<Key> places = new ArrayList<>();
        if (bar > 0) {
            for (String address : aliases.addresses(id.substring(0, bar))) {
                places.add(new Key(Family.MESSAGE, address, id.substring(bar + 1)));
            }
        }
        return places;
    }

    /** What could not be applied is shown until somebody has looked at it. */
    private void setAside() {
        for (Partition reason : rows.sizedPartitions(Family.SET_ASIDE)) {
            if (!reason.name().equals(EARLY) && !reason.name().equals(Aside.DROPPED)) {
                long count = rows.size(Family.SET_ASIDE, reason);
                findings.add(new HistoryFinding(
                        false,
                        "set-aside",
                        rows.place(new Key(Family.SET_ASIDE, reason.name(), "")),
                        count + (count == 1 ? " event" : " events") + " could not be applied: " + reason.name()));
            }
        }
    }

    /** What was not even kept is shown for ever. */
    private void dropped(Row row, JsonObject json) {
        long count = Aside.dropped(Optional.of(json));
        String reason = row.key().id();
        warning(
                row,
                "dropped",
                reason.equals(EARLY)
                        ? "parts of " + count + (count == 1 ? " message" : " messages")
                                + " that never came were dropped"
                        : count + (count == 1 ? " event" : " events")
                                + " that could not be applied had no room and were dropped: " + reason);
    }

    private void require(boolean fine, Row row, String rule, String otherwise) {
        if (!fine) {
            problem(row, rule, otherwise);
        }
    }

    private void problem(Row row, String rule, String text) {
        findings.add(new HistoryFinding(true, rule, rows.place(row.key()), text));
    }

    private void warning(Row row, String rule, String text) {
        findings.add(new HistoryFinding(false, rule, rows.place(row.key()), text));
    }
}
