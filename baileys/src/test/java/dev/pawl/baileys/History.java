package dev.pawl.baileys;

import dev.pawl.Pawl;
import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What stands in the history of a session, as far as people of the stand-in said it. */
final class History {

    private static final Pattern SAID = Pattern.compile("said \\d+ to [0-9:]+@(s\\.whatsapp\\.net|g\\.us)");

    private History() {}

    /** The texts that are there, whole. */
    static Set<String> of(Pawl reader, SessionName session) {
        Scan all = Scan.of(Family.MESSAGE);
        return Page.stream((Optional<Position> after) -> reader.backend(Family.MESSAGE)
                        .scan(session, after.map(all::after).orElse(all)))
                .map(Row::value)
                .flatMap(value -> SAID.matcher(value.utf8()).results().map(result -> result.group()))
                .collect(Collectors.toSet());
    }
}
