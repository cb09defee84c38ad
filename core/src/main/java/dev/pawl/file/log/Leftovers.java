package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.file.log.LogNames.Cut;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What was cut off the end of a session's log because a crash had left it there, each in a file of its own. */
final class Leftovers {

    /** The most that are kept, the newest. */
    private static final int KEPT = 8;

    private static final int PART = 1 << 20;

    private Leftovers() {}

    /** The files of a session, oldest first. */
    static List<Cut> of(LogDirectory directory, SessionName session) throws IOException {
        return directory.names().stream()
                .map(LogNames::cut)
                .flatMap(Optional::stream)
                .filter(cut -> cut.session().equals(session))
                .sorted(Comparator.comparingInt(Cut::number))
                .toList();
    }

    /** Keeps a part of a log, durably. */
    static void keep(LogDirectory directory, SessionName session, Disk.OpenFile log, long from, long to)
            throws IOException {
        List<Cut> before = of(directory, session);
        int number = before.isEmpty() ? 1 : before.get(before.size() - 1).number() + 1;
        Path file = directory.file(LogNames.cut(new Cut(session, from, number)));
        directory.disk().create(file, new byte[0], Birth.PERMISSIONS);
        try (Disk.OpenFile kept =
                directory.disk().open(file, true).orElseThrow(() -> new IOException(file + " has been removed"))) {
            byte[] part = new byte[(int) Math.min(PART, to - from)];
            for (long at = from; at < to; at += part.length) {
                int read = log.read(at, part, 0, (int) Math.min(part.length, to - at));
                kept.write(at - from, part, 0, read);
            }
            kept.force("what is cut off the end of a log");
        }
        for (Cut old : before.subList(0, Math.max(0, before.size() + 1 - KEPT))) {
            directory.disk().delete(directory.file(LogNames.cut(old)));
        }
        directory.force("the name of what is cut off the end of a log");
    }

    /** Removes all of a session. */
    static void remove(LogDirectory directory, SessionName session) throws IOException {
        for (Cut cut : of(directory, session)) {
            directory.disk().delete(directory.file(LogNames.cut(cut)));
        }
    }
}
