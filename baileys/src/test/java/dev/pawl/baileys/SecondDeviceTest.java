package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Received;
import dev.pawl.message.ChatFilter;
import dev.pawl.message.ChatView;
import dev.pawl.transport.TransportException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Ana has a phone and links devices to it: all of them read us, and what any of them writes is hers. */
@ParameterizedClass
@MethodSource("linked")
class SecondDeviceTest {

    private static final Person LAPTOP = new Person("Ana's laptop", ANA.number(), ANA.lidUser());
    private static final Person WATCH = new Person("Ana's watch", ANA.number(), ANA.lidUser());
    private static final Person TABLET = new Person("Ana's tablet", ANA.number(), ANA.lidUser());

    private final LinkedProgram linked;
    private final PeerActs acts;
    private final List<TransportException> refused = new CopyOnWriteArrayList<>();

    SecondDeviceTest(LinkedProgram linked) {
        this.linked = linked;
        this.acts = new PeerActs(linked.standIn);
    }

    static Stream<LinkedProgram> linked() {
        return LinkedProgram.one();
    }

    @Test
    void bothReadUsAndBothAreOneConversation() throws Exception {
        linked.standIn.send(ANA, linked.device, "from the phone");
        linked.program().message("from the phone");
        linked.standIn.awaitMessage(ANA, linked.send(ANA.lid(), "to the phone"));

        acts.addDevice(ANA, LAPTOP, 2);
        linked.standIn.awaitEmptyQueue(linked.device);
        readBy(linked.send(ANA.lid(), "to both"), ANA, LAPTOP);
        linked.standIn.send(LAPTOP, linked.device, "from the laptop");
        assertThat(linked.program().message("from the laptop").chat()).isEqualTo(ANA.lid());

        linked.restart();

        linked.standIn.send(LAPTOP, linked.device, "still from the laptop");
        linked.program().message("still from the laptop");
        linked.standIn.send(ANA, linked.device, "and from the phone");
        linked.program().message("and from the phone");
        readBy(linked.send(ANA.lid(), "to both again"), ANA, LAPTOP);

        acts.removeDevice(LAPTOP);
        linked.standIn.awaitEmptyQueue(linked.device);
        String late = linked.send(ANA.lid(), "to the phone alone");
        readBy(late, ANA);
        linked.restart();
        String later = linked.send(ANA.jid(), "after a restart too");
        readBy(later, ANA);
        assertThat(linked.standIn.inbox(LAPTOP)).extracting(Received::id).doesNotContain(late, later);

        Eventually.holds(() -> assertThat(LinkedProgram.texts(linked.history(), ANA.lid()))
                .contains(
                        "from the phone",
                        "to the phone",
                        "to both",
                        "from the laptop",
                        "still from the laptop",
                        "and from the phone",
                        "to both again",
                        "to the phone alone",
                        "after a restart too"));
        assertThat(linked.history().chats(ChatFilter.ANY, Optional.empty(), 100).items())
                .extracting(ChatView::jid)
                .containsOnlyOnce(ANA.lid())
                .doesNotContain(ANA.jid());
        assertThat(linked.standIn.failures(ANA)).isEmpty();
        assertThat(linked.program().errors).isEmpty();
    }

    @Test
    void bothAreOneMemberOfAGroup() throws Exception {
        acts.addDevice(ANA, WATCH, 9);
        GroupActs group = GroupActs.make(linked.standIn, "Warung", ANA, ME);
        for (Person each : List.of(ANA, WATCH)) {
            String id = linked.standIn.sendGroup(each, group.group(), "hello from " + each.name());
            linked.program().message("hello from " + each.name());
            Eventually.holds(() ->
                    assertThat(linked.stored(group.group(), false, id).sender()).contains(ANA.lid()));
        }
        readBy(linked.send(group.group(), "hello to both"), ANA, WATCH);
        linked.restart();
        readBy(linked.send(group.group(), "and again"), ANA, WATCH);
        acts.removeDevice(WATCH);
        readBy(linked.send(group.group(), "to the phone"), ANA);
        assertThat(linked.standIn.inbox(WATCH)).extracting(Received::text).doesNotContain("to the phone");
    }

    /** Adding and removing changes sessions and the list of devices, which sends wait for: nobody waits for the other. */
    @Test
    void devicesComeAndGoWhileWeWrite() throws Exception {
        linked.standIn.awaitMessage(ANA, linked.send(ANA.lid(), "before"));
        CompletableFuture<List<String>> sending = CompletableFuture.supplyAsync(() -> {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                ids.add(sendAgainAndAgain("burst " + i));
            }
            return ids;
        });
        for (int round = 0; round < 4; round++) {
            acts.addDevice(ANA, TABLET, 3 + round);
            linked.standIn.send(TABLET, linked.device, "round " + round);
            linked.program().message("round " + round);
            acts.removeDevice(TABLET);
        }
        Set<String> sent = new HashSet<>(sending.get(30, TimeUnit.SECONDS));
        for (String id : sent) {
            linked.standIn.awaitMessage(ANA, id);
        }
        assertThat(sent).hasSize(40);
        assertThat(refused).hasSizeLessThanOrEqualTo(4);
        assertThat(linked.program().errors).isEmpty();
    }

    /** A send to a device that was removed just then fails, and the next does not. */
    private String sendAgainAndAgain(String text) {
        while (true) {
            try {
                return linked.send(ANA.lid(), text);
            } catch (TransportException e) {
                refused.add(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void readBy(String id, Person... devices) {
        for (Person each : devices) {
            linked.standIn.awaitMessage(each, id);
        }
    }
}
