package dev.pawl.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageKeyTest {

    private static final String GROUP = "1203@g.us";

    @Test
    void addressesAreNormalisedAndAnEmptyParticipantIsNone() {
        MessageKey key = key("{'remoteJid':'6281:5@s.whatsapp.net','id':'A','fromMe':true,'participant':''}");

        assertThat(key).isEqualTo(MessageKey.of("6281@s.whatsapp.net", "A", true));
    }

    @Test
    void theAuthorStandsInTheKeyOrBesideIt() {
        String key = "'key':{'remoteJid':'1203@g.us','id':'A','fromMe':false";

        assertThat(message("{" + key + ",'participant':'1:7@lid'},'participant':'2@lid'}")
                        .author())
                .contains("1@lid");
        assertThat(message("{" + key + "},'participant':'2:1@lid'}").author()).contains("2@lid");
        assertThat(message("{" + key + "}}").author()).isEmpty();
    }

    @Test
    void inAConversationOfTwoTheOtherIsTheAuthor() {
        assertThat(MessageKey.of("111@lid", "A", false).author()).contains("111@lid");
        assertThat(MessageKey.of("111@lid", "A", true).author()).isEmpty();
        assertThat(MessageKey.of("77@newsletter", "A", false).author()).contains("77@newsletter");
    }

    @Test
    void whatCameThroughABroadcastListBelongsToItsAuthor() {
        MessageKey list = MessageKey.of("123@broadcast", "A", false).withParticipant("111:2@lid");

        assertThat(list.chat()).isEqualTo("111@lid");
        assertThat(MessageKey.of("123@broadcast", "A", true)
                        .withParticipant("111@lid")
                        .chat())
                .isEqualTo("123@broadcast");
        assertThat(MessageKey.of("status@broadcast", "A", false)
                        .withParticipant("111@lid")
                        .chat())
                .isEqualTo("status@broadcast");
        assertThat(list.author()).contains("111@lid");
    }

    @Test
    void theOtherAddressIsLearntFromWhatOthersWrote() {
        String rest = "'remoteJid':'6281@s.whatsapp.net','remoteJidAlt':'111@lid','id':'A','fromMe':";

        assertThat(key("{" + rest + "false}").pairs()).containsExactly(new JidPair("111", "6281"));
        // in our own messages Baileys puts our own address there
        assertThat(key("{" + rest + "true}").pairs()).isEmpty();
    }

    @Test
    void theOtherAddressOfAParticipantIsHisWhoeverWrote() {
        String rest = "'remoteJid':'1203@g.us','participant':'111@lid','participantAlt':'6281@s.whatsapp.net','id':'A'";

        assertThat(key("{" + rest + ",'fromMe':false}").pairs()).containsExactly(new JidPair("111", "6281"));
        assertThat(key("{" + rest + ",'fromMe':true}").pairs()).containsExactly(new JidPair("111", "6281"));
    }

    @Test
    void inABroadcastTheOtherAddressIsTheAuthors() {
        String status = "{'remoteJid':'status@broadcast','participant':'6281@s.whatsapp.net','remoteJidAlt':'111@lid',"
                + "'id':'A','fromMe':false}";

        assertThat(key(status).pairs()).containsExactly(new JidPair("111", "6281"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "{'id':'A'}; NO_IDENTITY; remoteJid",
                "{'remoteJid':'','id':'A'}; NO_IDENTITY; remoteJid",
                "{'remoteJid':'1@lid'}; NO_IDENTITY; id",
                "{'remoteJid':'1@lid','id':7}; NO_IDENTITY; id",
                "{'remoteJid':'1@lid','id':'A','fromMe':'yes'}; UNREADABLE; fromMe"
            })
    void aKeyThatNamesNothingIsRefused(String text, InvalidEventException.Reason reason, String member) {
        assertThatThrownBy(() -> key(text.replace('\'', '"')))
                .isInstanceOfSatisfying(InvalidEventException.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.member()).isEqualTo(member);
                });
    }

    @Test
    void groupsAndBroadcastsHaveAuthorsOfTheirOwn() {
        assertThat(MessageKey.of(GROUP, "A", false).hasAuthors()).isTrue();
        assertThat(MessageKey.of("status@broadcast", "A", false).hasAuthors()).isTrue();
        assertThat(MessageKey.of("111@lid", "A", false).hasAuthors()).isFalse();
        assertThat(MessageKey.of("77@newsletter", "A", false).hasAuthors()).isFalse();
    }

    private static MessageKey key(String json) {
        return MessageKey.read(object(json));
    }

    private static MessageKey message(String json) {
        return MessageKey.ofMessage(object(json));
    }

    private static JsonObject object(String json) {
        return (JsonObject) JsonValue.parse(json.replace('\'', '"'));
    }
}
