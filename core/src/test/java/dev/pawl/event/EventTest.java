package dev.pawl.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTest {

    private static final String KEY = "'key':{'remoteJid':'6281:5@s.whatsapp.net','id':'A','fromMe':true}";
    private static final MessageKey READ = MessageKey.of("6281@s.whatsapp.net", "A", true);

    @Test
    void historyKeepsItsItemsAsTheyCame() {
        Event.HistorySet set = read(
                Event.HistorySet.class,
                "messaging-history.set",
                "{'chats':[{'id':'1@lid','unreadCount':2}],'contacts':[{'id':'1@lid'}],'messages':[{" + KEY
                        + ",'x':1.0}],'lidPnMappings':[{'lid':'1@lid','pn':'2@s.whatsapp.net'},{'lid':'1@g.us','pn':'2@lid'}],"
                        + "'syncType':'RECENT','progress':42,'isLatest':false,'chunkOrder':null}");

        assertThat(set.messages()).singleElement().satisfies(message -> {
            assertThat(message.key()).isEqualTo(READ);
            assertThat(message.json().toText()).endsWith("\"x\":1.0}");
        });
        assertThat(set.pairs()).containsExactly(new JidPair("1", "2"));
        assertThat(set.syncType()).isEqualTo(OptionalInt.of(3));
        assertThat(set.progress()).isEqualTo(OptionalInt.of(42));
        assertThat(set.chunkOrder()).isEmpty();
        assertThat(set.chats()).hasSize(1);
        assertThat(set.contacts()).hasSize(1);
    }

    @Test
    void messagesComeWithTheirKeys() {
        Event.MessagesUpsert upsert =
                read(Event.MessagesUpsert.class, "messages.upsert", "{'messages':[{" + KEY + "}],'type':'notify'}");

        assertThat(upsert.live()).isTrue();
        assertThat(upsert.requestId()).isEmpty();
        assertThat(upsert.messages()).extracting(Keyed::key).containsExactly(READ);
    }

    @ParameterizedTest
    @CsvSource({
        "messages.update, update, MESSAGES_UPDATE",
        "messages.reaction, reaction, MESSAGES_REACTION",
        "message-receipt.update, receipt, MESSAGE_RECEIPT_UPDATE"
    })
    void changesComeWithTheKeyOfTheirMessage(String name, String member, EventType type) {
        Event event = read(Event.class, name, "[{" + KEY + ",'" + member + "':{'status':3}}]");

        assertThat(event.type()).isEqualTo(type);
        assertThat(event).asString().doesNotContain("status");
        assertThatThrownBy(() -> read(Event.class, name, "[{" + KEY + "}]"))
                .isInstanceOfSatisfying(
                        InvalidEventException.class, e -> assertThat(e.member()).isEqualTo("[0]." + member));
    }

    @Test
    void someMessagesAreDeletedOrAllOfAChat() {
        String keys = "{'keys':[{'remoteJid':'6281@c.us','id':'A','fromMe':true}]}";

        assertThat(read(Event.MessagesDelete.class, "messages.delete", keys))
                .isEqualTo(new Event.MessagesDelete(List.of(READ), Optional.empty()));
        assertThat(read(Event.MessagesDelete.class, "messages.delete", "{'jid':'6281@c.us','all':true}"))
                .isEqualTo(new Event.MessagesDelete(List.of(), Optional.of("6281@s.whatsapp.net")));
    }

    @Test
    void participantsAreObjectsOrTexts() {
        Event.GroupParticipantsUpdate update = read(
                Event.GroupParticipantsUpdate.class,
                "group-participants.update",
                "{'id':'1203@g.us','action':'add','author':'9@lid','authorPn':'8@s.whatsapp.net',"
                        + "'participants':['7@s.whatsapp.net',{'id':'1@lid','phoneNumber':'2@s.whatsapp.net','admin':null}]}");

        assertThat(update.participants())
                .extracting(participant -> ProtoJson.text(participant, "id").orElseThrow())
                .containsExactly("7@s.whatsapp.net", "1@lid");
        assertThat(update.pairs()).containsExactly(new JidPair("1", "2"), new JidPair("9", "8"));
    }

    @Test
    void labelsStandOnChatsOrMessages() {
        String chat = "{'type':'add','association':{'type':'label_jid','chatId':'6281:1@c.us','labelId':'7'}}";
        String message =
                "{'type':'remove','association':{'type':'label_message','chatId':'1@lid','messageId':'A','labelId':'7'}}";

        assertThat(read(Event.LabelsAssociation.class, "labels.association", chat))
                .returns(true, Event.LabelsAssociation::added)
                .returns("6281@s.whatsapp.net", Event.LabelsAssociation::chat)
                .returns(Optional.empty(), Event.LabelsAssociation::messageId);
        assertThat(read(Event.LabelsAssociation.class, "labels.association", message))
                .returns(false, Event.LabelsAssociation::added)
                .returns(Optional.of("A"), Event.LabelsAssociation::messageId);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "messaging-history.status; {'syncType':3,'status':'complete','explicit':true}; HISTORY_STATUS",
                "chats.upsert; [{'id':'1@lid'}]; CHATS_UPSERT",
                "chats.update; [{'id':'1@lid','unreadCount':null}]; CHATS_UPDATE",
                "chats.delete; ['1@lid']; CHATS_DELETE",
                "chats.lock; {'id':'1@lid','locked':true}; CHATS_LOCK",
                "messages.media-update; [{'key':{'remoteJid':'1@lid','id':'A'}}]; MESSAGES_MEDIA_UPDATE",
                "contacts.upsert; [{'id':'1@lid'}]; CONTACTS_UPSERT",
                "contacts.update; [{'id':'abc'}]; CONTACTS_UPDATE",
                "presence.update; {'id':'1@lid','presences':{'1@lid':{}}}; PRESENCE_UPDATE",
                "groups.upsert; [{'id':'1@g.us'}]; GROUPS_UPSERT",
                "groups.update; [{'id':'1@g.us'}]; GROUPS_UPDATE",
                "labels.edit; {'id':'7','name':'x','color':1,'deleted':false}; LABELS_EDIT",
                "blocklist.set; {'blocklist':['1@lid']}; BLOCKLIST_SET",
                "blocklist.update; {'blocklist':['1@lid'],'type':'remove'}; BLOCKLIST_UPDATE",
                "lid-mapping.update; {'lid':'1@lid','pn':'2@s.whatsapp.net'}; LID_MAPPING_UPDATE",
                "connection.update; 'anything'; OTHER",
                "a.later.one; null; OTHER"
            })
    void everyKindIsRead(String name, String data, EventType type) {
        assertThat(read(Event.class, name, data).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "messages.upsert; {'messages':[{},{}],'type':'append'}; messages[0].key",
                "messages.upsert; {'messages':[{'key':{'id':'A'}}]}; messages[0].key.remoteJid",
                "messages.upsert; {'type':'append'}; messages",
                "messages.update; {}; ``",
                "chats.update; [{'id':'1@lid'},{'unreadCount':1}]; [1].id",
                "chats.delete; [7]; [0]",
                "presence.update; {'id':'1@lid','presences':{'1@lid':7}}; presences",
                "blocklist.update; {'blocklist':['1@lid'],'type':'maybe'}; type",
                "labels.association; {'type':'add','association':{'type':'label_jid'}}; association.labelId",
                "lid-mapping.update; {'lid':'1@lid','pn':'2@lid'}; ``"
            })
    void aComplaintNamesTheMemberAndQuotesNothing(String name, String data, String member) {
        assertThatThrownBy(() -> read(Event.class, name, data))
                .isInstanceOfSatisfying(
                        InvalidEventException.class, e -> assertThat(e.member()).isEqualTo(member));
    }

    @Test
    void aLineIsAnEventAndItsData() {
        String line = "{\"event\":\"chats.delete\",\"data\":[\"1@lid\"]}";

        assertThat(RawEvent.parse(Bytes.utf8(line + "\n")).toJson().toText()).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {"{'event':'x'}; data", "{'data':1}; event", "[]; ``", "{'event'; ``", "{'event':7,'data':1}; event"
            })
    void otherLinesAreRefused(String line, String member) {
        assertThatThrownBy(() -> RawEvent.parse(Bytes.utf8(json(line))))
                .isInstanceOfSatisfying(
                        InvalidEventException.class, e -> assertThat(e.member()).isEqualTo(member));
    }

    @Test
    void anEventComesApartIntoItsItems() {
        assertThat(split("messages.upsert", "{'messages':[1,2],'type':'append','requestId':'R'}"))
                .containsExactly(
                        "{'messages':[1],'type':'append','requestId':'R'}",
                        "{'messages':[2],'type':'append','requestId':'R'}");
        assertThat(split("messages.update", "[1,2]")).containsExactly("[1]", "[2]");
        assertThat(split("messages.delete", "{'keys':[1,2]}")).containsExactly("{'keys':[1]}", "{'keys':[2]}");
        assertThat(split("messaging-history.set", "{'chats':[1],'contacts':[],'messages':[2,3],'syncType':3}"))
                .containsExactly(
                        "{'chats':[1],'contacts':[],'messages':[],'syncType':3}",
                        "{'chats':[],'contacts':[],'messages':[2],'syncType':3}",
                        "{'chats':[],'contacts':[],'messages':[3],'syncType':3}");
    }

    @Test
    void whatHasNoItemsIsItsOnlyPart() {
        assertThat(split("chats.lock", "{'id':'1@lid'}")).hasSize(1);
        assertThat(split("messages.upsert", "{'messages':7}")).containsExactly("{'messages':7}");
        assertThat(split("messaging-history.set", "{'chats':7}")).containsExactly("{'chats':7}");
        assertThat(split("messages.update", "[]")).containsExactly("[]");
    }

    private static List<String> split(String name, String data) {
        return new RawEvent(name, value(data))
                .split().stream()
                        .map(part -> part.data().toText().replace('"', '\''))
                        .toList();
    }

    private static <T extends Event> T read(Class<T> kind, String name, String data) {
        Event event = Event.of(new RawEvent(name, value(data)));
        assertThat(event).isInstanceOf(kind);
        return kind.cast(event);
    }

    private static JsonValue value(String data) {
        return JsonValue.parse(json(data));
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
