package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.ClientState;
import dev.pawl.Content;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.message.MessageStore;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.LinkEndedException;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A client whose session was taken over stops at once and says so. */
class ClientOwnershipTest {

    private static final String LOST = "disconnected LEASE_LOST again=false";

    @Test
    void aWriteThatIsFencedEndsIt() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            try (AuthStore other = takeOver(bot)) {
                KeyChanges changes = KeyChanges.none().put("session", "1.0", Bytes.utf8("{}"));
                assertThatThrownBy(() -> link.host().write(changes)).isInstanceOf(FencedException.class);
                assertThatThrownBy(() -> link.host().write(changes)).isInstanceOf(LinkEndedException.class);

                bot.heard.await(LOST);
                link.awaitClosed();
                assertThat(bot.client.state()).isEqualTo(ClientState.DISCONNECTED);
                assertThat(bot.heard.errors()).hasAtLeastOneElementOfType(FencedException.class);
                assertThat(other.credentials()).isPresent();
            }
        }
    }

    @Test
    void nothingIsSentOnceItIsFenced() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            try (AuthStore other = takeOver(bot)) {
                assertThatThrownBy(() -> bot.client.send(Bot.PEER, Content.text("must not leave")))
                        .isInstanceOf(TransportException.class);
                assertThat(link.sent(0)).isEmpty();
                bot.heard.await(LOST);
                assertThat(other.isOwner()).isTrue();
            }
        }
    }

    @Test
    void whoOnlyListensNoticesToo() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            try (AuthStore other = takeOver(bot)) {
                bot.timers.pass(Duration.ofSeconds(5));
                bot.heard.await(LOST);
                link.awaitClosed();
                assertThat(other.isOwner()).isTrue();
            }
        }
    }

    @Test
    void aSessionThatIsStillOursIsLookedAtAgainAndAgain() {
        try (Bot bot = Bot.paired()) {
            bot.connected();
            bot.timers.pass(Duration.ofSeconds(5));
            bot.timers.pass(Duration.ofSeconds(5));
            bot.timers.await(Duration.ofSeconds(5));
            try (AuthStore other = takeOver(bot)) {
                bot.timers.pass(Duration.ofSeconds(5));
                bot.heard.await(LOST);
                assertThat(other.isOwner()).isTrue();
            }
        }
    }

    @Test
    void beingReplacedByTheNewOwnerIsCalledByItsName() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            try (AuthStore other = takeOver(bot)) {
                link.close(440, "Stream Errored (conflict)");
                bot.heard.await(LOST);
                assertThat(other.isOwner()).isTrue();
            }
        }
    }

    @Test
    void aHistoryThatWasTakenOverEndsItToo() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            try (MessageStore other = MessageStore.opening(bot.backend, SessionName.DEFAULT)
                    .takeOver()
                    .open()) {
                link.receive(Bot.PEER, "nowhere to put it");
                bot.heard.await(LOST);
                assertThat(other.isClosed()).isFalse();
            }
        }
    }

    @Test
    void itDoesNotConnectWithASessionThatIsNotItsOwn() {
        try (Bot bot = Bot.paired();
                AuthStore other = takeOver(bot)) {
            bot.client.connect();
            bot.heard.await(LOST);
            assertThat(bot.transport.links()).isZero();
            assertThat(other.isOwner()).isTrue();
        }
    }

    @Test
    void itIsGivenBackWhenTheClientThatOpenedItIsClosed() {
        Bot bot = Bot.paired();
        bot.connected();
        bot.close();
        try (AuthStore next = AuthStore.open(bot.backend, SessionName.DEFAULT)) {
            assertThat(next.isOwner()).isTrue();
        }
    }

    private static AuthStore takeOver(Bot bot) {
        return AuthStore.opening(bot.backend, SessionName.DEFAULT).takeOver().open();
    }
}
