package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Backends;
import dev.pawl.Content;
import dev.pawl.Pawl;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.job.Job;
import dev.pawl.job.JobState;
import dev.pawl.message.WaMessage;
import dev.pawl.migrate.Migration;
import dev.pawl.migrate.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** A linked device whose session is moved to another store between any two runs, as {@code pawl migrate --retire-source} does. */
final class MovedSession {

    private static final SessionName MAIN = SessionName.DEFAULT;

    private final WhatsAppStandIn standIn;
    private final Path directory;
    private final Device device;
    private String place;
    private WaMessage last;
    private Job scheduled;
    private int movedJobs;
    private int runs;

    private MovedSession(WhatsAppStandIn standIn, Path directory, Program program, String place) throws Exception {
        this.standIn = standIn;
        this.directory = directory;
        this.device = program.pair(standIn);
        this.place = place;
        this.last = talk(program, "hello");
        this.scheduled = schedule(program);
    }

    /** How often a job was sent from another store than it was scheduled in. */
    int movedJobs() {
        return movedJobs;
    }

    /** For some time after the next move, however long that takes. */
    private Job schedule(Program program) {
        return program.client.scheduleAt(
                Instant.now().plus(Duration.ofDays(1)), ANA.lid(), Content.text("scheduled in run " + runs));
    }

    /** What was scheduled before the move, under the id that it got then. */
    private void sendScheduled(Program program) throws Exception {
        assertThat(program.client.jobs().reschedule(scheduled.id(), Instant.now()))
                .as(place)
                .isPresent();
        assertThat(Jobs.awaitEnd(program.client, scheduled.id()).state()).isEqualTo(JobState.DONE);
        String id = scheduled.messageId().orElseThrow();
        assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo("scheduled in run " + (runs - 1));
        assertThat(Jobs.copies(standIn, ANA, id)).isEqualTo(1);
        movedJobs++;
    }

    private static Program program(WhatsAppStandIn standIn, Path directory, String place) {
        Pawl pawl = holds(place).contains(Part.MESSAGES)
                ? Pawl.open(place)
                : Pawl.open(place, "sqlite:" + directory.resolve("history.db"));
        return Program.open(standIn.transport(directory.resolve("cache")).build(), MAIN.name(), pawl);
    }

    /** Pairs it. */
    static MovedSession pair(WhatsAppStandIn standIn, Path directory, String place) throws Exception {
        try (Program program = program(standIn, directory, place)) {
            return new MovedSession(standIn, directory, program, place);
        }
    }

    /** Both have written, so that each reads with keys that the other's last message brought. */
    private WaMessage talk(Program program, String text) throws Exception {
        standIn.send(ANA, device, text);
        WaMessage received = program.message(text);
        WaMessage sent = program.client.send(received.chat(), Content.text("you said " + text));
        assertThat(standIn.awaitMessage(ANA, sent.key().id()).text()).isEqualTo("you said " + text);
        standIn.awaitReceipt(ANA, standIn.send(ANA, device, text + "!"));
        return program.message(text + "!");
    }

    private static Set<Part> holds(String place) {
        try (Backend backend = Backends.open(Locator.parse(place), Access.READ_WRITE)) {
            Set<Part> parts = EnumSet.noneOf(Part.class);
            for (Part part : Part.values()) {
                if (backend.traits().families().containsAll(part.families())) {
                    parts.add(part);
                }
            }
            return parts;
        }
    }

    /** Moves it to a place where nothing is, and runs it there: it goes on where it was, with what came meanwhile. */
    void moveTo(String next) throws Exception {
        standIn.awaitGone(device);
        String missed = standIn.send(ANA, device, "before run " + ++runs);
        Set<Part> parts = holds(place);
        parts.retainAll(holds(next));
        try (Backend from = Backends.open(Locator.parse(place), Access.READ_WRITE);
                Backend to = Backends.open(Locator.parse(next), Access.READ_WRITE)) {
            Migration.from(from, MAIN).to(to, MAIN).only(parts).retireSource().run();
        }
        place = next;
        try (Program program = program(standIn, directory, place)) {
            program.connect();
            assertThat(program.sawQr()).as(place).isFalse();
            assertThat(program.message("before run " + runs).key().id())
                    .as(place)
                    .isEqualTo(missed);
            if (parts.contains(Part.MESSAGES)) {
                assertThat(program.pawl.messages(MAIN.name()).message(last.key()))
                        .as(place)
                        .isPresent();
            }
            last = talk(program, "run " + runs);
            if (parts.contains(Part.JOBS)) {
                sendScheduled(program);
            }
            scheduled = schedule(program);
            assertThat(program.errors).as(place).isEmpty();
        }
        assertThat(standIn.failures(ANA)).as(place).isEmpty();
        assertThat(standIn.askedAgain(ANA)).as(place).isEmpty();
    }
}
