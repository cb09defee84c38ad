package dev.pawl.message;

import static dev.pawl.message.RowJson.json;
import static dev.pawl.message.RowJson.row;
import static dev.pawl.message.RowJson.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelRulesTest {

    private static Event event(String name, String data) {
        return Event.of(new RawEvent(name, JsonValue.parse(data.replace('\'', '"'))));
    }

    private static Optional<JsonObject> progress(Optional<JsonObject> stored, String members) {
        return LabelRules.progress(
                stored, (Event.HistorySet) event("messaging-history.set", "{'messages':[]," + members + "}"));
    }

    private static JsonObject status(Optional<JsonObject> stored, String status, boolean explicit) {
        return LabelRules.status(stored, new Event.HistoryStatus(3, status, explicit));
    }

    @Test
    void l1ALabelIsStoredAsItCame() {
        JsonObject label = json("{'name':'New','id':'7','color':1.0}");

        assertThat(LabelRules.label("7")).isEqualTo(new Key(Family.LABEL, "label", "7"));
        assertThat(LabelRules.verbatim(Optional.empty(), label)).isSameAs(label);
        assertThat(text(LabelRules.verbatim(row("{'id':'7','predefinedId':3}"), json("{'id':'7','pawl':1}"))))
                .isEqualTo("{'id':'7'}");
        Optional<JsonObject> stored = row("{'id':'7'}");
        assertThat(LabelRules.verbatim(stored, json("{'id':'7'}"))).isSameAs(stored.get());
    }

    @Test
    void l1WhatHasALabelBeginsWithIt() {
        assertThat(LabelRules.onChat("7", "a@g.us").id()).startsWith(LabelRules.prefix("7"));
        assertThat(LabelRules.onMessage("7", "a@g.us", "A").id()).startsWith(LabelRules.prefix("7"));
        assertThat(LabelRules.onChat("71", "a@g.us").id()).doesNotStartWith(LabelRules.prefix("7"));
    }

    @Test
    void l2l3AnAssociationStandsUnderItsLabelAndWhatHasIt() {
        Event.LabelsAssociation chat = (Event.LabelsAssociation) event(
                "labels.association",
                "{'type':'add','association':{'type':'label_jid','chatId':'2:1@c.us','labelId':'7'}}");
        Event.LabelsAssociation message = (Event.LabelsAssociation)
                event(
                        "labels.association",
                        "{'type':'add','association':{'type':'label_message','chatId':'2@c.us','messageId':'A|1','labelId':'7'}}");

        assertThat(LabelRules.association(chat, chat.chat()))
                .isEqualTo(new Key(Family.LABEL, "chat", "7|2@s.whatsapp.net"));
        assertThat(LabelRules.association(message, "1@lid")).isEqualTo(new Key(Family.LABEL, "message", "7|1@lid|A|1"));
    }

    @Test
    void l4WhoIsBlockedHasARow() {
        assertThat(LabelRules.blocked("1@lid")).isEqualTo(new Key(Family.LABEL, "blocklist", "1@lid"));
        assertThat(text(LabelRules.blocked(Optional.empty(), "1@lid"))).isEqualTo("{'jid':'1@lid'}");
        Optional<JsonObject> stored = row("{'jid':'1@lid','x':1}");
        assertThat(LabelRules.blocked(stored, "1@lid")).isSameAs(stored.get());
    }

    @Test
    void l5ProgressAndChunksOnlyRise() {
        JsonObject first = progress(Optional.empty(), "'syncType':'RECENT','progress':50,'chunkOrder':2")
                .orElseThrow();
        Optional<JsonObject> stored = Optional.of(first);

        assertThat(LabelRules.history(3)).isEqualTo(new Key(Family.LABEL, "history", "3"));
        assertThat(text(first)).isEqualTo("{'syncType':3,'progress':50,'chunkOrder':2}");
        assertThat(progress(stored, "'syncType':3,'progress':40,'chunkOrder':1").orElseThrow())
                .isSameAs(first);
        assertThat(progress(stored, "'syncType':3").orElseThrow()).isSameAs(first);
        assertThat(text(progress(stored, "'syncType':3,'progress':60,'chunkOrder':1")
                        .orElseThrow()))
                .isEqualTo("{'syncType':3,'progress':60,'chunkOrder':2}");
        assertThat(progress(stored, "'progress':70")).isEmpty();
    }

    @Test
    void l5CompleteIsFinal() {
        JsonObject paused = status(Optional.empty(), "paused", false);
        JsonObject complete = status(Optional.of(paused), "complete", true);

        assertThat(text(paused)).isEqualTo("{'syncType':3,'status':'paused','explicit':false}");
        assertThat(text(complete)).isEqualTo("{'syncType':3,'status':'complete','explicit':true}");
        assertThat(status(Optional.of(complete), "paused", false)).isSameAs(complete);
        assertThat(status(Optional.of(paused), "paused", false)).isSameAs(paused);
        assertThat(text(progress(Optional.of(complete), "'syncType':3,'progress':0")
                        .orElseThrow()))
                .isEqualTo("{'syncType':3,'status':'complete','explicit':true,'progress':0}");
    }

    @Test
    void s1WhatSomebodyDoesReplacesWhatHeDid() {
        JsonObject seen = json("{'lastKnownPresence':'available','lastSeen':5}");

        assertThat(PresenceRules.place("7@g.us", "1@lid")).isEqualTo(new Key(Family.PRESENCE, "7@g.us", "1@lid"));
        assertThat(PresenceRules.update(row("{'lastKnownPresence':'composing','x':1}"), seen))
                .isSameAs(seen);
        assertThat(text(PresenceRules.update(Optional.empty(), json("{'lastKnownPresence':'x','pawl':{}}"))))
                .isEqualTo("{'lastKnownPresence':'x'}");
    }

    @ParameterizedTest
    @CsvSource({"1000, true", "700, true", "699, false", "1300, true", "1301, false", "0, false"})
    void s2WhatWasSeenLongAgoIsNothing(long seen, boolean fresh) {
        assertThat(PresenceRules.isFresh(seen, Instant.ofEpochSecond(1000))).isEqualTo(fresh);
    }

    @Test
    void everyPartitionOfLabelsIsNamedOnce() {
        assertThat(List.of(
                        LabelRules.LABELS,
                        LabelRules.CHATS,
                        LabelRules.MESSAGES,
                        LabelRules.BLOCKED,
                        LabelRules.HISTORIES))
                .containsExactly("label", "chat", "message", "blocklist", "history");
    }
}
