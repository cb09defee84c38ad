package dev.pawl.message;

import static dev.pawl.message.History.EPOCH;
import static dev.pawl.message.History.GROUP;
import static dev.pawl.message.History.LID;
import static dev.pawl.message.History.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PruningTest {

    private static final Instant NOW = Instant.ofEpochSecond(EPOCH + 1000);

    private final History history = new History();

    @Test
    void nothingGoesThatNothingSaysShouldGo() {
        history.words(PHONE, "A", EPOCH, "old");
        history.timed(PHONE, "B", EPOCH, EPOCH + 1);

        assertThat(prune(Retention.EVERYTHING)).isZero();
        assertThat(prune(Retention.EVERYTHING.only(Set.of(PHONE)))).isZero();
        assertThat(history.messages(PHONE)).containsExactly("B", "A");
    }

    @Test
    void whatIsOlderGoesAndWhatIsJustThatOldStays() {
        history.words(PHONE, "OLD", EPOCH + 899, "");
        history.words(PHONE, "EDGE", EPOCH + 900, "");
        history.words(GROUP, "OLDER", EPOCH, "");

        assertThat(prune(Retention.EVERYTHING.withoutOlderThan(Duration.ofSeconds(100))))
                .isEqualTo(2);
        assertThat(history.ids(Family.MESSAGE)).containsExactly(PHONE + " EDGE|0");
    }

    @Test
    void aFractionOfASecondCounts() {
        history.words(PHONE, "A", EPOCH + 900, "");
        Instant justLater = NOW.plusMillis(1);

        assertThat(history.pruning(justLater).prune(Retention.EVERYTHING.withoutOlderThan(Duration.ofSeconds(100))))
                .isEqualTo(1);
    }

    @Test
    void messagesWithoutATimeAreNotOld() {
        history.timeless(PHONE, "A", EPOCH);
        history.words(PHONE, "B", EPOCH, "");

        assertThat(prune(Retention.EVERYTHING.withoutOlderThan(Duration.ofSeconds(10))))
                .isEqualTo(1);
        assertThat(history.messages(PHONE)).containsExactly("A");
    }

    @Test
    void theNewestOfEachConversationStayUnderWhicheverAddressTheyStand() {
        for (int i = 0; i < 10; i++) {
            history.words(i % 2 == 0 ? PHONE : LID, "M" + i, EPOCH + i, "");
            history.words(GROUP, "G" + i, EPOCH, "");
        }
        history.words("9@g.us", "FEW", EPOCH, "");
        history.pair();

        assertThat(prune(Retention.EVERYTHING.withNewest(3))).isEqualTo(14);
        assertThat(history.messages(PHONE)).containsExactly("M9", "M8", "M7");
        assertThat(history.messages(GROUP)).containsExactly("G9", "G8", "G7");
        assertThat(history.messages("9@g.us")).containsExactly("FEW");
        assertThat(prune(Retention.EVERYTHING.withNewest(0))).isEqualTo(7);
        assertThat(history.ids(Family.MESSAGE)).isEmpty();
    }

    @Test
    void onlyTheNamedChatsLoseMessagesByEitherAddress() {
        history.words(LID, "A", EPOCH, "");
        history.words(PHONE, "B", EPOCH, "");
        history.words(GROUP, "C", EPOCH, "");
        history.pair();
        Retention old = Retention.EVERYTHING.withoutOlderThan(Duration.ofSeconds(1));

        assertThat(prune(old.only(Set.of("5@lid")))).isZero();
        assertThat(prune(old.only(Set.of("6281111111111:3@c.us")))).isEqualTo(2);
        assertThat(prune(Retention.EVERYTHING.withNewest(0).only(Set.of(LID)))).isZero();
        assertThat(history.messages(GROUP)).containsExactly("C");
    }

    @Test
    void messagesGoWhenTheirOwnTimerHasRunOut() {
        history.timed(PHONE, "GONE", EPOCH, EPOCH + 1000);
        history.timed(PHONE, "NOT_YET", EPOCH, EPOCH + 1001);
        history.words(PHONE, "FOR_EVER", EPOCH, "");
        history.timed(GROUP, "ELSEWHERE", EPOCH, EPOCH + 5);
        history.put(Family.EXPIRY, "", GROUP + "|DELETED|0", EPOCH, "{}");
        Retention retention = Retention.EVERYTHING.withoutDisappeared();

        assertThat(prune(retention.only(Set.of(PHONE)))).isEqualTo(1);
        assertThat(history.messages(PHONE)).containsExactlyInAnyOrder("NOT_YET", "FOR_EVER");
        assertThat(history.messages(GROUP)).containsExactly("ELSEWHERE");
        assertThat(prune(retention)).isEqualTo(1);
        assertThat(history.ids(Family.EXPIRY)).containsExactly(PHONE + "|NOT_YET|0");
    }

    @Test
    void aMessageThatIsKeptOutlivesATimerThatIsStillThere() {
        history.message(PHONE, "A", EPOCH, ",'ephemeralDuration':5,'keepInChat':{'keepType':1}");
        history.put(Family.EXPIRY, "", PHONE + "|A|0", EPOCH + 5, "{}");

        assertThat(prune(Retention.EVERYTHING.withoutDisappeared())).isZero();
        assertThat(history.messages(PHONE)).containsExactly("A");
    }

    @Test
    void timerAndLabelsGoWithTheMessageUnderEitherAddress() {
        history.timed(PHONE, "A", EPOCH, EPOCH + 5000);
        history.words(LID, "B|X", EPOCH, "");
        history.put(Family.LABEL, "message", "7|" + LID + "|A", 0, "{}");
        history.put(Family.LABEL, "message", "8|" + PHONE + "|B|X", 0, "{}");
        history.put(Family.LABEL, "message", "8|" + PHONE + "|C", 0, "{}");
        history.put(Family.LABEL, "chat", "8|" + PHONE, 0, "{}");
        history.put(Family.CHAT, "", LID, EPOCH, "{}");
        history.pair();

        assertThat(history.pruning(NOW).empty(PHONE)).isEqualTo(2);
        assertThat(history.ids(Family.MESSAGE)).isEmpty();
        assertThat(history.ids(Family.EXPIRY)).isEmpty();
        assertThat(history.ids(Family.LABEL)).containsExactly("chat 8|" + PHONE, "message 8|" + PHONE + "|C");
        assertThat(history.ids(Family.CHAT)).containsExactly(LID);
    }

    @Test
    void aMessageThatStandsTwiceGoesWholeAndCountsOnce() {
        history.words(PHONE, "A", EPOCH, "");
        history.words(LID, "A", EPOCH + 1, "");
        history.words(LID, "B", EPOCH + 990, "");
        history.words(PHONE, "B", EPOCH + 10, "");
        history.pair();

        assertThat(prune(Retention.EVERYTHING.withoutOlderThan(Duration.ofSeconds(100))))
                .isEqualTo(2);
        assertThat(history.ids(Family.MESSAGE)).isEmpty();
    }

    @Test
    void stepsAreBounded() {
        for (int i = 0; i < 1234; i++) {
            history.words(GROUP, "M" + i, EPOCH + i / 7, "");
        }
        AtomicInteger steps = new AtomicInteger();
        Pruning pruning = new Pruning(history.rows, history.aliases, NOW, step -> {
            List<dev.pawl.backend.Key> keys = step.get();
            assertThat(keys).hasSizeLessThanOrEqualTo(1000);
            steps.incrementAndGet();
            history.delete(keys);
        });

        assertThat(pruning.empty(GROUP)).isEqualTo(1234);
        assertThat(steps.get()).isEqualTo(3);
    }

    @Test
    void aDryRunCountsWhatARunRemovesAndTheRulesAreAboutWhatThereWasBefore() {
        Random random = new Random(6);
        for (int round = 0; round < 60; round++) {
            History here = new History();
            Map<String, Map<String, String>> chats = fill(here, random);
            here.pair();
            int newest = random.nextInt(6);
            long age = 1 + random.nextInt(30);
            Instant now = Instant.ofEpochSecond(EPOCH + 30);
            Retention retention = Retention.EVERYTHING.withNewest(newest).withoutOlderThan(Duration.ofSeconds(age));
            retention = random.nextBoolean() ? retention.withoutDisappeared() : retention;
            Set<String> expected = expected(chats, retention, now);

            long counted = here.reader(now).countToPrune(retention);
            assertThat(here.ids(Family.MESSAGE))
                    .hasSize(chats.values().stream().mapToInt(Map::size).sum());
            assertThat(here.pruning(now).prune(retention)).isEqualTo(counted);

            Set<String> left = new HashSet<>(here.messages(LID));
            left.addAll(here.messages(GROUP));
            assertThat(left).isEqualTo(expected);
        }
    }

    /** Up to 12 messages in a group and in a chat of two addresses; of each, what it is, by order and row id. */
    private static Map<String, Map<String, String>> fill(History here, Random random) {
        Map<String, Map<String, String>> chats = Map.of(LID, new TreeMap<>(), GROUP, new TreeMap<>());
        for (int i = 0; i < 24; i++) {
            String chat = random.nextBoolean() ? LID : GROUP;
            String place = chat.equals(LID) && random.nextBoolean() ? PHONE : chat;
            long second = EPOCH + random.nextInt(30);
            String id = "M" + (100 + i);
            int kind = random.nextInt(3);
            long end = second + 1 + random.nextInt(30);
            if (kind == 0) {
                here.timeless(place, id, second);
            } else if (kind == 1) {
                here.timed(place, id, second, end);
            } else {
                here.words(place, id, second, "");
            }
            chats.get(chat).put(second + "|" + id, kind + "|" + second + "|" + end + "|" + id);
        }
        return chats;
    }

    /** Which stay, each rule looked at alone. */
    private static Set<String> expected(Map<String, Map<String, String>> chats, Retention retention, Instant now) {
        Set<String> staying = new HashSet<>();
        for (Map<String, String> messages : chats.values()) {
            List<String> inOrder = new ArrayList<>(messages.values());
            for (int i = 0; i < inOrder.size(); i++) {
                List<String> parts = List.of(inOrder.get(i).split("\\|"));
                long second = Long.parseLong(parts.get(1));
                long end = Long.parseLong(parts.get(2));
                boolean beyond = inOrder.size() - i > retention.newest().orElseThrow();
                boolean old = !parts.get(0).equals("0")
                        && Instant.ofEpochSecond(second)
                                .isBefore(now.minus(retention.olderThan().orElseThrow()));
                boolean over = retention.disappeared() && parts.get(0).equals("1") && end <= now.getEpochSecond();
                if (!beyond && !old && !over) {
                    staying.add(parts.get(3));
                }
            }
        }
        return staying;
    }

    private long prune(Retention retention) {
        long counted = history.reader(NOW).countToPrune(retention);
        long gone = history.pruning(NOW).prune(retention);
        assertThat(counted).isEqualTo(gone);
        return gone;
    }
}
