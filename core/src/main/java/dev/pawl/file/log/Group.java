package dev.pawl.file.log;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.GroupQueue.Member;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.StoreException;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commits of several callers that are written as one frame. The checks of each are looked at against what is stored
 * and what the group has changed so far; nobody is told anything before that is as durable as it has to be.
 */
final class Group {

    /** A frame of more than this begins no further batch. */
    private static final int FRAME = 4 << 20;

    private final LogSession session;
    private final List<Member<Change>> members;

    /** What is to be written, and who is to be told when it is. */
    private final List<EncodedBatch> batches = new ArrayList<>();

    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<Key, Optional<Bytes>> changed = new HashMap<>();
    private long size;
    private boolean synced;

    private record Verdict(Member<Change> member, Optional<StoreException> refused, boolean changes) {
        void tell() {
            refused.ifPresentOrElse(member::fail, member::succeed);
        }
    }

    Group(LogSession session, List<Member<Change>> members) {
        this.session = session;
        this.members = members;
    }

    void commit() {
        try {
            boolean puts = members.stream()
                    .anyMatch(member -> !member.change().batch().puts().isEmpty());
            Optional<OpenLog> log = session.ready(puts);
            for (Member<Change> member : members) {
                add(log, member);
                if (size > FRAME && !write()) {
                    return;
                }
            }
            write();
        } catch (IOException e) {
            failAll(session.writeFailed(e));
        } catch (StoreException e) {
            failAll(e);
        }
    }

    private void failAll(StoreException failure) {
        members.forEach(member -> member.fail(failure));
    }

    private void add(Optional<OpenLog> log, Member<Change> member) {
        Batch batch = member.change().batch();
        Optional<StoreException> refused = refusal(log, batch);
        // Deletes of rows that a log would have if there were one.
        boolean changes = refused.isEmpty() && !batch.isEmpty() && log.isPresent();
        verdicts.add(new Verdict(member, refused, changes));
        if (changes) {
            batches.add(member.change().encoded());
            size += member.change().encoded().size();
            synced |= member.change().synced();
            if (members.size() > 1) {
                for (Row row : batch.puts()) {
                    changed.put(row.key(), Optional.of(row.value()));
                }
                batch.deletes().forEach(key -> changed.put(key, Optional.empty()));
            }
        }
    }

    private Optional<StoreException> refusal(Optional<OpenLog> log, Batch batch) {
        try {
            for (Check check : batch.checks()) {
                Optional<Bytes> found = changed.get(check.key());
                if (found == null) {
                    found = log.isPresent() ? log.get().value(check.key()) : Optional.empty();
                }
                if (!found.equals(check.expected())) {
                    return Optional.of(new ConflictException(check.key(), check.key() + " is not as expected"));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(session.readFailed(e));
        } catch (StoreException e) {
            return Optional.of(e);
        }
    }

    /** Whether the session can be used on. */
    private boolean write() throws IOException {
        try {
            if (!batches.isEmpty()) {
                session.append(batches, synced);
            }
            verdicts.forEach(Verdict::tell);
        } catch (LogWriter.NotWrittenException e) {
            StoreException failure = session.writeFailed(e);
            verdicts.forEach(verdict -> verdict.member().fail(failure));
        } catch (IOException e) {
            session.forget();
            doubt(e);
            return false;
        } catch (RuntimeException | Error e) {
            // Whoever is not told anything is in doubt.
            session.forget();
            throw e;
        }
        batches.clear();
        verdicts.clear();
        changed.clear();
        size = 0;
        synced = false;
        return true;
    }

    /** Nobody knows what was written. Who wanted no change, or comes later in the group, has lost nothing. */
    private void doubt(IOException cause) {
        verdicts.stream()
                .filter(Verdict::changes)
                .forEach(verdict -> verdict.member()
                        .fail(new InDoubtException(
                                "nobody knows whether the commit is written: " + cause.getMessage(), cause)));
        failAll(session.writeFailed(cause));
    }
}
