package dev.pawl.baileys;

import dev.pawl.baileys.ChaosTck.Victim;
import dev.pawl.baileys.StandInLives.Heard;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The messages that the server was told we have, or will never read, and that we have not: how many, and for how long before each kill. */
final class Window {

    private final List<Kill> kills = new ArrayList<>();
    private final List<String> unexplained = new ArrayList<>();
    private final Function<String, String> stories;
    private int heard;

    private static final class Kill {
        private final Victim victim;
        private final long at;
        private final List<Long> confirmedBefore = new ArrayList<>();
        private int refusedAfter;

        private Kill(Victim victim, long at) {
            this.victim = victim;
            this.at = at;
        }

        private int lost() {
            return confirmedBefore.size() + refusedAfter;
        }
    }

    /** Asks for what became of a message when it cannot explain that. */
    Window(Function<String, String> stories) {
        this.stories = stories;
    }

    /** Something is killed now. */
    void killed(Victim victim) {
        kills.add(new Kill(victim, System.currentTimeMillis()));
    }

    /** Counts what was said and is not in the history. */
    void look(List<Heard> said, Set<String> history) {
        heard = said.size();
        said.stream().filter(message -> !history.contains(message.text())).forEach(this::missing);
    }

    private void missing(Heard message) {
        long latest = ChaosTck.LONGEST_WINDOW.toMillis();
        for (Kill kill : kills) {
            long before = kill.at - message.confirmed();
            if (message.confirmed() > 0 && before >= -20 && before < latest) {
                kill.confirmedBefore.add(Math.max(0, before));
                return;
            }
        }
        for (int i = kills.size() - 1; i >= 0; i--) {
            Kill kill = kills.get(i);
            if (message.refused() > kill.at && message.at() < kill.at) {
                kill.refusedAfter++;
                return;
            }
        }
        unexplained.add(message + "\n  " + stories.apply(message.id()));
    }

    /** What is missing without a kill that explains it. */
    List<String> unexplained() {
        return unexplained;
    }

    /** For each kind of kill how much was lost. */
    @Override
    public String toString() {
        Map<Victim, List<Kill>> kinds = new EnumMap<>(Victim.class);
        kills.forEach(kill ->
                kinds.computeIfAbsent(kill.victim, first -> new ArrayList<>()).add(kill));
        StringBuilder text = new StringBuilder(heard + " messages of others");
        kinds.forEach((victim, some) -> {
            List<Long> millis = some.stream()
                    .flatMap(kill -> kill.confirmedBefore.stream())
                    .sorted()
                    .toList();
            text.append(String.format(
                    Locale.ROOT,
                    "; %d kills of %s: %d lost, at most %d at once, of which %d were refused afterwards; confirmed before the kill: median %s ms, longest %s ms",
                    some.size(),
                    victim,
                    some.stream().mapToInt(Kill::lost).sum(),
                    some.stream().mapToInt(Kill::lost).max().orElse(0),
                    some.stream().mapToInt(kill -> kill.refusedAfter).sum(),
                    millis.isEmpty() ? "-" : millis.get(millis.size() / 2),
                    millis.isEmpty() ? "-" : millis.get(millis.size() - 1)));
        });
        return text.toString();
    }
}
