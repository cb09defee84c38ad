package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.DisconnectedException;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonObject;
import dev.pawl.message.ChatView;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A change of a chat goes over the link, and what comes of it to the history. */
class ClientChatsTest {

    private static final JsonObject ARCHIVED = JsonObject.EMPTY.with("archived", JsonBoolean.TRUE);

    @Test
    void aChangeOfAChatIsAskedOfTheLinkAndShownByTheHistory() throws Exception {
        try (Bot bot = Bot.paired()) {
            bot.connected();
            CountDownLatch told = new CountDownLatch(1);
            bot.client.onEvent(event -> told.countDown());

            bot.client.modifyChat(Bot.PEER, ARCHIVED);

            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            bot.client.disconnect();
            assertThat(bot.messages.chat(Bot.PEER).map(ChatView::archived)).contains(true);
        }
    }

    @Test
    void whoDoesNotConnectChangesNothing() {
        try (Bot bot = Bot.paired()) {
            assertThatThrownBy(() -> bot.client.modifyChat(Bot.PEER, ARCHIVED))
                    .isInstanceOf(DisconnectedException.class);
        }
    }
}
