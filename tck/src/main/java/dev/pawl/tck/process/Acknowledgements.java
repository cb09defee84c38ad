package dev.pawl.tck.process;

import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The last step of each lane that a writer saw committed, as it said, and what else it said. */
public final class Acknowledgements {

    private final Map<Lane, Long> last = new HashMap<>();
    private final List<String> remarks = new ArrayList<>();

    /** Nothing was said yet. */
    public Acknowledgements() {}

    /**
     * One committed step.
     *
     * @param lane whose step it is
     * @param step its number
     */
    public record Entry(Lane lane, long step) {

        private static final String MARK = "step";

        /** How it is said. */
        public String line() {
            return MARK + " " + lane.session() + " " + lane.number() + " " + step;
        }

        /** What was said, if it is such an entry. */
        public static Optional<Entry> parse(String line) {
            String[] parts = line.split(" ");
            return parts[0].equals(MARK)
                    ? Optional.of(new Entry(
                            new Lane(SessionName.of(parts[1]), Integer.parseInt(parts[2])), Long.parseLong(parts[3])))
                    : Optional.empty();
        }
    }

    /** Takes what was said. */
    public void add(List<String> lines) {
        lines.forEach(this::add);
    }

    /** Takes what was said, and says whether it is a step. */
    public boolean add(String line) {
        Optional<Entry> entry = Entry.parse(line);
        entry.ifPresentOrElse(step -> last.put(step.lane(), step.step()), () -> remarks.add(line));
        return entry.isPresent();
    }

    /** The last step of a lane, 0 when there is none. */
    public long of(Lane lane) {
        return last.getOrDefault(lane, 0L);
    }

    /** Everything that was said besides. */
    public List<String> remarks() {
        return remarks;
    }
}
