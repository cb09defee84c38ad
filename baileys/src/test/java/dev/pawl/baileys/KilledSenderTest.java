package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Received;
import dev.pawl.event.MessageKey;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.Job;
import dev.pawl.job.JobState;
import dev.pawl.json.JsonObject;
import dev.pawl.tck.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A JVM that sends a broadcast and two scheduled messages over a real connection is killed again and again, every other time
 * at the very moment when a message has arrived: everybody gets theirs, under the id that was chosen for it, and at most one
 * of them once more for each kill.
 */
class KilledSenderTest {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final int KILLS = SOAK ? 30 : 2;
    private static final int PEOPLE = SOAK ? 60 : 6;
    private static final Duration PACING = Duration.ofMillis(SOAK ? 20 : 5);

    @TempDir
    Path directory;

    static List<StoreKind> stores() {
        return SOAK ? Arrays.asList(StoreKind.values()) : List.of(StoreKind.NATIVE);
    }

    private static List<Person> people(WhatsAppStandIn standIn) {
        List<Person> people = new ArrayList<>(List.of(ANA));
        for (int i = 1; i < PEOPLE; i++) {
            people.add(new Person("Customer " + i, "62813" + (10_000_000 + i), "444400" + (10_000_000 + i)));
            standIn.add("peer", people.get(i));
        }
        return people;
    }

    @ParameterizedTest
    @MethodSource("stores")
    void everybodyGetsABroadcastWhoseSenderIsKilled(StoreKind kind) throws Exception {
        Random random = new Random(7);
        String[] locators = kind.locators(directory);
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            List<Person> people = people(standIn);
            List<Job> scheduled = begin(standIn, people, locators);
            for (int kill = 0; kill < KILLS; kill++) {
                try (ChildProcess child = ClientChild.start(standIn, directory, locators)) {
                    if (kill % 2 == 0) {
                        standIn.killOnMessage(child.pid());
                    } else {
                        int more = 1 + random.nextInt(SOAK ? 4 : 2);
                        standIn.call("awaitArrived", JsonObject.builder().put("more", more));
                        child.kill();
                    }
                    assertThat(child.rest()).as(child.errors()).isSubsetOf("connected");
                }
            }
            Map<String, Person> byJid = people.stream().collect(Collectors.toMap(Person::lid, Function.identity()));
            try (Program program = open(standIn, locators)) {
                program.connect();
                BroadcastProgress progress = Jobs.awaitFinished(program.client, "news");
                assertThat(progress.sent()).isEqualTo(people.size());
                for (Job job : scheduled) {
                    assertThat(Jobs.awaitEnd(program.client, job.id()).state()).isEqualTo(JobState.DONE);
                }
                int copies = 0;
                int killedWhenArrived = (KILLS + 1) / 2;
                List<Job> all = new ArrayList<>(Jobs.of(program.client, "news"));
                all.addAll(scheduled);
                Map<String, Set<String>> wanted = new HashMap<>();
                for (Job job : all) {
                    String id = job.messageId().orElseThrow();
                    wanted.computeIfAbsent(job.recipient(), recipient -> new HashSet<>())
                            .add(id);
                    int got = Jobs.copies(standIn, byJid.get(job.recipient()), id);
                    assertThat(got).as(job.recipient()).isPositive();
                    copies += got;
                    assertThat(program.pawl.messages("main").message(MessageKey.of(job.recipient(), id, true)))
                            .isPresent();
                }
                Jobs.note("%s: %d kills, %d copies of %d messages".formatted(kind, KILLS, copies, all.size()));
                assertThat(copies).isBetween(all.size() + killedWhenArrived, all.size() + KILLS);
                for (Person each : people) {
                    assertThat(standIn.failures(each)).isEmpty();
                    assertThat(standIn.inbox(each))
                            .extracting(Received::id)
                            .as(each.name())
                            .hasSameElementsAs(wanted.getOrDefault(each.lid(), Set.of()));
                }
            }
        }
    }

    private Program open(WhatsAppStandIn standIn, String... locators) {
        return Program.open(standIn.transport(directory.resolve("cache")).build(), "main", locators);
    }

    /** Pairs and stores the broadcast, of which nothing is sent yet, and a message that is due before it and one in its middle. */
    private List<Job> begin(WhatsAppStandIn standIn, List<Person> people, String... locators) throws Exception {
        try (Program program = open(standIn, locators)) {
            program.pair(standIn);
            program.client.disconnect();
            program.client.broadcast(
                    people.stream().map(Person::lid).toList(),
                    Content.text("news"),
                    BroadcastOptions.STANDARD.id("news").pacing(PACING));
            Instant middle = Instant.now().plus(PACING.multipliedBy(PEOPLE / 2));
            return List.of(
                    program.client.scheduleAt(Instant.EPOCH, ANA.lid(), Content.text("before")),
                    program.client.scheduleAt(middle, people.get(1).lid(), Content.text("in between")));
        }
    }
}
