package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.ConflictException;
import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.job.JobStore;
import dev.pawl.json.JsonString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The broadcasts in a random life: stored, stored on after that failed, paused, resumed and cancelled. */
final class JobLifeBroadcasts {

    private final Random random;
    private final List<String> story;
    private final Set<String> stored = new TreeSet<>();

    /** Those whose storing failed, if they are there at all. */
    private final Set<String> interrupted = new LinkedHashSet<>();

    private final Set<String> paused = new HashSet<>();
    private final Set<String> cancelled = new HashSet<>();
    private int number;

    JobLifeBroadcasts(Random random, List<String> story) {
        this.random = random;
        this.story = story;
    }

    /** Of all that may be there. */
    List<String> ids() {
        List<String> ids = new ArrayList<>(stored);
        ids.addAll(interrupted);
        return ids;
    }

    private void store(JobStore store, String id) {
        story.add("broadcast " + id);
        interrupted.add(id);
        store.broadcast(
                IntStream.range(0, 5).mapToObj(i -> i + "@lid").toList(),
                JsonString::new,
                BroadcastOptions.STANDARD.id(id).pacing(Duration.ofSeconds(3)));
        interrupted.remove(id);
        stored.add(id);
    }

    private void storeOn(JobStore store, String id) {
        try {
            store(store, id);
        } catch (ConflictException e) {
            State state = store.broadcast(id).orElseThrow().progress().state();
            story.add("was " + state);
            // it was stored after all, or cancelled before it was
            if (state != State.CANCELLED) {
                interrupted.remove(id);
                stored.add(id);
            }
        }
    }

    /** Something of all that can be done. */
    void act(JobStore store) {
        if (!interrupted.isEmpty() && random.nextInt(3) == 0) {
            storeOn(store, interrupted.iterator().next());
            return;
        }
        List<String> all = new ArrayList<>(stored);
        interrupted.stream().filter(id -> store.broadcast(id).isPresent()).forEach(all::add);
        if (all.isEmpty() || random.nextInt(3) == 0) {
            store(store, "b" + number++);
            return;
        }
        String id = all.get(random.nextInt(all.size()));
        Broadcast broadcast = store.broadcast(id).orElseThrow();
        switch (random.nextInt(4)) {
            case 0, 1 -> {
                State state = broadcast.pause().state();
                story.add("pause " + id + " " + state);
                if (state == State.PAUSED) {
                    paused.add(id);
                }
            }
            case 2 -> {
                paused.remove(id);
                story.add("resume " + id + " " + broadcast.resume().state());
            }
            default -> {
                State state = broadcast.cancel().state();
                story.add("cancel " + id + " " + state);
                if (state == State.CANCELLED) {
                    cancelled.add(id);
                }
            }
        }
    }

    void checkSend(String id) {
        assertThat(paused).doesNotContain(id);
        assertThat(cancelled).doesNotContain(id);
    }

    /** Whether all its recipients must be there. */
    boolean isWhole(BroadcastProgress progress) {
        return progress.state() == State.RUNNING || !interrupted.contains(progress.id());
    }

    /** Stores what was not, and lets all go on. */
    void rest(JobStore store) {
        List.copyOf(interrupted).forEach(id -> storeOn(store, id));
        paused.clear();
        stored.forEach(id -> store.broadcast(id).orElseThrow().resume());
    }
}
