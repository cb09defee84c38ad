package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static dev.pawl.baileys.Person.CITRA;
import static dev.pawl.baileys.Person.DEWI;
import static dev.pawl.baileys.Person.EKA;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Received;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.message.ChatView;
import dev.pawl.message.GroupView;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups: everybody reads everybody, whoever comes, goes or dies, and the history knows who is in them. */
@ParameterizedClass
@MethodSource("linked")
class GroupsTest {

    private static final int ROUNDS = Boolean.getBoolean("pawl.soak") ? 10 : 1;

    private final LinkedProgram linked;

    GroupsTest(LinkedProgram linked) {
        this.linked = linked;
    }

    static Stream<LinkedProgram> linked() {
        return LinkedProgram.one(BUDI, CITRA, DEWI, EKA);
    }

    @Test
    void membersReadEachOtherWhoComesLaterToo() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Warung", ANA, ME, BUDI);
        for (Person each : List.of(ANA, BUDI, ANA, BUDI)) {
            saidBy(each, group, "one");
        }
        group.change("add", ANA, CITRA);
        saidBy(CITRA, group, "hello all");
        heardBy(group, "welcome", ANA, BUDI, CITRA);

        linked.restart();

        assertThat(heardBy(group, "I was away", ANA, BUDI, CITRA)).containsOnly("skmsg");
        for (Person each : List.of(ANA, BUDI, CITRA)) {
            saidBy(each, group, "two");
        }
        group.change("remove", ANA, BUDI);
        saidBy(ANA, group, "he has gone");
        saidBy(CITRA, group, "so he has");
        String last = linked.send(group.group(), "and reads us no more");
        linked.standIn.awaitMessage(ANA, last);
        linked.standIn.awaitMessage(CITRA, last);
        assertThat(linked.standIn.inbox(BUDI)).extracting(Received::id).doesNotContain(last);
        nobodyAskedAgain();
        assertThat(linked.program().errors).isEmpty();
    }

    @Test
    void theHistoryKnowsWhoIsInAGroup() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Kampung", ANA, ME, BUDI);
        Eventually.holds(() -> {
            assertThat(row(group).subject()).contains("Kampung");
            assertThat(ranks(group)).isEqualTo(Map.of(ANA.lid(), "superadmin", ME.lid(), "", BUDI.lid(), ""));
            assertThat(row(group).complete()).isTrue();
        });

        group.change("add", ANA, CITRA);
        group.change("promote", ANA, CITRA);
        group.change("remove", CITRA, BUDI);
        group.rename(CITRA, "Kampung Baru");
        Map<String, String> ranks = Map.of(ANA.lid(), "superadmin", ME.lid(), "", CITRA.lid(), "admin");
        Eventually.holds(() -> {
            assertThat(ranks(group)).isEqualTo(ranks);
            assertThat(row(group).subject()).contains("Kampung Baru");
            assertThat(linked.history().chat(group.group()).flatMap(ChatView::name))
                    .contains("Kampung Baru");
        });

        linked.stop();
        group.change("demote", ANA, CITRA);
        group.change("add", ANA, DEWI);
        linked.start();
        Map<String, String> later = Map.of(ANA.lid(), "superadmin", ME.lid(), "", CITRA.lid(), "", DEWI.lid(), "");
        Eventually.holds(() -> assertThat(ranks(group)).isEqualTo(later));
    }

    @Test
    void aGroupThatNobodyToldOfIsKnownOnceAllAreFetched() throws Exception {
        String group = linked.standIn.group("Pasar", BUDI, ME, DEWI);
        GroupActs.areOld(linked.standIn, linked.device);
        Eventually.holds(() -> {
            GroupView row = linked.history().group(group).orElseThrow(() -> new AssertionError("no row"));
            assertThat(row.subject()).contains("Pasar");
            assertThat(row.participants()).hasSize(3);
        });
    }

    @Test
    void whatWasSaidWhileAwayIsReadWithTheKeysOfBefore() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Pantai", ANA, ME, BUDI);
        saidBy(ANA, group, "still here");
        linked.stop();
        for (int i = 0; i < 5; i++) {
            linked.standIn.sendGroup(ANA, group.group(), "away " + i);
        }
        group.change("add", ANA, DEWI);
        linked.standIn.sendGroup(DEWI, group.group(), "new here");
        linked.start();

        linked.awaitTexts(Set.of("away 0", "away 1", "away 2", "away 3", "away 4", "new here"));
        saidBy(ANA, group, "and on");
        saidBy(DEWI, group, "and on");
        nobodyAskedAgain();
        assertThat(linked.program().errors).isEmpty();
    }

    @Test
    void whatOneCannotReadIsSentAgainWithTheKey() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Sawah", ANA, ME, EKA);
        saidBy(ANA, group, "hello");
        heardBy(group, "hello", ANA, EKA);

        String id = group.sendBroken(ANA, linked.device, "broken, then whole");
        Eventually.holds(
                () -> assertThat(linked.stored(group.group(), false, id).text()).contains("broken, then whole"));
        saidBy(ANA, group, "and on");

        group.forgetKey(EKA, linked.device);
        int unread = linked.standIn.failures(EKA).size();
        assertThat(heardBy(group, "once more", ANA, EKA)).containsExactly("skmsg", "pkmsg+skmsg");
        assertThat(linked.standIn.failures(EKA)).hasSize(unread + 1);
        heardBy(group, "with the key", ANA, EKA);
        linked.restart();
        heardBy(group, "and after", ANA, EKA);
        assertThat(linked.standIn.failures(EKA)).hasSize(unread + 1);
    }

    @Test
    void killedWhenAMessageHasLeftAllReadTheNext() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Hutan", ANA, ME, BUDI, CITRA);
        heardBy(group, "before", ANA, BUDI, CITRA);
        for (Person each : List.of(ANA, BUDI, CITRA)) {
            linked.standIn.retries(each, false);
        }
        linked.program().forgetEnds();
        linked.standIn.killOnMessage(linked.program().transport.processId().orElseThrow());
        linked.program().trySend(group.group(), "the last");
        linked.program().end();
        linked.program().connect();
        linked.standIn.awaitLive(linked.device);

        heardBy(group, "the next", ANA, BUDI, CITRA);
        for (Person each : List.of(ANA, BUDI, CITRA)) {
            linked.standIn.retries(each, true);
        }
        nobodyAskedAgain();
    }

    @Test
    void killedAmongWhatComesInAllOfItAndTheNextOfEachSenderIsRead() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Gunung", ANA, ME, BUDI, CITRA);
        List<Person> all = List.of(ANA, BUDI, CITRA);
        for (Person each : all) {
            saidBy(each, group, "first");
        }
        Map<String, String> said = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 15; i++) {
                String text = "round " + round + ", " + i;
                said.put(linked.standIn.sendGroup(all.get(i % 3), group.group(), text), text);
            }
            linked.killChild();
            for (Person each : all) {
                saidBy(each, group, "after round " + round);
            }
        }
        heardBy(group, "all well", ANA, BUDI, CITRA);
        for (Map.Entry<String, String> each : said.entrySet()) {
            Eventually.holds(() -> assertThat(
                            linked.stored(group.group(), false, each.getKey()).text())
                    .contains(each.getValue()));
        }
    }

    /** Has somebody write in a group, and waits until it is here and in the history. */
    private void saidBy(Person from, GroupActs group, String text) throws Exception {
        String id = linked.standIn.sendGroup(from, group.group(), text);
        while (!linked.program().message().key().id().equals(id)) {
            // Of others, or of before.
        }
        Eventually.holds(() -> {
            var row = linked.stored(group.group(), false, id);
            assertThat(row.text()).contains(text);
            assertThat(row.sender()).contains(from.lid());
        });
    }

    /** Writes in a group, waits until these have read it, and gives how it was encrypted for them. */
    private List<String> heardBy(GroupActs group, String text, Person... members) throws Exception {
        String id = linked.send(group.group(), text);
        return List.of(members).stream()
                .map(member -> {
                    Received received = linked.standIn.awaitMessage(member, id);
                    assertThat(received.text()).isEqualTo(text);
                    return received.type();
                })
                .toList();
    }

    private void nobodyAskedAgain() {
        for (Person each : List.of(ANA, BUDI, CITRA, DEWI)) {
            assertThat(linked.standIn.failures(each)).as(each.name()).isEmpty();
        }
    }

    private GroupView row(GroupActs group) {
        return linked.history()
                .group(group.group())
                .orElseThrow(() -> new AssertionError("there is no row of the group"));
    }

    /** Who is in it, and what they may do. */
    private Map<String, String> ranks(GroupActs group) {
        Map<String, String> ranks = new HashMap<>();
        for (JsonObject participant : row(group).participants()) {
            String rank = participant.get("admin").orElse(JsonNull.NULL) instanceof JsonString text ? text.value() : "";
            ranks.put(StandInPipe.textOf(participant, "id"), rank);
        }
        return ranks;
    }
}
