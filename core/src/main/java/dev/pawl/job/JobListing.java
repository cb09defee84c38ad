package dev.pawl.job;

import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists jobs and broadcasts page by page. A cursor is a place in the order, so it stays good when its job moves on. */
final class JobListing {

    /** The most rows that are looked at for one page. */
    private static final int LOOK = 10_000;

    private static final int PAGE = 500;

    private static final Pattern CURSOR = Pattern.compile("1\\.([0-9]{1,16})\\.([A-Za-z0-9_-]*)\\.([A-Za-z0-9_-]*)");

    private final JobRows rows;

    JobListing(JobRows rows) {
        this.rows = rows;
    }

    /** As {@link JobStore#list}. */
    Page<Job, String> jobs(JobFilter filter, Optional<String> after, int limit) {
        requirePage(limit);
        Scan all = Scan.of(Family.JOB);
        boolean one = filter.states().size() == 1 && !filter.states().contains(JobState.QUEUED);
        if (one) {
            all = all.in(filter.states().iterator().next().partition());
        } else if (filter.broadcast().isPresent()
                && filter.states().equals(JobFilter.in(JobState.QUEUED).states())) {
            all = all.in(BroadcastRow.queue(filter.broadcast().get()));
        }
        List<Job> items = new ArrayList<>();
        int looked = 0;
        Optional<Position> from = after.map(JobListing::position);
        while (true) {
            int size = one && filter.broadcast().isEmpty() ? Math.min(PAGE, limit) : PAGE;
            Scan next = from.map(all::after).orElse(all).limit(size);
            Page<Row, Position> page = rows.scan(next);
            for (Row row : page.items()) {
                if (items.size() == limit || looked == LOOK) {
                    return new Page<>(items, from.map(JobListing::text));
                }
                looked++;
                wanted(row, filter).ifPresent(items::add);
                from = Optional.of(row.position());
            }
            if (page.next().isEmpty()) {
                return Page.last(items);
            }
            from = page.next();
        }
    }

    private Optional<Job> wanted(Row row, JobFilter filter) {
        return JobState.of(row.key().partition())
                .filter(filter.states()::contains)
                .map(state -> rows.job(row))
                .filter(job ->
                        filter.broadcast().isEmpty() || filter.broadcast().equals(job.broadcast()));
    }

    /** As {@link JobStore#broadcasts}. */
    Page<BroadcastProgress, String> broadcasts(Optional<String> after, int limit) {
        requirePage(limit);
        Scan all = Scan.of(Family.JOB).in(BroadcastRow.PARTITION).limit(limit);
        Page<Row, Position> page =
                rows.scan(after.map(JobListing::position).map(all::after).orElse(all));
        List<BroadcastProgress> items = new ArrayList<>();
        for (Row row : page.items()) {
            items.add(rows.broadcast(row).progress());
        }
        return new Page<>(items, page.next().map(JobListing::text));
    }

    private static void requirePage(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a page has at least 1 item, not " + limit);
        }
    }

    private static String text(Position position) {
        return "1." + position.order() + "." + encoded(position.partition()) + "." + encoded(position.id());
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Bytes.utf8(text).toArray());
    }

    private static Position position(String text) {
        Matcher parts = CURSOR.matcher(text);
        try {
            if (parts.matches()) {
                return new Position(Long.parseLong(parts.group(1)), decoded(parts.group(2)), decoded(parts.group(3)));
            }
        } catch (IllegalArgumentException | JsonException e) {
            // the text is of the caller; the message below says what there is to say
        }
        throw new IllegalArgumentException("that is no cursor of this version: take one that a page came with");
    }

    private static String decoded(String text) {
        return Bytes.wrap(Base64.getUrlDecoder().decode(text)).utf8();
    }
}
