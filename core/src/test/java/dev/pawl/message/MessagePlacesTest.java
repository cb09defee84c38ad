package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Key;
import dev.pawl.event.JidPair;
import dev.pawl.event.MessageKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessagePlacesTest {

    private static final String GROUP = "1203@g.us";
    private static final String PHONE = "6281@s.whatsapp.net";
    private static final String LID = "111@lid";
    private static final JidPair PAIR = new JidPair("111", "6281");

    private final Aliases aliases = new Aliases();
    private final Map<Key, MessageKey> stored = new LinkedHashMap<>();

    @Test
    void aConversationOfTwoHasOneRowForAnIdAndSide() {
        assertThat(places(MessageKey.of(PHONE, "A", false)).candidates())
                .containsExactly(MessageRowId.bare("A", false).in(PHONE));
    }

    @Test
    void aRowIsLookedForUnderBothAddressesAndStaysWhereItIs() {
        Key first = store(MessageKey.of(PHONE, "A", false));
        aliases.learn(PAIR);

        assertThat(places(MessageKey.of("111:4@lid", "A", false)).find(stored)).contains(first);
        assertThat(places(MessageKey.of(LID, "A", true)).find(stored)).isEmpty();
        assertThat(places(MessageKey.of(LID, "B", false)).forNew(stored))
                .isEqualTo(MessageRowId.bare("B", false).in(LID));
    }

    @Test
    void everyAuthorOfAnIdFindsHisOwnRowInWhateverOrderTheyCame() {
        List<String> authors = List.of("1@lid", "2@lid", "3@s.whatsapp.net", "4@lid");
        for (List<String> order : permutations(authors)) {
            stored.clear();
            Map<String, Key> rows = new LinkedHashMap<>();
            order.forEach(author -> rows.put(author, store(inGroup(author))));

            assertThat(Set.copyOf(rows.values())).hasSize(4);
            rows.forEach((author, row) ->
                    assertThat(places(inGroup(author)).find(stored)).contains(row));
            assertThat(places(inGroup("5@lid")).find(stored)).isEmpty();
            assertThat(places(MessageKey.of(GROUP, "A", false)).find(stored)).contains(rows.get(order.get(0)));
        }
    }

    @Test
    void anAuthorIsFoundUnderHisOtherAddress() {
        store(inGroup("9@lid"));
        Key row = store(inGroup(PHONE));
        aliases.learn(PAIR);

        assertThat(places(inGroup(LID)).find(stored)).contains(row);
        assertThat(row.id()).isEqualTo("A|0|" + PHONE);
    }

    @Test
    void aNewRowOfASecondAuthorHasHisLid() {
        store(inGroup("9@lid"));
        aliases.learn(PAIR);

        assertThat(places(inGroup(PHONE)).forNew(stored).id()).isEqualTo("A|0|" + LID);
    }

    @Test
    void aRowWithoutAnAuthorIsWhoeversComesFirst() {
        Key row = store(MessageKey.of(GROUP, "A", false));

        assertThat(places(inGroup(LID)).find(stored)).contains(row);
    }

    @Test
    void inOurOwnMessagesTheParticipantIsWhoAsks() {
        Key row = store(MessageKey.of(GROUP, "A", true));

        assertThat(places(MessageKey.of(GROUP, "A", true).withParticipant(LID)).find(stored))
                .contains(row);
        assertThat(places(MessageKey.of(GROUP, "A", true).withParticipant(LID)).candidates())
                .hasSize(1);
    }

    @Test
    void aNewPairTakesThePlaceOfTheOldOne() {
        assertThat(aliases.learn(PAIR)).isEqualTo(new Aliases.Learnt(true, Set.of()));
        assertThat(aliases.learn(PAIR)).isEqualTo(new Aliases.Learnt(false, Set.of()));
        assertThat(aliases.learn(new JidPair("222", "6281"))).isEqualTo(new Aliases.Learnt(true, Set.of(PAIR)));

        assertThat(aliases.canonical(PHONE)).isEqualTo("222@lid");
        assertThat(aliases.canonical(LID)).isEqualTo(LID);
        assertThat(aliases.other(LID)).isEmpty();
        assertThat(aliases.addresses("222:3@lid")).containsExactly("222@lid", PHONE);
        assertThat(aliases.same("6281:7@c.us", "222@lid")).isTrue();
        assertThat(aliases.same(LID, "222@lid")).isFalse();
        assertThat(aliases.addresses(GROUP)).containsExactly(GROUP);
    }

    private Key store(MessageKey key) {
        Key place = places(key).forNew(stored);
        assertThat(stored.put(place, key)).isNull();
        return place;
    }

    private MessagePlaces places(MessageKey key) {
        return new MessagePlaces(key, aliases);
    }

    private static MessageKey inGroup(String author) {
        return MessageKey.of(GROUP, "A", false).withParticipant(author);
    }

    private static List<List<String>> permutations(List<String> all) {
        if (all.isEmpty()) {
            return List.of(Collections.emptyList());
        }
        List<List<String>> orders = new ArrayList<>();
        for (String first : all) {
            List<String> rest = new ArrayList<>(all);
            rest.remove(first);
            for (List<String> order : permutations(rest)) {
                List<String> with = new ArrayList<>(List.of(first));
                with.addAll(order);
                orders.add(with);
            }
        }
        return orders;
    }
}
