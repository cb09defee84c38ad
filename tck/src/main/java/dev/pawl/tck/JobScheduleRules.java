package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.Job;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.tck.UncertainBackend.Fate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of a job when it is scheduled: J01 to J06, and how big it may be: J42. */
abstract class JobScheduleRules extends JobFixture {

    /** Where a backend takes more than that, that will do. */
    private static final long BIG = 8L << 20;

    @Test
    @DisplayName("J01 a job comes back as it was scheduled, 40 days and 10 years ahead and in the past too")
    void j01AsScheduled() {
        JsonValue payload = JsonValue.parse(
                "{\"b\":1.50,\"a\":{\"type\":\"Buffer\",\"data\":\"AP8=\"},\"c\":[null,true,\"\\u2028 é\"],\"d\":1e400}");
        for (Duration ahead : List.of(
                Duration.ofDays(40),
                Duration.ofDays(3653),
                Duration.ZERO,
                Duration.ofDays(-400),
                Duration.ofMillis(1))) {
            Instant fireAt = START.plus(ahead);
            Job scheduled = store.schedule(
                    fireAt,
                    "120363021234567890@g.us",
                    payload,
                    JobOptions.NONE.skipAfter(Duration.ofHours(1)).maxAttempts(3));

            Job found = job(scheduled.id());
            assertThat(found.fireAt()).isEqualTo(fireAt);
            assertThat(found.due()).isEqualTo(fireAt);
            assertThat(found.recipient()).isEqualTo("120363021234567890@g.us");
            assertThat(found.payload()).isEqualTo(payload);
            assertThat(found.state()).isEqualTo(JobState.WAITING);
            assertThat(found.attempts()).isZero();
            assertThat(found.skipAfter()).contains(Duration.ofHours(1));
            assertThat(found.maxAttempts()).isEqualTo(OptionalInt.of(3));
            assertThat(found.messageId()).isEqualTo(scheduled.messageId());
        }
    }

    @RuleFor(Need.SHARING)
    @DisplayName("J01 a job that was scheduled is seen by another process at once")
    void j01SeenElsewhere() {
        Job scheduled = schedule("a", START);

        try (UncertainBackend other = new UncertainBackend(subject.open(dev.pawl.backend.Access.READ_ONLY));
                JobStore there = JobStore.openReadOnly(other, MAIN)) {
            assertThat(there.find("a")).contains(scheduled);
        }
    }

    @Test
    @DisplayName("J01 what cannot be scheduled is refused and stored nowhere")
    void j01Refused() {
        assertThatThrownBy(() -> store.schedule(START, " ", HELLO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.schedule(Instant.MAX, BUDI, HELLO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.schedule(Instant.ofEpochMilli(-1), BUDI, HELLO))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(list(JobFilter.ALL, 100)).isEmpty();
    }

    @Test
    @DisplayName("J02 an id is used once, in whatever state")
    void j02OnceOnly() {
        schedule("waiting", START.plusSeconds(1));
        schedule("done", START);
        runner().runDue();
        schedule("cancelled", START.plusSeconds(1));
        store.cancel("cancelled");
        schedule("claimed", START.plusSeconds(1));
        claimElsewhere("claimed");
        List<Job> before = list(JobFilter.ALL, 100);

        for (String id : List.of("waiting", "done", "cancelled", "claimed")) {
            assertThatThrownBy(() -> schedule(id, START)).isInstanceOf(ConflictException.class);
        }
        assertThat(list(JobFilter.ALL, 100)).isEqualTo(before);
    }

    @Test
    @DisplayName("J02 of many that schedule one id at once exactly one does")
    void j02Race() throws Exception {
        List<Boolean> done = Threads.together(java.util.Collections.nCopies(6, () -> {
            try {
                schedule("one", START);
                return true;
            } catch (ConflictException e) {
                return false;
            }
        }));

        assertThat(done).containsOnlyOnce(true);
    }

    @Test
    @DisplayName("J03 the message id is there from the beginning, or as it was asked for, and each job has another")
    void j03MessageIds() {
        Job one = schedule("a", START);
        Job two = schedule("b", START);
        Job own = store.schedule(START, BUDI, HELLO, JobOptions.NONE.messageId("3EB0AAAA"));

        assertThat(one.messageId().orElseThrow())
                .matches("3EB0[0-9A-F]{36}")
                .isNotEqualTo(two.messageId().orElseThrow());
        assertThat(own.messageId()).contains("3EB0AAAA");
        assertThat(job("a").messageId()).isEqualTo(one.messageId());
    }

    @Test
    @DisplayName("J04 a change in doubt happens once or never, and a late copy of it changes nothing")
    void j04Doubt() {
        for (List<Fate> fates : List.of(
                List.of(Fate.ANSWER_LOST),
                List.of(Fate.DELAYED),
                List.of(Fate.DELAYED, Fate.ANSWER_LOST),
                List.of(Fate.ANSWER_LOST, Fate.DELAYED, Fate.DELAYED))) {
            String id = "a" + fates;
            backend.next(fates.toArray(Fate[]::new));
            Job scheduled = schedule(id, START.plusSeconds(60));
            backend.next(fates.toArray(Fate[]::new));
            store.reschedule(id, START.plusSeconds(90));
            Job moved = job(id);

            assertThat(backend.deliver()).doesNotContain(true);
            assertThat(moved.due()).isEqualTo(START.plusSeconds(90));
            assertThat(moved.messageId()).isEqualTo(scheduled.messageId());
            assertThat(job(id)).isEqualTo(moved);

            backend.next(fates.toArray(Fate[]::new));
            store.cancel(id);
            assertThat(backend.deliver()).doesNotContain(true);
            assertThat(state(id)).isEqualTo(JobState.CANCELLED);
        }
    }

    @Test
    @DisplayName(
            "J04 a job without an id of one's own that was scheduled in doubt is sent once, whenever its copies arrive")
    void j04DoubtWithoutAnId() {
        var runner = runner();
        for (List<Fate> fates : List.of(
                List.of(Fate.DELAYED),
                List.of(Fate.DELAYED, Fate.ANSWER_LOST),
                List.of(Fate.ANSWER_LOST, Fate.DELAYED),
                List.of(Fate.DELAYED, Fate.DELAYED, Fate.ANSWER_LOST))) {
            backend.next(fates.toArray(Fate[]::new));
            Job scheduled = store.schedule(START, BUDI, HELLO);
            assertThat(runner.runDue()).isEqualTo(1);

            assertThat(backend.deliver()).doesNotContain(true);
            assertThat(runner.runDue()).isZero();
            assertThat(state(scheduled.id())).isEqualTo(JobState.DONE);
        }
        assertThat(sentIds()).hasSize(4).doesNotHaveDuplicates();
        assertThat(store.counts().waiting()).isZero();
    }

    @Test
    @DisplayName("J04 a change that was refused is told and leaves nothing")
    void j04Refused() {
        backend.next(Fate.REFUSED);
        assertThatThrownBy(() -> schedule("a", START)).isInstanceOf(UnavailableException.class);
        assertThat(store.find("a")).isEmpty();

        backend.next(Fate.DELAYED, Fate.DELAYED, Fate.DELAYED, Fate.DELAYED, Fate.DELAYED, Fate.DELAYED);
        assertThatThrownBy(() -> schedule("a", START))
                .isInstanceOf(InDoubtException.class)
                .isInstanceOf(StoreException.class);
        backend.deliver();
        assertThat(list(JobFilter.ALL, 10)).hasSize(1);
    }

    @Test
    @DisplayName(
            "J05 a record of zaileys is a job, and what nobody knows in it survives being claimed, failed and sent")
    void j05Verbatim() {
        String record =
                "{\"id\":\"0585\",\"fireAt\":1769860700000,\"recipient\":\"a@s.whatsapp.net\",\"payload\":{\"recipient\":"
                        + "\"a@s.whatsapp.net\",\"content\":{\"text\":\"hi\",\"mentions\":[]},\"options\":{}},\"more\":{\"z\":1.0}}";
        foreign(key(JobState.WAITING, "0585"), 1_769_860_700_000L, record);
        JsonObject written = (JsonObject) JsonValue.parse(record);

        Job found = job("0585");
        assertThat(found.messageId()).isEmpty();
        assertThat(found.recipient()).isEqualTo("a@s.whatsapp.net");
        assertThat(found.fireAt()).isEqualTo(Instant.ofEpochMilli(1_769_860_700_000L));

        now = found.fireAt();
        boolean[] failing = {true};
        var runner = runner(store, builder -> builder, job -> {
            sent.add(job);
            if (failing[0]) {
                throw new java.io.IOException("not connected");
            }
        });
        runner.runDue();
        assertThat(job("0585").json().without("pawl")).isEqualTo(written);
        failing[0] = false;
        pass(Duration.ofHours(1));
        runner.runDue();

        assertThat(state("0585")).isEqualTo(JobState.DONE);
        assertThat(job("0585").json().without("pawl")).isEqualTo(written);
        assertThat(sent).hasSize(2);
        Optional<String> messageId = sent.get(0).messageId();
        assertThat(messageId).isPresent();
        assertThat(sent.get(1).messageId()).isEqualTo(messageId);
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("J06 sessions see nothing of each other")
    void j06Sessions() {
        JobStore other = open(SessionName.of("other"));
        schedule("a", START);
        other.schedule(START, BUDI, HELLO, JobOptions.NONE.id("b"));

        assertThat(other.find("a")).isEmpty();
        assertThat(store.find("b")).isEmpty();
        runner().runDue();
        assertThat(sentIds()).containsExactly("a");
        assertThat(other.counts().waiting()).isEqualTo(1);
    }

    @Test
    @DisplayName("J42 a job as big as may be goes all its ways, and a bigger one is refused with the limit")
    void j42Size() {
        Traits.Limits limits = backend.traits().limits();
        long most = Math.min(limits.valueBytes(), limits.bytes() / 4) - (8 << 10);
        String payload = "x".repeat((int) Math.min(most - 512, BIG));
        Broadcast broadcast = store.broadcast(
                List.of("1@lid", "2@lid"),
                recipient -> new JsonString(payload),
                BroadcastOptions.STANDARD.id("b").pacing(Duration.ofSeconds(1)));
        boolean[] failing = {true};
        var runner = runner(store, builder -> builder, job -> {
            if (failing[0]) {
                throw new java.io.IOException("\u0000".repeat(1000));
            }
        });
        for (int i = 0; i < 4; i++) {
            runner.runDue();
            failing[0] = false;
            pass(Duration.ofMinutes(1));
        }

        assertThat(broadcast.progress().sent()).as("%s", events).isEqualTo(2);
        assertThat(job("b.000001").payload()).isEqualTo(new JsonString(payload));
        if (most <= BIG) {
            assertThat(attempt(() -> store.schedule(START, BUDI, new JsonString("x".repeat((int) most)))))
                    .get()
                    .isInstanceOf(UnsupportedException.class)
                    .asString()
                    .contains(String.valueOf(most));
        }
    }
}
