package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.Job;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fourth message of a broadcast breaks the connection it comes over, and half of those never arrive. */
class BrokenConnectionsSoakTest {

    private static final int PEOPLE = 60;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void everybodyGetsABroadcastWhoseConnectionsBreak(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        standIn.transport(directory.resolve("cache")).build(), "main", kind.locators(directory))) {
            List<Person> people = new ArrayList<>(List.of(ANA));
            for (int i = 1; i < PEOPLE; i++) {
                people.add(new Person("Customer " + i, "62813" + (10_000_000 + i), "444400" + (10_000_000 + i)));
                standIn.add("peer", people.get(i));
            }
            program.pair(standIn);
            standIn.call(
                    "breakConnections",
                    JsonObject.builder().put("probability", JsonNumber.of(0.25)).put("seed", 11));
            program.client.broadcast(
                    people.stream().map(Person::lid).toList(),
                    Content.text("news"),
                    BroadcastOptions.STANDARD.id("news").pacing(Duration.ofMillis(20)));

            BroadcastProgress progress = Jobs.awaitFinished(program.client, "news");
            long broken = ((JsonNumber) standIn.call("broken", JsonObject.builder())).longValue();
            assertThat(progress.sent()).isEqualTo(PEOPLE);
            Map<String, Person> byJid = people.stream().collect(Collectors.toMap(Person::lid, Function.identity()));
            int copies = 0;
            for (Job job : Jobs.of(program.client, "news")) {
                int got = Jobs.copies(
                        standIn, byJid.get(job.recipient()), job.messageId().orElseThrow());
                assertThat(got).as(job.recipient()).isPositive();
                copies += got;
            }
            Jobs.note("%s: %d connections broke, %d copies for %d people".formatted(kind, broken, copies, PEOPLE));
            assertThat(broken).isGreaterThan(PEOPLE / 10);
            assertThat(copies).isBetween(PEOPLE, PEOPLE + (int) broken);
            for (Person each : people) {
                assertThat(standIn.failures(each)).isEmpty();
            }
        }
    }
}
