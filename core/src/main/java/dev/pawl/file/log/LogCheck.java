package dev.pawl.file.log;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Inspection.Remark;
import dev.pawl.backend.Salvageable.Lost;
import dev.pawl.backend.Salvageable.Visitor;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What can be said about the files of a session. Changes nothing. */
final class LogCheck {

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private static final Duration SECOND_LOOK = Duration.ofMillis(50);

    private final LogDirectory directory;
    private final LogSession session;
    private final Path log;
    private final List<Remark> remarks = new ArrayList<>();

    private LogCheck(LogDirectory directory, SessionName session) {
        this.directory = directory;
        this.session = directory.session(session);
        this.log = directory.log(session);
    }

    /** What cannot be read any more. */
    static List<Remark> lost(LogDirectory directory, SessionName session) throws IOException {
        List<Lost> lost = walk(directory, session);
        if (!lost.isEmpty()) {
            // Beside a writer a walk may see a little of before and a little of after.
            directory.disk().pause(SECOND_LOOK);
            lost.retainAll(walk(directory, session));
        }
        return lost.stream()
                .map(part ->
                        new Remark(true, part.place(), part.text() + ", bytes " + part.from() + " to " + part.to()))
                .toList();
    }

    private static List<Lost> walk(LogDirectory directory, SessionName session) throws IOException {
        List<Lost> lost = new ArrayList<>();
        LogSalvage.walk(directory, session, new Visitor() {
            @Override
            public void intact(Batch batch) {
                // What is sound is not worth a remark.
            }

            @Override
            public void lost(Lost part) {
                lost.add(part);
            }
        });
        return lost;
    }

    /** What else deserves attention. */
    static List<Remark> remarks(LogDirectory directory, SessionName session) throws IOException {
        LogCheck check = new LogCheck(directory, session);
        check.tail();
        check.besides();
        check.modes();
        return check.remarks;
    }

    private void tail() {
        record Seen(LogEnd end, long tornEnd, boolean checkpointIgnored) {}
        Optional<Seen> seen = session.read(open -> new Seen(open.end(), open.tornEnd(), open.hasUselessCheckpoint()));
        if (seen.isPresent() && seen.get().tornEnd() > seen.get().end().offset()) {
            remark(
                    log,
                    (seen.get().tornEnd() - seen.get().end().offset()) + " bytes at "
                            + seen.get().end().offset()
                            + " are of a commit that is being written, or that a crash left unfinished; whoever writes"
                            + " next puts those aside");
        }
        if (seen.isPresent() && seen.get().checkpointIgnored()) {
            remark(
                    directory.file(LogNames.checkpoint(session.name())),
                    "is damaged or of an older log; it is not used, and the next one takes its place");
        }
    }

    private void besides() throws IOException {
        for (LogNames.Cut cut : Leftovers.of(directory, session.name())) {
            Path file = directory.file(LogNames.cut(cut));
            Optional<Disk.Stat> stat = directory.disk().stat(file);
            if (stat.isPresent()) {
                remark(
                        file,
                        stat.get().size() + " bytes that a crash left unfinished at " + cut.offset()
                                + " of the log and that were cut off; nothing in there had been acknowledged as"
                                + " surviving that. It may hold keys: remove it when you do not need it");
            }
        }
        Path made = directory.file(LogNames.newLog(session.name()));
        if (directory.disk().stat(made).isPresent()) {
            remark(made, "is being made, or was left by a crash; it is not used, and whoever writes next removes it");
        }
    }

    private void modes() throws IOException {
        for (Path path : List.of(directory.path(), log)) {
            boolean open = directory
                    .disk()
                    .stat(path)
                    .flatMap(Disk.Stat::permissions)
                    .filter(permissions -> permissions.stream().anyMatch(OTHERS::contains))
                    .isPresent();
            if (open) {
                remark(path, "others than the owner can get at this; chmod go-rwx closes it");
            }
        }
    }

    private void remark(Path place, String text) {
        remarks.add(new Remark(false, place.toString(), text));
    }
}
