package dev.pawl.baileys;

import dev.pawl.Client;
import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.Job;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobState;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks at scheduled messages until they are as a test wants them: nobody is told of their ends. */
final class Jobs {

    private static final long LOOK_NANOS = 2_000_000;
    private static final long PATIENCE_NANOS = Program.PATIENCE
            .multipliedBy(Boolean.getBoolean("pawl.soak") ? 15 : 3)
            .toNanos();

    private Jobs() {}

    static Job awaitEnd(Client client, String id) {
        return await(client, id, job -> job.state() == JobState.DONE || job.state() == JobState.DEAD);
    }

    static Job await(Client client, String id, Predicate<Job> wanted) {
        return until(() -> client.jobs().find(id).filter(wanted), "job " + id);
    }

    static BroadcastProgress awaitFinished(Client client, String id) {
        return until(
                () -> client.jobs()
                        .broadcast(id)
                        .map(Broadcast::progress)
                        .filter(progress -> progress.state() == BroadcastProgress.State.FINISHED),
                "broadcast " + id);
    }

    /** All jobs of a broadcast. */
    static List<Job> of(Client client, String broadcast) {
        return client.jobs()
                .list(JobFilter.ALL.of(broadcast), Optional.empty(), 1000)
                .items();
    }

    /** How often somebody got a message with this id. */
    static int copies(WhatsAppStandIn standIn, Person at, String id) {
        JsonObject.Builder asked = JsonObject.builder().put("name", at.name()).put("id", id);
        return (int) ((JsonNumber) standIn.call("copiesOf", asked)).longValue();
    }

    /** Keeps what was counted, in {@code target/broadcasts.txt}. */
    static void note(String line) throws IOException {
        Path notes = Path.of("target", "broadcasts.txt");
        Files.writeString(notes, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static <T> T until(Supplier<Optional<T>> look, String what) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() - end < 0) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        throw new AssertionError(what + " is not as it should be");
    }
}
