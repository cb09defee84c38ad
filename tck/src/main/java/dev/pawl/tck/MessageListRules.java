package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.ClosedException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.message.ChatFilter;
import dev.pawl.message.ChatView;
import dev.pawl.message.ContactView;
import dev.pawl.message.GroupView;
import dev.pawl.message.HistoryCounts;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageRequest;
import dev.pawl.message.PresenceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chats, contacts, presence, groups, search: H17 to H25. */
abstract class MessageListRules extends MessageLookupRules {

    @Test
    @DisplayName("H17 chats are listed by their last activity, the latest first, once each at every page size")
    void h17Chats() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 140; i++) {
            rows.add(chat("62" + i + "@s.whatsapp.net", EPOCH + i / 3, ""));
        }
        put(rows);
        MessageStore store = reading();
        List<String> expected = new ArrayList<>();
        rows.stream()
                .sorted((one, other) -> other.position().compareTo(one.position()))
                .forEach(row -> expected.add(row.key().id()));

        for (int limit = 1; limit <= 150; limit += subject.isSlow() ? 49 : 7) {
            List<ChatView> chats = all(limit, (after, most) -> store.chats(ChatFilter.ANY, after, most));
            assertThat(chats.stream().map(ChatView::jid)).isEqualTo(expected);
        }
        assertThat(store.chats(ChatFilter.ANY, Optional.empty(), 1)
                        .items()
                        .get(0)
                        .lastActivity())
                .contains(Instant.ofEpochSecond(EPOCH + 46));
        assertThatThrownBy(() -> store.chats(ChatFilter.ANY, Optional.of("nonsense"), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("H18 both values of every filter of chats are honoured, alone and together, at every page size")
    void h18Filters() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String archived = i % 2 == 0 ? ",'archived':true" : i % 3 == 0 ? ",'archived':false" : "";
            String unread = i % 5 == 0 ? ",'unreadCount':" + (i % 10 == 0 ? 3 : -1) : ",'unreadCount':0";
            String pinned = i % 7 == 0 ? ",'pinned':1760000000" : i % 7 == 1 ? ",'pinned':null" : "";
            rows.add(chat("62" + i + "@s.whatsapp.net", EPOCH - i, archived + unread + pinned));
        }
        put(rows);
        MessageStore store = reading();
        List<ChatView> chats = all(100, (after, most) -> store.chats(ChatFilter.ANY, after, most));
        assertThat(chats).hasSize(40);

        for (Optional<Boolean> archived : values()) {
            for (Optional<Boolean> unread : values()) {
                for (Optional<Boolean> pinned : values()) {
                    ChatFilter filter = new ChatFilter(archived, unread, pinned);
                    Predicate<ChatView> wanted = chat -> archived.map(is -> is == chat.archived())
                                    .orElse(true)
                            && unread.map(is -> is == chat.unread()).orElse(true)
                            && pinned.map(is -> is == chat.pinned().isPresent()).orElse(true);
                    for (int limit : List.of(1, 3, 100)) {
                        assertThat(all(limit, (after, most) -> store.chats(filter, after, most)))
                                .isEqualTo(chats.stream().filter(wanted).toList());
                    }
                }
            }
        }
    }

    private static List<Optional<Boolean>> values() {
        return List.of(Optional.empty(), Optional.of(true), Optional.of(false));
    }

    @Test
    @DisplayName("H19 a chat, a contact and a group are found by every form of their address")
    void h19ByAddress() {
        put(
                chat(LID, EPOCH, ",'pnJid':'" + PHONE + "'"),
                row(Family.CONTACT, "", LID, 0, "{'id':'" + LID + "','name':'Budi','phoneNumber':'" + PHONE + "'}"),
                row(Family.GROUP, "", GROUP, 0, "{'id':'" + GROUP + "','subject':'Harbour'}"));
        pair();
        MessageStore store = reading();

        for (String jid : List.of(LID, PHONE, "6281111111111:4@c.us", "11122233344455:4@lid")) {
            assertThat(store.chat(jid).map(ChatView::jid)).contains(LID);
            assertThat(store.contact(jid).flatMap(ContactView::name)).contains("Budi");
        }
        assertThat(store.group(GROUP).flatMap(GroupView::subject)).contains("Harbour");
        assertThat(store.chat(GROUP)).isEmpty();
        assertThat(store.contact("nobody")).isEmpty();
        assertThat(store.group(LID)).isEmpty();
    }

    @Test
    @DisplayName("H20 contacts are listed by address, without groups and channels, and groups by theirs")
    void h20ContactsAndGroups() {
        List<String> people = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (int i = 100; i < 160; i++) {
            String person = i + (i % 2 == 0 ? "@lid" : "@s.whatsapp.net");
            people.add(person);
            groups.add("1203" + i + "@g.us");
            put(
                    row(Family.CONTACT, "", person, 0, "{'id':'" + person + "'}"),
                    row(Family.CONTACT, "", "1203" + i + "@g.us", 0, "{'id':'1203" + i + "@g.us'}"),
                    row(Family.CONTACT, "", "9" + i + "@newsletter", 0, "{'id':'9" + i + "@newsletter'}"),
                    row(Family.GROUP, "", "1203" + i + "@g.us", 0, "{'id':'1203" + i + "@g.us'}"));
        }
        MessageStore store = reading();

        for (int limit : List.of(1, 7, 59, 60, 61, 500)) {
            assertThat(all(limit, store::contacts).stream().map(ContactView::jid))
                    .isEqualTo(people);
            assertThat(all(limit, store::groups).stream().map(GroupView::jid)).isEqualTo(groups);
        }
    }

    @Test
    @DisplayName("H21 presence is what was seen in the last 300 seconds, the latest first, one for each person")
    void h21Presence() {
        long now = Instant.now().getEpochSecond();
        put(
                row(Family.PRESENCE, PHONE, PHONE, now - 200, "{'lastKnownPresence':'available'}"),
                row(Family.PRESENCE, LID, LID, now - 20, "{'lastKnownPresence':'composing'}"),
                row(Family.PRESENCE, LID, "111@lid", now - 250, "{'lastKnownPresence':'recording'}"),
                row(Family.PRESENCE, LID, "222@lid", now - 310, "{'lastKnownPresence':'available'}"),
                row(Family.PRESENCE, GROUP, "333@lid", now, "{'lastKnownPresence':'available'}"));
        pair();
        MessageStore store = reading();

        for (String chat : List.of(PHONE, LID)) {
            List<PresenceView> presence = store.presence(chat);
            assertThat(presence.stream().map(PresenceView::participant)).containsExactly(LID, "111@lid");
            assertThat(presence.get(0).observed()).isEqualTo(Instant.ofEpochSecond(now - 20));
            assertThat(presence.get(0).json().toText()).isEqualTo("{\"lastKnownPresence\":\"composing\"}");
        }
        assertThat(store.presence("9@lid")).isEmpty();
    }

    @Test
    @DisplayName("H22 everything is counted, in all and in one conversation")
    void h22Counts() {
        put(manyMessages(PHONE, 30));
        put(manyMessages(LID, 30).subList(10, 20));
        put(message(GROUP, "G", EPOCH));
        put(chat(LID, EPOCH, ""), chat(GROUP, EPOCH, ""), row(Family.CONTACT, "", LID, 0, "{'id':'" + LID + "'}"));
        put(row(Family.LABEL, "label", "7", 0, "{}"), row(Family.LABEL, "blocklist", PHONE, 0, "{}"));
        pair();
        MessageStore store = reading();

        assertThat(store.counts()).isEqualTo(new HistoryCounts(41, 2, 1, 0, 2, 1, 0));
        assertThat(store.count(PHONE)).isEqualTo(30);
        assertThat(store.count(GROUP)).isEqualTo(1);
        assertThat(store.count("9@lid")).isZero();
    }

    @Test
    @DisplayName("H23 search finds messages that have all the words, whatever their case and accents, newest first")
    void h23Search() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String words = i % 3 == 0 ? "Café in the HARBOUR" : i % 3 == 1 ? "a cafe, somewhere" : "harbours";
            rows.add(message(i % 2 == 0 ? LID : PHONE, id(i), EPOCH + i / 4, words));
        }
        rows.add(message(GROUP, "G", EPOCH + 100, "the harbour café"));
        put(rows);
        put(row(
                Family.MESSAGE,
                GROUP,
                "CAPTION|0",
                EPOCH + 101,
                "{'key':{'remoteJid':'" + GROUP + "','id':'CAPTION'},'messageTimestamp':1760000101,"
                        + "'message':{'imageMessage':{'caption':'CAFÉ/Harbour'}}}"));
        pair();
        MessageStore store = reading();
        List<Row> both =
                rows.stream().filter(row -> row.value().utf8().contains("Café")).toList();
        List<String> inChat = newestFirst(both);

        for (int limit : List.of(1, 2, 7, 20, 100)) {
            for (String chat : List.of(PHONE, LID)) {
                assertThat(ids(all(
                                limit, (after, most) -> store.search("harbour cafe", Optional.of(chat), after, most))))
                        .isEqualTo(inChat);
            }
            List<String> everywhere =
                    ids(all(limit, (after, most) -> store.search("CAFÉ harbour", Optional.empty(), after, most)));
            assertThat(everywhere).startsWith("CAPTION", "G").hasSize(22).doesNotHaveDuplicates();
        }
        for (String nothing : List.of("", "  ", "!?", "harb", "cafe nowhere")) {
            assertThat(store.search(nothing, Optional.empty(), Optional.empty(), 5))
                    .isEqualTo(Page.last(List.of()));
        }
        assertThatThrownBy(() -> store.search("cafe", Optional.empty(), Optional.of("nonsense"), 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("H24 a damaged row of a chat, contact, group or presence is an error with its place")
    void h24Damage() {
        long now = Instant.now().getEpochSecond();
        put(
                row(Family.CHAT, "", LID, EPOCH, "[1]"),
                row(Family.CONTACT, "", LID, 0, "[1]"),
                row(Family.GROUP, "", GROUP, 0, "[1]"),
                row(Family.PRESENCE, GROUP, LID, now, "[1]"));
        MessageStore store = reading();

        damaged(Key.of(Family.CHAT, LID), () -> store.chats(ChatFilter.ANY, Optional.empty(), 9));
        damaged(Key.of(Family.CHAT, LID), () -> store.chat(LID));
        damaged(Key.of(Family.CONTACT, LID), () -> store.contacts(Optional.empty(), 9));
        damaged(Key.of(Family.GROUP, GROUP), () -> store.group(GROUP));
        damaged(new Key(Family.PRESENCE, GROUP, LID), () -> store.presence(GROUP));
    }

    private void damaged(Key key, org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOf(CorruptDataException.class)
                .hasMessageStartingWith(backend.locate(MAIN, key));
    }

    @Test
    @DisplayName("H25 after close every reading is ClosedException, and closing again does nothing")
    void h25Closed() {
        MessageStore store = reading();
        store.close();
        store.close();

        assertThat(store.isClosed()).isTrue();
        assertThatThrownBy(() -> store.messages(PHONE, PageRequest.newest())).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> store.chats(ChatFilter.ANY, Optional.empty(), 1))
                .isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> store.search("a", Optional.empty(), Optional.empty(), 1))
                .isInstanceOf(ClosedException.class);
        assertThatThrownBy(store::counts).isInstanceOf(ClosedException.class);
    }

    private static Row chat(String jid, long activity, String more) {
        return row(
                Family.CHAT, "", jid, activity, "{'id':'" + jid + "','conversationTimestamp':" + activity + more + "}");
    }

    /** All pages of a listing, none of them longer than was asked for. */
    private static <T> List<T> all(int limit, BiFunction<Optional<String>, Integer, Page<T, String>> listing) {
        List<T> items = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<T, String> page = listing.apply(after, limit);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            items.addAll(page.items());
            after = page.next();
        } while (after.isPresent());
        return items;
    }
}
