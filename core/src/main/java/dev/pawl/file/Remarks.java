package dev.pawl.file;

import dev.pawl.backend.Inspection.Remark;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a person should know about a directory besides its rows. */
final class Remarks {

    private static final int NAMED = 10;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final SharedDirectory directory;
    private final Disk disk;
    private final List<Remark> remarks = new ArrayList<>();

    private Remarks(SharedDirectory directory) {
        this.directory = directory;
        this.disk = directory.disk();
    }

    /** Looks at a directory and changes nothing. */
    static List<Remark> of(SharedDirectory directory, View view) throws IOException {
        Remarks remarks = new Remarks(directory);
        if (directory.exists()) {
            remarks.files(view);
            remarks.journals();
        }
        return remarks.remarks;
    }

    private void files(View view) throws IOException {
        String program = directory.layout().program();
        TreeSet<String> names = new TreeSet<>();
        List<String> places = directory.places();
        for (String place : places) {
            disk.list(directory.path(place), name -> {
                if (!places.contains(place + name + "/")) {
                    names.add(place + name);
                }
            });
        }
        names.remove(SharedDirectory.OWN);
        List<String> open = new ArrayList<>();
        List<String> leftovers = new ArrayList<>();
        List<String> strangers = new ArrayList<>();
        for (String name : names) {
            if (view.index().listed(name).isEmpty()) {
                (isLeftover(name) ? leftovers : strangers).add(name);
            } else if (isOpen(directory.path(name))) {
                open.add(name);
            }
        }
        if (!open.isEmpty()) {
            String which = open.size() == 1 ? "" : " and " + (open.size() - 1) + " more files";
            remarks.add(new Remark(
                    false,
                    directory.path(open.get(0)).toString(),
                    "others than the owner can read or write this file" + which + ", as " + program
                            + " creates them; chmod go-rwx closes them, and Pawl keeps what you choose"));
        }
        remark(false, leftovers, "is a copy that an interrupted program left; it is not used, and erasing removes it");
        remark(false, strangers, "is not a record of " + program + "; it is left alone, also by erasing");
    }

    private void journals() throws IOException {
        Path pending = directory.own().resolve(Journal.FILE);
        Optional<byte[]> journal = disk.read(pending);
        if (journal.isPresent()) {
            remarks.add(new Remark(false, pending.toString(), "a batch whose writer has not finished it (yet)"));
        }
        TreeSet<String> batches = new TreeSet<>();
        disk.list(directory.own().resolve(Recovery.SET_ASIDE), batches::add);
        for (String batch : batches) {
            Path place = directory.own().resolve(Recovery.SET_ASIDE).resolve(batch);
            remarks.add(new Remark(
                    true,
                    place.toString(),
                    "a batch that was interrupted and not carried out, because another program had changed the same"
                            + " files since, or its journal is damaged"));
        }
    }

    private boolean isLeftover(String name) {
        return directory
                .layout()
                .leftoverOf(name)
                .flatMap(directory.layout()::record)
                .isPresent();
    }

    private boolean isOpen(Path path) throws IOException {
        return disk.stat(path)
                .flatMap(Disk.Stat::permissions)
                .filter(permissions -> permissions.stream().anyMatch(OTHERS::contains))
                .isPresent();
    }

    private void remark(boolean problem, List<String> names, String text) {
        if (names.isEmpty()) {
            return;
        }
        for (String name : names.subList(0, Math.min(NAMED, names.size()))) {
            remarks.add(new Remark(problem, directory.path(name).toString(), text));
        }
        if (names.size() > NAMED) {
            remarks.add(
                    new Remark(problem, directory.path().toString(), (names.size() - NAMED) + " more: each " + text));
        }
    }
}
