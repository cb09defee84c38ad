package dev.pawl.message;

import static dev.pawl.message.Said.BUDI;
import static dev.pawl.message.Said.BUDI_LID;
import static dev.pawl.message.Said.GROUP;
import static dev.pawl.message.Said.SITI_LID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.Traits;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Messages of a group whose author comes under two addresses before they are known for one's: rules A8b and W1. */
class SecondAuthorsTest extends WithWriter {

    private static RawEvent message(String author, String id, int second) {
        return Said.arrives(
                Said.key(id, author),
                "'messageTimestamp':" + (1760000000 + second) + ",'message':{'conversation':'words'}");
    }

    private static RawEvent starred(String author, String id) {
        return Said.update(Said.key(id, author), "'starred':true");
    }

    private MessageReader reader() {
        return new MessageReader(rows, writer::aliases, () -> Instant.ofEpochSecond(now));
    }

    private List<String> listed() {
        return reader().messages(GROUP, PageRequest.newest().limit(10_000)).items().stream()
                .map(message -> message.key().id() + " " + message.text().orElse("") + " " + message.starred())
                .toList();
    }

    private List<Row> marks() {
        return rows.scan(Scan.of(Family.ALIAS).in("second")).items();
    }

    private Optional<WaMessage> found(String author) {
        return reader().message(MessageKey.of(GROUP, "A", false).withParticipant(author));
    }

    private static List<List<RawEvent>> takes(List<RawEvent> events, boolean atOnce) {
        return atOnce ? List.of(events) : events.stream().map(List::of).toList();
    }

    @Test
    void aMessageIsOneOnceThePairIsKnownWhateverItsOrder() {
        List<RawEvent> said =
                List.of(message(BUDI, "A", 2), message(BUDI_LID, "A", 1), starred(BUDI, "A"), Said.pair());
        for (List<RawEvent> events : Said.orders(said)) {
            for (boolean atOnce : List.of(false, true)) {
                takes(events, atOnce).forEach(some -> take(some.toArray(RawEvent[]::new)));

                assertThat(listed()).as("%s", events).containsExactly("A words true");
                for (String author : List.of(BUDI, BUDI_LID)) {
                    assertThat(found(author))
                            .hasValueSatisfying(
                                    found -> assertThat(found.time()).contains(Instant.ofEpochSecond(1760000001)));
                }
                assertThat(messages()).isEqualTo(1);
                assertThat(marks()).isEmpty();
                writer.clear();
            }
        }
    }

    @Test
    void soIsOneOfASecondAuthorBesideTheFirsts() {
        List<RawEvent> said = List.of(message(SITI_LID, "A", 3), message(BUDI, "A", 2), message(BUDI_LID, "A", 1));
        for (List<RawEvent> events : Said.orders(said)) {
            events.forEach(this::take);
            assertThat(messages()).isEqualTo(3);
            take(Said.pair());

            assertThat(listed()).containsExactly("A words false", "A words false");
            assertThat(found(BUDI).map(WaMessage::json))
                    .isEqualTo(found(BUDI_LID).map(WaMessage::json));
            assertThat(found(SITI_LID).flatMap(WaMessage::time)).contains(Instant.ofEpochSecond(1760000003));
            writer.clear();
        }
    }

    @Test
    void aLaterOwnerKnowsOfThem() {
        take(message(BUDI, "A", 1), message(BUDI_LID, "A", 1), message(BUDI, "B", 2), starred(BUDI_LID, "B"));
        writer.close();
        try (MessageWriter owner = open()) {
            assertThat(new MessageIntake(owner).take(List.of(Said.pair())).rest())
                    .isEmpty();
            assertThat(new MessageReader(rows, owner::aliases, Instant::now)
                            .messages(GROUP, PageRequest.newest())
                            .items())
                    .extracting(message -> message.key().id() + " " + message.starred())
                    .containsExactly("B true", "A false");
        }
    }

    @Test
    void theMarkGoesWithTheMessage() {
        RawEvent[] both = {message(SITI_LID, "A", 1), message(BUDI, "A", 1)};
        MessageKey key = MessageKey.of(GROUP, "A", false).withParticipant(BUDI);
        List<Runnable> ways = List.of(
                () -> writer.removal().delete(List.of(key)),
                () -> writer.removal()
                        .prune(Retention.EVERYTHING
                                .withoutOlderThan(Duration.ofSeconds(1))
                                .only(Set.of(GROUP))),
                () -> writer.removal().deleteChat(GROUP));
        for (Runnable way : ways) {
            take(both);
            assertThat(marks()).hasSize(1);
            way.run();
            assertThat(marks()).isEmpty();
            take(Said.pair());
            writer.clear();
        }
    }

    @Test
    void whoseOtherAddressIsKnownNeedsNoMark() {
        take(Said.pair());
        take(message(SITI_LID, "A", 1), message(BUDI, "A", 1));

        assertThat(messages()).isEqualTo(2);
        assertThat(marks()).isEmpty();
    }

    @Test
    void whatWaitsForAnAuthorIsDoneWhenHisMessageStandsUnderHisOtherAddress() {
        for (List<String> addresses : List.of(List.of(BUDI, BUDI_LID), List.of(BUDI_LID, BUDI))) {
            take(message(addresses.get(0), "A", 1));
            take(Said.edit(Said.key("A", addresses.get(1)), "others", 5), Said.edit(Said.key("A", SITI_LID), "no", 6));
            assertThat(listed()).containsExactly("A words false");
            take(Said.pair());

            assertThat(listed()).containsExactly("A others false");
            assertThat(setAside()).isEqualTo(1);
            writer.clear();
        }
    }

    @Test
    void ofManySomeAreDoneWithEachCommit() {
        int count = DueRows.STEP + 3;
        List<RawEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(message(BUDI, "A" + i, i));
            events.add(message(BUDI_LID, "A" + i, i));
            events.add(message(BUDI, "B" + i, i));
            events.add(starred(BUDI_LID, "B" + i));
        }
        take(events.toArray(RawEvent[]::new));
        take(Said.pair());
        assertThat(listed()).hasSize(2 * count + 3);
        take(Said.arrives(Said.key("C"), "'message':{'conversation':'x'}"));

        assertThat(listed()).hasSize(2 * count).doesNotHaveDuplicates();
        assertThat(listed()).filteredOn(text -> text.endsWith("true")).hasSize(count);
        assertThat(setAside()).isZero();
        assertThat(marks()).isEmpty();
    }

    @Test
    void ofManyThatAreTooMuchForTheBackendFewerAreDone() {
        for (int i = 0; i < 30; i++) {
            take(message(BUDI, "A" + i, i), message(BUDI_LID, "A" + i, i));
        }
        backend.limits = new Traits.Limits(40, 100_000, 100_000, 1000);
        take(Said.pair());
        for (int i = 0; i < 10; i++) {
            take(Said.arrives(Said.key("C" + i), "'message':{'conversation':'x'}"));
        }

        assertThat(listed()).hasSize(30);
    }
}
