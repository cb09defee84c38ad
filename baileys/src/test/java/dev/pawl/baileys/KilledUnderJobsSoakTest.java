package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.Job;
import dev.pawl.job.JobState;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * While a broadcast and scheduled messages are being sent, Node is killed, and in turns with it the server of the store where
 * there is one: everybody gets theirs, under the id that was chosen for it, and at most one of them once more for each kill.
 */
@Timeout(900)
class KilledUnderJobsSoakTest {

    private static final long SEED = Long.getLong("pawl.chaos.seed", 23);
    private static final int KILLS = 12;
    private static final int PEOPLE = 60;
    private static final int SCHEDULED = 4;
    private static final Duration PACING = Duration.ofMillis(50);
    private static final int LONGEST_OUTAGE_MILLIS = 1_000;

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @EnumSource
    void everybodyGetsTheirsWhenWhatSendsItIsKilled(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Storehouse store = Storehouse.open(kind, directory);
                Program program = Program.open(
                        standIn.transport(directory.resolve("cache")).build(),
                        "main",
                        store.locators().toArray(String[]::new))) {
            Map<String, Person> people = people(standIn);
            program.pair(standIn);
            List<Job> jobs = begin(program, List.copyOf(people.keySet()));
            for (int kill = 0; kill < KILLS; kill++) {
                standIn.call("awaitArrived", JsonObject.builder().put("more", JsonNumber.of(1 + random.nextInt(3))));
                if (store.hasServer() && kill % 2 == 1) {
                    store.killServer();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_OUTAGE_MILLIS)));
                    store.restartServer();
                } else {
                    program.transport.processId().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
                }
            }

            assertThat(Jobs.awaitFinished(program.client, "news").sent()).isEqualTo(PEOPLE);
            for (Job job : jobs) {
                assertThat(Jobs.awaitEnd(program.client, job.id()).state()).isEqualTo(JobState.DONE);
            }
            jobs.addAll(Jobs.of(program.client, "news"));
            int copies = 0;
            for (Job job : jobs) {
                Person at = people.getOrDefault(job.recipient(), ANA);
                int got = Jobs.copies(standIn, at, job.messageId().orElseThrow());
                assertThat(got).as("seed %d, to %s", SEED, at.name()).isPositive();
                copies += got;
            }
            Jobs.note("%s, seed %d: Node or the server killed %d times, %d copies of %d messages"
                    .formatted(kind, SEED, KILLS, copies, jobs.size()));
            assertThat(jobs).hasSize(PEOPLE + SCHEDULED);
            assertThat(copies).as("seed %d", SEED).isBetween(jobs.size(), jobs.size() + KILLS);
            for (Person each : people.values()) {
                assertThat(standIn.failures(each)).as("seed %d", SEED).isEmpty();
            }
        }
    }

    private static Map<String, Person> people(WhatsAppStandIn standIn) {
        List<Person> people = new ArrayList<>(List.of(ANA));
        for (int i = 1; i < PEOPLE; i++) {
            people.add(new Person("Customer " + i, "62813" + (10_000_000 + i), "444400" + (10_000_000 + i)));
            standIn.add("peer", people.get(i));
        }
        return people.stream().collect(Collectors.toMap(Person::lid, Function.identity()));
    }

    /** The scheduled ones come due among those of the broadcast. */
    private static List<Job> begin(Program program, List<String> jids) {
        Instant begin = Instant.now();
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < SCHEDULED; i++) {
            Instant due = begin.plus(PACING.multipliedBy((long) PEOPLE * i / SCHEDULED));
            jobs.add(program.client.scheduleAt(due, jids.get(i), Content.text("scheduled " + i)));
        }
        program.client.broadcast(
                jids, Content.text("news"), BroadcastOptions.STANDARD.id("news").pacing(PACING));
        return jobs;
    }
}
