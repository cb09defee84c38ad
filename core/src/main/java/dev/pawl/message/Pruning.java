package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Removes messages in bounded steps: those that are no longer to be kept, or all of a conversation.
 *
 * <p>Each step looks and removes while nobody else writes. A crash in between leaves steps undone, and no step half.
 * What goes is found by the order of rows: messages that stay are not read, but for the keys of as many as a chat keeps
 * and, by their age, those that have no time, which an owner reads once ({@link AgeHorizon}).
 *
 * <p><b>Thread-safety.</b> None: it belongs to one removal.
 */
final class Pruning {

    /** Runs the steps that count and do not remove. */
    static final Steps DRY_RUN = step -> Objects.requireNonNull(step.get(), "what goes");

    /** How many messages one step looks at. */
    private static final int STEP = 500;

    /** Commits what one step found, while nobody else writes. */
    interface Steps {

        /**
         * Takes the turn of writing, asks the step for the rows that go, and removes them in one commit; an empty list
         * is no commit. Rows that go need not exist.
         */
        void remove(Supplier<List<Key>> step);
    }

    private final MessageRows rows;
    private final Aliases aliases;
    private final Instant now;
    private final Steps steps;
    private final MessageTraces traces;
    private long from;

    /** Of each conversation that has more messages than stay by their number: the oldest that stays. */
    private final Map<String, PageCursor> oldestKept = new HashMap<>();

    /**
     * @param aliases who is who
     * @param now the time that ages are measured at
     * @param steps how each step is committed, or {@link #DRY_RUN}
     */
    Pruning(MessageRows rows, Aliases aliases, Instant now, Steps steps) {
        this.rows = rows;
        this.aliases = aliases;
        this.now = now;
        this.steps = steps;
        this.traces = new MessageTraces(rows, aliases);
    }

    /** Has no message looked at for its age that is ordered before this second. */
    Pruning lookingFrom(long second) {
        from = second;
        return this;
    }

    /** The first second of which messages are not old enough to go; empty when age does not matter. */
    OptionalLong cutoff(Retention retention) {
        return retention.olderThan().map(this::cutoff).orElse(OptionalLong.empty());
    }

    /**
     * Removes what a retention does not keep. Each of its rules is about what there is when this begins: a message that
     * goes by one of them counts among the newest of another.
     *
     * @return how many messages went, or would go
     */
    long prune(Retention retention) {
        Set<String> chats = new LinkedHashSet<>();
        retention.chats().forEach(chat -> chats.add(aliases.canonical(chat)));
        OptionalLong cutoff = cutoff(retention);
        long gone = 0;
        if (retention.newest().isPresent()) {
            int newest = retention.newest().getAsInt();
            for (String chat : chats.isEmpty() ? chatsWithMoreThan(newest) : chats) {
                gone += allBut(newest, chat);
            }
        }
        if (cutoff.isPresent()) {
            gone += olderThan(cutoff.getAsLong(), chats);
        }
        if (retention.disappeared()) {
            gone += disappeared(cutoff, chats);
        }
        return gone;
    }

    /**
     * Removes all messages of a conversation.
     *
     * @return how many there were
     */
    long empty(String chat) {
        return remove(conversation(chat), keys(), row -> true);
    }

    /** The rows of all labels on messages of a conversation. Some of them need not exist any more. */
    List<Key> labelsIn(String chat) {
        return traces.labelsIn(chat);
    }

    /** The first second of which messages are not old enough to go. */
    private OptionalLong cutoff(Duration age) {
        if (age.compareTo(Duration.between(Instant.EPOCH, now)) >= 0) {
            // Farther back than any message, and than an Instant may reach.
            return OptionalLong.of(0);
        }
        Instant end = now.minus(age);
        long second = end.getNano() == 0 ? end.getEpochSecond() : end.getEpochSecond() + 1;
        return OptionalLong.of(second);
    }

    /** Conversations with more messages than that, as far as the backend knows; canonical addresses. */
    private Collection<String> chatsWithMoreThan(int newest) {
        Map<String, Long> sizes = new HashMap<>();
        for (Partition partition : rows.sizedPartitions(Family.MESSAGE)) {
            long size = partition.rows().orElse(Integer.MAX_VALUE);
            sizes.merge(aliases.canonical(partition.name()), size, Long::sum);
        }
        sizes.values().removeIf(size -> size <= newest);
        return sizes.keySet();
    }

    private long allBut(int newest, String chat) {
        MergedScan conversation = conversation(chat);
        Scan goes = keys();
        if (newest > 0) {
            List<Row> kept = conversation.take(keys().descending(), newest);
            if (kept.size() < newest) {
                return 0;
            }
            Position oldest = kept.get(newest - 1).position();
            oldestKept.put(chat, PageCursor.at(oldest));
            goes = goes.before(oldest);
        } else {
            oldestKept.put(chat, new PageCursor(Long.MAX_VALUE, ""));
        }
        return remove(conversation, goes, row -> true);
    }

    private long olderThan(long cutoff, Set<String> chats) {
        if (from >= cutoff) {
            return 0;
        }
        Scan old = Scan.of(Family.MESSAGE)
                .from(Position.of(from))
                .before(Position.of(cutoff))
                .limit(STEP);
        Predicate<Row> goes = row -> MessageTimes.of(rows.object(row)).isPresent() && !goesByNumber(row);
        if (!chats.isEmpty()) {
            long gone = 0;
            for (String chat : chats) {
                gone += remove(conversation(chat), old, goes);
            }
            return gone;
        }
        return remove(rows::scan, old, row -> goes.test(row) && !isCountedElsewhere(row, cutoff));
    }

    /** Whether the message also stands under the canonical address and goes there: it counts once. */
    private boolean isCountedElsewhere(Row row, long cutoff) {
        Key key = row.key();
        String canonical = aliases.canonical(key.partition());
        return !canonical.equals(key.partition())
                && rows.get(new Key(Family.MESSAGE, canonical, key.id()))
                        .filter(twin -> twin.order() < cutoff)
                        .isPresent();
    }

    /** Whether a message goes because its conversation has enough newer ones. */
    private boolean goesByNumber(Row row) {
        PageCursor oldest = oldestKept.get(aliases.canonical(row.key().partition()));
        return oldest != null && MergedScan.OLDEST_FIRST.compare(PageCursor.at(row.position()), oldest) < 0;
    }

    /**
     * Removes the messages whose own timer ran out, and the rows of timers whose message is gone.
     *
     * @param cutoff as {@link #olderThan} has it, when messages go by their age too: those are counted there
     */
    private long disappeared(OptionalLong cutoff, Set<String> chats) {
        Scan due = Scan.of(Family.EXPIRY)
                .before(Position.of(now.getEpochSecond() + 1))
                .limit(STEP)
                .withoutValues();
        Map<Key, Row> messages = new HashMap<>();
        Set<Key> counted = new HashSet<>();
        Function<Scan, Page<Row, Position>> reading = scan -> {
            Page<Row, Position> page = rows.scan(scan);
            Set<Key> places = new LinkedHashSet<>();
            page.items().forEach(timer -> places.addAll(places(timer)));
            messages.clear();
            messages.putAll(rows.get(places));
            return page;
        };
        return new Walk(reading, due, (timer, gone) -> {
                    List<Key> places = places(timer);
                    if (places.isEmpty()
                            || !(chats.isEmpty() || chats.contains(places.get(0).partition()))) {
                        return false;
                    }
                    Optional<Row> message = places.stream()
                            .filter(messages::containsKey)
                            .map(messages::get)
                            .findFirst();
                    if (message.isEmpty()) {
                        gone.add(timer.key());
                        return false;
                    }
                    if (rows.message(message.get())
                            .expiry()
                            .filter(end -> !end.isAfter(now))
                            .isEmpty()) {
                        return false;
                    }
                    gone.addAll(traces.of(places.get(0)));
                    return (places.size() == 1 || counted.add(places.get(0)))
                            && !goesByNumber(message.get())
                            && !isOlder(message.get(), cutoff);
                })
                .run();
    }

    /** Where the message of a timer may stand, the canonical place first; nowhere when the row names none. */
    private List<Key> places(Row timer) {
        String id = timer.key().id();
        int bar = id.indexOf('|');
        List<Key> places = new ArrayList<>();
        if (bar > 0) {
            for (String address : MergedScan.addresses(aliases, id.substring(0, bar))) {
                places.add(new Key(Family.MESSAGE, address, id.substring(bar + 1)));
            }
        }
        return places;
    }

    private boolean isOlder(Row message, OptionalLong cutoff) {
        OptionalLong time = cutoff.isPresent() ? MessageTimes.of(rows.object(message)) : OptionalLong.empty();
        return time.isPresent() && time.getAsLong() < cutoff.getAsLong();
    }

    private MergedScan conversation(String chat) {
        return MergedScan.of(rows, aliases, chat);
    }

    private static Scan keys() {
        return Scan.of(Family.MESSAGE).limit(STEP).withoutValues();
    }

    private long remove(MergedScan conversation, Scan part, Predicate<Row> goes) {
        return remove(
                scan -> {
                    Page<Row, PageCursor> page = conversation.page(scan);
                    return new Page<>(page.items(), page.next().map(place -> place.position("")));
                },
                part,
                goes);
    }

    private long remove(Function<Scan, Page<Row, Position>> reading, Scan part, Predicate<Row> goes) {
        return new Walk(reading, part, (row, gone) -> goes.test(row) && gone.addAll(traces.of(row.key()))).run();
    }

    /** What a step does with a row. */
    private interface Judgement {

        /**
         * Adds what goes because of a row.
         *
         * @return whether that is a message that was not counted yet
         */
        boolean judge(Row row, Set<Key> gone);
    }

    /** Goes from place to place, a page each step. */
    private final class Walk implements Supplier<List<Key>> {

        private final Function<Scan, Page<Row, Position>> reading;
        private final Scan part;
        private final Judgement judgement;
        private final int most = rows.backend().traits().limits().rows() / 2;
        private Optional<Scan> next;
        private long messages;

        Walk(Function<Scan, Page<Row, Position>> reading, Scan part, Judgement judgement) {
            this.reading = reading;
            this.part = part;
            this.judgement = judgement;
            this.next = Optional.of(part);
        }

        /** How many messages went. */
        long run() {
            while (next.isPresent()) {
                steps.remove(this);
            }
            return messages;
        }

        @Override
        public List<Key> get() {
            Page<Row, Position> page = reading.apply(next.orElseThrow());
            Set<Key> gone = new LinkedHashSet<>();
            for (Row row : page.items()) {
                messages += judgement.judge(row, gone) ? 1 : 0;
                if (gone.size() > most) {
                    next = Optional.of(part.after(row.position()));
                    return List.copyOf(gone);
                }
            }
            next = page.next().map(part::after);
            return List.copyOf(gone);
        }
    }
}
