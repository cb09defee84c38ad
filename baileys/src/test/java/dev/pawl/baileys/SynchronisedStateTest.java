package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static dev.pawl.baileys.Person.CITRA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.KeyType;
import dev.pawl.message.ChatFilter;
import dev.pawl.message.ChatView;
import dev.pawl.message.ContactView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The state that all devices of an account share, in both directions, with keys and versions that outlive the program. */
@ParameterizedClass
@MethodSource("linked")
class SynchronisedStateTest {

    private static final String LOW = "regular_low";
    private static final String HIGH = "regular_high";
    private static final String CONTACTS = "critical_unblock_low";

    private final LinkedProgram linked;
    private final MyPhone phone;

    SynchronisedStateTest(LinkedProgram linked) throws Exception {
        this.linked = linked;
        this.phone = new MyPhone(linked.standIn, linked.device);
        // The key comes after the pairing, and so does the first look at all collections.
        Eventually.holds(() -> assertThat(phone.asked(LOW)).isNotEmpty());
        Eventually.holds(() -> assertThat(keyIds()).isNotEmpty());
    }

    static Stream<LinkedProgram> linked() {
        return LinkedProgram.each(BUDI, CITRA);
    }

    @Test
    void whatIDoOnThePhoneReachesTheHistory() throws Exception {
        String said = linked.standIn.send(ANA, linked.device, "keep this");
        linked.program().message("keep this");
        linked.standIn.awaitEmptyQueue(linked.device);

        phone.change(LOW, List.of("archive", ANA.lid()), "{\"archiveChatAction\":{\"archived\":true}}");
        phone.change(LOW, List.of("pin_v1", ANA.jid()), "{\"pinAction\":{\"pinned\":true}}");
        phone.change(HIGH, List.of("mute", ANA.lid()), "{\"muteAction\":{\"muted\":true,\"muteEndTimestamp\":-1}}");
        phone.change(LOW, List.of("star", ANA.lid(), said, "0", "0"), "{\"starAction\":{\"starred\":true}}");
        phone.change(
                CONTACTS,
                List.of("contact", ANA.jid()),
                "{\"contactAction\":{\"fullName\":\"Ana Baru\",\"lidJid\":\"" + ANA.lid() + "\"}}");

        Eventually.holds(() -> {
            ChatView chat = chat(ANA);
            assertThat(chat.jid()).isEqualTo(ANA.lid());
            assertThat(chat.archived()).isTrue();
            assertThat(chat.pinned()).isPresent();
            assertThat(chat.muteEnd()).isPresent();
            assertThat(linked.stored(ANA.lid(), false, said).starred()).isTrue();
            assertThat(linked.history().contact(ANA.jid()).flatMap(ContactView::name))
                    .contains("Ana Baru");
        });

        phone.change(LOW, List.of("archive", ANA.lid()), "{\"archiveChatAction\":{\"archived\":false}}");
        phone.change(LOW, List.of("pin_v1", ANA.lid()), "{\"pinAction\":{\"pinned\":false}}");
        phone.change(HIGH, List.of("mute", ANA.lid()), "{\"muteAction\":{\"muted\":false}}");
        phone.change(LOW, List.of("markChatAsRead", ANA.lid()), "{\"markChatAsReadAction\":{\"read\":false}}");
        Eventually.holds(() -> {
            ChatView chat = chat(ANA);
            assertThat(chat.archived()).isFalse();
            assertThat(chat.pinned()).isEmpty();
            assertThat(chat.muteEnd()).isEmpty();
            assertThat(chat.unread()).isTrue();
        });
        assertThat(linked.history().chats(ChatFilter.ANY, Optional.empty(), 100).items())
                .extracting(ChatView::jid)
                .doesNotContain(ANA.jid());
    }

    @Test
    void keysAndVersionsOutliveTheProgram() throws Exception {
        phone.change(LOW, List.of("archive", BUDI.lid()), "{\"archiveChatAction\":{\"archived\":true}}");
        Eventually.holds(() -> assertThat(chat(BUDI).archived()).isTrue());
        List<String> keys = keyIds();
        long version = phone.version(LOW);
        Eventually.holds(() -> assertThat(storedVersion(LOW)).isEqualTo(version));

        linked.stop();
        phone.change(LOW, List.of("pin_v1", BUDI.lid()), "{\"pinAction\":{\"pinned\":true}}");
        linked.start();

        Eventually.holds(() -> assertThat(chat(BUDI).pinned()).isPresent());
        assertThat(keyIds()).containsAll(keys);
        assertThat(phone.asked(LOW)).last().isEqualTo(version);
        Eventually.holds(() -> assertThat(storedVersion(LOW)).isEqualTo(version + 1));
        assertThat(chat(BUDI).archived()).isTrue();
    }

    @Test
    void whatIsWrittenWithAKeyThatIsNotThereIsReadOnceItComes() throws Exception {
        int before = phone.asked(HIGH).size();
        String key = phone.newKey();
        phone.change(HIGH, List.of("mute", CITRA.lid()), "{\"muteAction\":{\"muted\":true,\"muteEndTimestamp\":-1}}");
        // It looks twice, and then waits for the key.
        Eventually.holds(() -> assertThat(phone.asked(HIGH)).hasSizeGreaterThanOrEqualTo(before + 2));
        linked.standIn.awaitEmptyQueue(linked.device);
        assertThat(linked.history().chat(CITRA.lid()).flatMap(ChatView::muteEnd))
                .isEmpty();

        phone.shareKey();

        Eventually.holds(() -> assertThat(chat(CITRA).muteEnd()).isPresent());
        assertThat(keyIds()).contains(key).hasSizeGreaterThan(1);
    }

    @Test
    void whatTheDeviceChangesThePhoneReads() throws Exception {
        linked.client().modifyChat(CITRA.lid(), PeerActs.json("{\"pin\":true}"));
        assertThat(read(LOW)).contains("[\"pin_v1\",\"" + CITRA.lid() + "\"]");
        Eventually.holds(() -> assertThat(chat(CITRA).pinned()).isPresent());
        phone.change(LOW, List.of("archive", CITRA.lid()), "{\"archiveChatAction\":{\"archived\":true}}");
        Eventually.holds(() -> assertThat(chat(CITRA).archived()).isTrue());

        linked.restart();

        linked.client().modifyChat(CITRA.jid(), PeerActs.json("{\"contact\":{\"fullName\":\"Citra dari Pasar\"}}"));
        linked.client().modifyChat(CITRA.lid(), PeerActs.json("{\"pin\":false}"));
        assertThat(read(CONTACTS)).anyMatch(index -> index.contains(CITRA.jid()));
        Eventually.holds(() -> {
            assertThat(chat(CITRA).pinned()).isEmpty();
            assertThat(chat(CITRA).archived()).isTrue();
            assertThat(linked.history().contact(CITRA.jid()).flatMap(ContactView::name))
                    .contains("Citra dari Pasar");
        });
        assertThat(storedVersion(LOW)).isEqualTo(phone.version(LOW));
        assertThat(linked.program().errors).isEmpty();
    }

    private ChatView chat(Person with) {
        return linked.history()
                .chat(with.jid())
                .or(() -> linked.history().chat(with.lid()))
                .orElseThrow(() -> new AssertionError("no chat with " + with.name()));
    }

    private List<String> read(String collection) {
        return phone.read(collection).stream()
                .map(one -> one.get("index").orElseThrow().toText())
                .toList();
    }

    private List<String> keyIds() {
        return linked.client().auth().ids(KeyType.APP_STATE_SYNC_KEY);
    }

    private long storedVersion(String collection) {
        return linked.client()
                .auth()
                .read(KeyType.APP_STATE_SYNC_VERSION, collection)
                .map(state -> state.version())
                .orElse(0L);
    }
}
