package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.Event;
import dev.pawl.event.JidPair;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearntPairsTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "lid-mapping.update; {'lid':'1@lid','pn':'2@c.us'}",
                "messaging-history.set; {'lidPnMappings':[{'lid':'1@lid','pn':'2@c.us'}]}",
                "messaging-history.set; {'chats':[{'id':'1@lid','pnJid':'2@c.us'}]}",
                "messaging-history.set; {'contacts':[{'id':'2@c.us','lid':'1@lid'}]}",
                "chats.upsert; [{'id':'2@c.us','lidJid':'1@lid'}]",
                "chats.update; [{'id':'3@g.us','lidJid':'1@lid','pnJid':'2@c.us'}]",
                "contacts.upsert; [{'id':'1@lid','phoneNumber':'2@c.us','lid':'1@lid'}]",
                "contacts.update; [{'id':'2@c.us','lid':'1@lid'}]",
                "messages.upsert; {'messages':[{'key':{'remoteJid':'2:3@c.us','remoteJidAlt':'1@lid','id':'A'}}]}",
                "messages.update; [{'key':{'remoteJid':'1@lid','remoteJidAlt':'2@c.us','id':'A'},'update':{}}]",
                "messages.reaction; [{'key':{'remoteJid':'3@g.us','id':'A'},'reaction':{'key':{'remoteJid':'3@g.us','id':'R','participant':'1@lid','participantAlt':'2@c.us'}}}]",
                "groups.upsert; [{'id':'3@g.us','owner':'1@lid','ownerPn':'2@c.us'}]",
                "groups.update; [{'id':'3@g.us','participants':[{'id':'1@lid','phoneNumber':'2@c.us'}]}]",
                "group-participants.update; {'id':'3@g.us','action':'add','participants':[{'id':'2@c.us','lid':'1@lid'}]}"
            })
    void aPairIsLearntWhereverItStands(String name, String data) {
        assertThat(LearntPairs.in(event(name, data))).containsExactly(new JidPair("1", "2"));
    }

    @Test
    void ourOwnMessagesTeachNothingAboutWhomTheyWentTo() {
        String own = "{'messages':[{'key':{'remoteJid':'2@c.us','remoteJidAlt':'9@lid','fromMe':true,'id':'A'}}]}";

        assertThat(LearntPairs.in(event("messages.upsert", own))).isEmpty();
    }

    @Test
    void aReactionWithoutAKeyOfItsOwnTeachesNothing() {
        String reaction = "[{'key':{'remoteJid':'3@g.us','id':'A'},'reaction':{'key':{'id':'R'},'text':'x'}}]";

        assertThat(LearntPairs.in(event("messages.reaction", reaction))).isEmpty();
    }

    private static Event event(String name, String data) {
        return Event.of(new RawEvent(name, JsonValue.parse(data.replace('\'', '"'))));
    }
}
