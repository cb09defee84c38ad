package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static dev.pawl.baileys.Person.CITRA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonObject;
import dev.pawl.message.ChatFilter;
import dev.pawl.message.ChatView;
import dev.pawl.message.ContactView;
import dev.pawl.message.MessageKind;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The old messages that the phone sends after pairing: they fill the history, and never undo what is newer. */
@ParameterizedClass
@MethodSource("linked")
class HistorySyncTest {

    private static final long OLD = 1_700_000_000;
    private static final int RECENT = 3;
    private static final int NAMES = 4;

    private final LinkedProgram linked;
    private final MyPhone phone;

    HistorySyncTest(LinkedProgram linked) {
        this.linked = linked;
        this.phone = new MyPhone(linked.standIn, linked.device);
    }

    static Stream<LinkedProgram> linked() {
        return StoreKind.oneNow().map(kind -> LinkedProgram.on(kind, HistorySyncTest::fillPhone, BUDI, CITRA));
    }

    /** What is on the phone before the device is linked: it comes with the first part, under Ana's number. */
    private static void fillPhone(WhatsAppStandIn standIn) {
        String first = chat(
                ANA.jid(),
                ",\"lidJid\":\"" + ANA.lid() + "\",\"name\":\"Ana of old\"",
                said(ANA.jid(), "BOOT1", false, OLD, "years ago"));
        standIn.call(
                "history", JsonObject.builder().put("history", PeerActs.json("{\"conversations\":[" + first + "]}")));
    }

    @Test
    void whatCameBeforeAndWhatComesNowIsOneConversation() throws Exception {
        Eventually.holds(() ->
                assertThat(linked.stored(ANA.jid(), false, "BOOT1").text()).contains("years ago"));
        linked.standIn.send(ANA, linked.device, "and today");
        linked.program().message("and today");
        linked.send(ANA.lid(), "indeed");

        Eventually.holds(() -> {
            for (String address : List.of(ANA.jid(), ANA.lid())) {
                assertThat(LinkedProgram.texts(linked.history(), address))
                        .endsWith("years ago")
                        .contains("and today", "indeed");
            }
            assertThat(chats()).containsOnlyOnce(ANA.lid()).doesNotContain(ANA.jid());
            assertThat(linked.history().chat(ANA.jid()).flatMap(ChatView::name)).contains("Ana of old");
            assertThat(linked.history().contact(ANA.lid()).flatMap(ContactView::name))
                    .contains("Ana of old");
        });
    }

    @Test
    void partsFillChatsContactsAndPairs() throws Exception {
        String pairs =
                ",\"phoneNumberToLidMappings\":[{\"pnJid\":\"6289900000001@s.whatsapp.net\",\"lidJid\":\"9990001@lid\"}]";
        String messages = IntStream.range(0, 120)
                .mapToObj(i -> said("9990001@lid", "PART" + i, i % 2 == 0, OLD + i, "old " + i))
                .collect(Collectors.joining(","));
        phone.history(part(
                RECENT,
                1,
                50,
                chat(
                        "9990001@lid",
                        ",\"name\":\"Far away\",\"unreadCount\":7,\"archived\":true,\"conversationTimestamp\":"
                                + (OLD + 119),
                        messages),
                pairs));
        phone.history("{\"syncType\":" + NAMES
                + ",\"pushnames\":[{\"id\":\"6289900000001@s.whatsapp.net\",\"pushname\":\"faraway\"}]}");

        Eventually.holds(() -> {
            assertThat(linked.history().count("9990001@lid")).isEqualTo(120);
            ChatView chat =
                    linked.history().chat("6289900000001@s.whatsapp.net").orElseThrow(AssertionError::new);
            assertThat(chat.jid()).isEqualTo("9990001@lid");
            assertThat(chat.unreadCount()).isEqualTo(7);
            assertThat(chat.archived()).isTrue();
            assertThat(linked.history().contact("9990001@lid").flatMap(ContactView::pushName))
                    .contains("faraway");
        });
        List<WaMessage> newest = linked.history()
                .messages("6289900000001@s.whatsapp.net", PageRequest.newest())
                .items();
        assertThat(newest).hasSize(100);
        assertThat(newest.get(0).text()).contains("old 119");
    }

    @Test
    void whatIsOlderNeverUndoesWhatIsNewer() throws Exception {
        PeerActs acts = new PeerActs(linked.standIn);
        String edited = linked.standIn.send(BUDI, linked.device, "first words");
        acts.say(BUDI, linked.device, protocol(edited, 14, ",\"editedMessage\":{\"conversation\":\"last words\"}"));
        String revoked = linked.standIn.send(BUDI, linked.device, "never said");
        acts.say(BUDI, linked.device, protocol(revoked, 0, ""));
        Eventually.holds(() -> {
            assertThat(linked.stored(BUDI.lid(), false, edited).text()).contains("last words");
            assertThat(linked.stored(BUDI.lid(), false, revoked).kind()).isEqualTo(MessageKind.REVOKED);
        });
        phone.change("regular_low", List.of("archive", BUDI.lid()), "{\"archiveChatAction\":{\"archived\":true}}");
        Eventually.holds(() -> assertThat(linked.history().chat(BUDI.lid()).map(ChatView::archived))
                .contains(true));
        ChatView before = linked.history().chat(BUDI.lid()).orElseThrow();

        String old = said(BUDI.lid(), edited, false, OLD, "first words")
                + ","
                + said(BUDI.lid(), revoked, false, OLD, "never said")
                + ","
                + said(BUDI.lid(), "OLDEST", false, OLD, "long ago");
        String members = ",\"name\":\"Budi\",\"unreadCount\":0,\"archived\":false,\"conversationTimestamp\":" + OLD;
        phone.history(part(RECENT, 2, 60, chat(BUDI.lid(), members, old), ""));

        Eventually.holds(() ->
                assertThat(linked.stored(BUDI.lid(), false, "OLDEST").text()).contains("long ago"));
        assertThat(linked.stored(BUDI.lid(), false, edited).text()).contains("last words");
        assertThat(linked.stored(BUDI.lid(), false, revoked).json().toText()).doesNotContain("never said");
        ChatView after = linked.history().chat(BUDI.lid()).orElseThrow();
        assertThat(after.archived()).isTrue();
        assertThat(after.unreadCount()).isEqualTo(before.unreadCount());
        assertThat(after.lastActivity()).isEqualTo(before.lastActivity());
        assertThat(after.name()).contains("Budi");
    }

    @Test
    void partsGoOnAfterAKillInTheMiddle() throws Exception {
        phone.history(page(0));
        Eventually.holds(() -> assertThat(linked.history().count(CITRA.lid())).isEqualTo(50));

        linked.program().forgetEnds();
        ProcessHandle.of(linked.program().transport.processId().orElseThrow())
                .ifPresent(ProcessHandle::destroyForcibly);
        phone.history(page(1));
        phone.history(page(2));
        linked.program().end();
        linked.program().connect();
        Eventually.holds(() -> assertThat(linked.history().count(CITRA.lid())).isEqualTo(150));

        linked.stop();
        phone.history(page(3));
        phone.history(page(1));
        linked.start();
        Eventually.holds(() -> assertThat(linked.history().count(CITRA.lid())).isEqualTo(200));
        linked.standIn.awaitEmptyQueue(linked.device);
        assertThat(LinkedProgram.texts(linked.history(), CITRA.jid()))
                .hasSize(200)
                .doesNotHaveDuplicates();
        assertThat(linked.program().errors).isEmpty();
    }

    private static String page(int number) {
        String messages = IntStream.range(number * 50, number * 50 + 50)
                .mapToObj(i -> said(CITRA.lid(), "PAGE" + i, false, OLD + i, "page " + i))
                .collect(Collectors.joining(","));
        String members = ",\"pnJid\":\"" + CITRA.jid() + "\",\"conversationTimestamp\":" + (OLD + 199);
        return part(RECENT, 10 + number, 70 + number, chat(CITRA.lid(), members, messages), "");
    }

    private List<String> chats() {
        return linked.history().chats(ChatFilter.ANY, Optional.empty(), 100).items().stream()
                .map(ChatView::jid)
                .toList();
    }

    private static String part(int type, int order, int progress, String conversation, String more) {
        return "{\"syncType\":" + type + ",\"chunkOrder\":" + order + ",\"progress\":" + progress
                + ",\"conversations\":[" + conversation + "]" + more + "}";
    }

    private static String chat(String jid, String members, String messages) {
        return "{\"id\":\"" + jid + "\"" + members + ",\"messages\":[" + messages + "]}";
    }

    private static String said(String chat, String id, boolean mine, long seconds, String text) {
        return "{\"message\":{\"key\":{\"remoteJid\":\"" + chat + "\",\"fromMe\":" + mine + ",\"id\":\"" + id
                + "\"},\"message\":{\"conversation\":\"" + text + "\"},\"messageTimestamp\":" + seconds
                + ",\"status\":" + (mine ? 4 : 0) + "}}";
    }

    private static String protocol(String id, int type, String more) {
        return "{\"protocolMessage\":{\"key\":{\"remoteJid\":\"" + Person.ME.lid() + "\",\"fromMe\":true,\"id\":\"" + id
                + "\"},\"type\":" + type + more + "}}";
    }
}
