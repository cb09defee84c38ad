package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.GroupQueue;
import dev.pawl.backend.GroupQueue.Member;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Commits, one after another in a session, whoever makes them: in this process by a lock, so that those who wait need no
 * connection, and beyond it by a lock in the server, which ends with the transaction.
 *
 * <p><b>Doubt.</b> When the connection goes before the answer comes, nobody knows whether the commit was applied, and it may
 * even be applied later. A commit that checks a lease leaves a number in the row of that lease, and is not applied when
 * it finds a higher one. So another connection finds the number there, under a lock of the row, or puts a higher one in
 * its place: then the commit is applied for good or never will be, and in that case it is sent again. Even numbers are
 * those of commits, odd ones end a doubt, and negative ones were left before the value of the row was replaced.
 *
 * <p><b>Groups.</b> Commits of the usual kind that are under way at the same time in several sessions go over together, in
 * a transaction of {@link GroupStatement}. Whatever keeps one from being applied there, it is tried again on its own, and
 * then it is told what that was.
 */
final class PostgresWriter {

    private static final int ATTEMPTS = 5;

    /** The most commits of one transaction. */
    private static final int GROUP = 64;

    private final PostgresConnections connections;
    private final PostgresFailures failures;
    private final Dialect dialect;
    private final BooleanSupplier search;
    private final UUID writer = UUID.randomUUID();
    private final AtomicLong numbers = new AtomicLong();

    /** Stays as small as the number of sessions that were ever written. */
    private final ConcurrentMap<SessionName, ReentrantLock> turns = new ConcurrentHashMap<>();

    /** One for all sessions: two, with half as many commits in a group, got less done. */
    private final GroupQueue<SharedCommit> group;

    /** Whether commits go over together: tables of others have one session. */
    private final boolean shares;

    /** Whether a group has to say that it is a transaction: something between here and there does not leave it one. */
    private volatile boolean groupsBegin;

    /**
     * Writes on these connections.
     *
     * @param search whether there is an index of words to leave messages for
     */
    PostgresWriter(
            PostgresConnections connections, PostgresFailures failures, Dialect dialect, BooleanSupplier search) {
        this.search = search;
        this.connections = connections;
        this.failures = failures;
        this.dialect = dialect;
        this.shares = dialect == PostgresDialect.INSTANCE;
        this.group = new GroupQueue<>(
                GROUP, this::write, () -> failures.inDoubt(new SQLException("a group of commits was not finished")));
    }

    /** What is known of a commit whose answer did not come. */
    private enum Fate {
        APPLIED,
        NEVER,
        UNKNOWN
    }

    /**
     * What came of a commit in a group.
     *
     * @param applied whether it is there; else it never will be
     * @param end when to stop waiting from now on
     * @param doubted whether that was put off already, as it is once when the connection went
     */
    private record Joined(boolean applied, long end, boolean doubted) {}

    /** Puts together what is sent. */
    @FunctionalInterface
    private interface Attempt {
        CommitStatement with(Optional<CommitStatement.Mark> mark, long lockMillis, boolean asJson);
    }

    /**
     * Applies a batch.
     *
     * @param end when to stop waiting; a commit whose connection went gets as long again, once, to find out
     */
    void commit(SessionName session, Batch batch, long end) {
        Set<Key> written = new HashSet<>(batch.deletes());
        batch.puts().forEach(row -> written.add(row.key()));
        Optional<Check> lease = lease(batch.checks(), written);
        apply(
                session,
                batch.checks(),
                lease,
                shares && lease.isPresent() && SharedCommit.suits(batch) ? Optional.of(batch) : Optional.empty(),
                end,
                (mark, lockMillis, asJson) ->
                        CommitStatement.of(dialect, session, batch, mark, lockMillis, asJson, search.getAsBoolean()));
    }

    /**
     * Removes some rows of a table.
     *
     * @return how many; empty when it is not known, although they are removed
     */
    Optional<Integer> eraseSome(SessionName session, Home home, List<Check> checks, int most) {
        Optional<Check> lease = lease(checks, Set.of());
        return apply(
                        session,
                        checks,
                        lease,
                        Optional.empty(),
                        connections.deadline(),
                        (mark, lockMillis, asJson) ->
                                CommitStatement.erasing(dialect, session, checks, mark, lockMillis, home, most))
                .map(CommitStatement.Outcome::removed);
    }

    /** The lease that tells what became of a commit: it is checked, and not changed at the same time. */
    private static Optional<Check> lease(List<Check> checks, Set<Key> written) {
        return checks.stream()
                .filter(check -> check.key().family() == Family.LEASE
                        && check.expected().isPresent()
                        && !written.contains(check.key()))
                .findFirst();
    }

    private Optional<CommitStatement.Outcome> apply(
            SessionName session,
            List<Check> checks,
            Optional<Check> lease,
            Optional<Batch> shared,
            long end,
            Attempt statement) {
        ReentrantLock turn = turns.computeIfAbsent(session, name -> new ReentrantLock());
        awaitTurn(turn, end);
        try {
            Joined joined = shared.isPresent() && lease.isPresent()
                    ? join(session, shared.get(), lease.get(), end)
                    : new Joined(false, end, false);
            if (joined.applied()) {
                return Optional.empty();
            }
            Optional<CommitStatement.Outcome> outcome = attempt(session, lease, joined, statement);
            outcome.ifPresent(known -> known.failed().ifPresent(number -> {
                if (number < 0) {
                    throw new IllegalStateException("a commit was given up that still goes on");
                }
                Check failed = checks.get(number);
                throw new ConflictException(failed.key(), failed.key() + " is not as expected");
            }));
            return outcome;
        } finally {
            turn.unlock();
        }
    }

    /** A caller that is interrupted waits on, and stays interrupted. */
    private void awaitTurn(ReentrantLock turn, long end) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (turn.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        return;
                    }
                    throw failures.noTurn("the same session");
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Tries to apply it together with those of other sessions.
     *
     * @throws UnavailableException when commits of other sessions that came before do not come to an end
     */
    private Joined join(SessionName session, Batch batch, Check lease, long end) {
        SharedCommit commit = new SharedCommit(session, batch, lease, numbers.addAndGet(2), end);
        if (!group.submit(commit, end)) {
            throw failures.noTurn("other sessions");
        }
        Optional<SQLException> failure = commit.failure().filter(PostgresFailures::mayBeApplied);
        if (failure.isEmpty()) {
            return new Joined(commit.applied(), end, false);
        }
        long last = connections.deadline();
        return switch (settle(session, lease, commit.number(), last)) {
            case APPLIED -> new Joined(true, last, true);
            case NEVER -> new Joined(false, last, true);
            case UNKNOWN -> throw failures.inDoubt(failure.get());
        };
    }

    /** Has the turn in a group. Never throws: each of them finds out for itself what became of its own. */
    private void write(List<Member<SharedCommit>> members) {
        List<SharedCommit> commits = members.stream().map(Member::change).toList();
        try {
            GroupStatement statement = new GroupStatement(commits, writer, search.getAsBoolean());
            // Those who came meanwhile have the other half to go on without a server, or a way to it, that says
            // nothing.
            connections.writeSoon(
                    connection -> {
                        boolean together = statement.run(connection, groupsBegin);
                        if (!together) {
                            groupsBegin = true;
                        }
                        return together;
                    },
                    // Of the one who came first.
                    commits.get(0).end(),
                    connections.patience() / 2);
        } catch (SQLException e) {
            if (PostgresFailures.isOfConnection(e) || PostgresFailures.isOfStandby(e)) {
                connections.renew();
            }
            commits.forEach(commit -> commit.fail(e));
        } catch (RuntimeException | Error e) {
            members.forEach(member -> member.fail(e));
        }
        members.forEach(Member::succeed);
    }

    /** Empty when it was applied and there was no answer. */
    private Optional<CommitStatement.Outcome> attempt(
            SessionName session, Optional<Check> lease, Joined before, Attempt statement) {
        boolean asJson = true;
        boolean doubted = before.doubted();
        long end = before.end();
        for (int attempt = 1; ; attempt++) {
            long number = numbers.addAndGet(2);
            boolean json = asJson;
            Optional<CommitStatement.Mark> mark =
                    lease.map(check -> new CommitStatement.Mark(check.key(), writer, number));
            CommitStatement sent = statement.with(mark, PostgresConnections.millisUntil(end), json);
            try {
                return Optional.of(connections.write(sent::run, end));
            } catch (SQLException e) {
                if (PostgresFailures.isOfConnection(e) || PostgresFailures.isOfStandby(e)) {
                    connections.renew();
                }
                if (PostgresFailures.isOfText(e) && asJson) {
                    // Some JSON of ours is too much for the server's: its text is kept all the same.
                    asJson = false;
                } else if (PostgresFailures.mayBeApplied(e)) {
                    end = doubted ? end : connections.deadline();
                    doubted = true;
                    long last = end;
                    switch (lease.map(check -> settle(session, check, number, last))
                            .orElse(Fate.UNKNOWN)) {
                        case APPLIED -> {
                            return Optional.empty();
                        }
                        case UNKNOWN -> throw failures.inDoubt(e);
                        case NEVER -> {
                            if (attempt == ATTEMPTS) {
                                throw failures.notApplied(e);
                            }
                        }
                    }
                } else if (attempt == ATTEMPTS || !PostgresFailures.isOfOthers(e)) {
                    throw failures.notApplied(e);
                }
            }
        }
    }

    /**
     * Finds out what became of a commit, and sees to it that nothing becomes of it later. Whatever keeps it from that says
     * nothing of the commit, which stays in doubt.
     */
    private Fate settle(SessionName session, Check lease, long number, long end) {
        do {
            try {
                return connections.writeSoon(
                        connection -> settle(connection, session, lease, number, end), end, connections.patience());
            } catch (SQLException e) {
                if (e instanceof PostgresConnections.NoConnection || !PostgresFailures.isOfConnection(e)) {
                    return Fate.UNKNOWN;
                }
                connections.renew();
                Pause.brief();
            } catch (RuntimeException e) {
                return Fate.UNKNOWN;
            }
        } while (System.nanoTime() - end < 0);
        return Fate.UNKNOWN;
    }

    private Fate settle(SqlConnection connection, SessionName session, Check lease, long number, long end)
            throws SQLException {
        Home leases = CommitStatement.leases(dialect);
        String id = dialect.toColumn(lease.key().id());
        long lockMillis = PostgresConnections.millisUntil(end);
        connection.runOnce(SessionLock.begin(lockMillis));
        PreparedStatement lock = connection.prepare("SELECT " + SessionLock.TAKE);
        lock.setString(1, Long.toString(lockMillis));
        lock.setInt(2, SessionLock.number(session));
        lock.execute();
        PreparedStatement select = connection.prepare("SELECT " + CommitStatement.content(leases)
                + ", writer = ?, commits FROM " + leases.table() + " WHERE session = ? AND name = ? FOR UPDATE");
        select.setObject(1, writer);
        select.setString(2, session.name());
        select.setString(3, id);
        Fate fate = Fate.UNKNOWN;
        boolean stands = false;
        try (ResultSet rows = select.executeQuery()) {
            if (rows.next()) {
                stands = lease.expected().equals(Optional.of(Bytes.wrap(rows.getBytes(1))));
                boolean ours = rows.getBoolean(2);
                long last = rows.getLong(3);
                // Under this value only whoever holds the lease has left a number, and what checks an older value is
                // too late.
                boolean underThisValue = last > 0;
                if (ours && Math.abs(last) == number) {
                    fate = Fate.APPLIED;
                } else if (ours || (stands && !underThisValue)) {
                    fate = Fate.NEVER;
                }
            }
        }
        if (fate == Fate.NEVER && stands) {
            PreparedStatement update = connection.prepare(
                    "UPDATE " + leases.table() + " SET writer = ?, commits = ? WHERE session = ? AND name = ?");
            update.setObject(1, writer);
            update.setLong(2, number + 1);
            update.setString(3, session.name());
            update.setString(4, id);
            update.executeUpdate();
        }
        connection.runOnce("COMMIT");
        return fate;
    }
}
