package dev.pawl.message;

import dev.pawl.backend.Key;
import dev.pawl.event.Event;
import dev.pawl.event.JidPair;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts events into a draft: names all rows that are needed, has them read in one go, and then asks the rules, event by
 * event.
 *
 * <p>Rows that only turn out to be needed are read then: the messages that brought edits of one that is taken back, and
 * labels of what is deleted, which are listed once for all events together.
 */
final class EventMerge {

    /** How many new pairs go into one commit at most; each of them may fold two chats and two contacts. */
    static final int PAIRS = 1000;

    /** Up to so many messages are tried as new ones: with their checks they are far from what a commit takes. */
    private static final int TRIED = 2000;

    private final Draft draft;
    private final Owned owned;
    private final MessageMerge messages;
    private final ListedMerge listed;
    private final List<Prepared> events = new ArrayList<>();
    private final Set<Key> needs = new LinkedHashSet<>();

    /** An event and what it does to messages, found once. */
    private record Prepared(Event event, List<Act> acts) {}

    /** For one draft. */
    EventMerge(Draft draft, Owned owned, Instant now) {
        this.draft = draft;
        this.owned = owned;
        this.messages = new MessageMerge(draft, owned, now);
        this.listed = new ListedMerge(draft, owned.aliases(), now.getEpochSecond());
    }

    /**
     * Whether events are messages that are best tried as new ones, without looking first: then they cost one way to the
     * backend and not two.
     */
    static boolean areLikelyNew(List<Event> events) {
        int count = 0;
        for (Event event : events) {
            if (!(event instanceof Event.MessagesUpsert upsert)) {
                return false;
            }
            count += upsert.messages().size();
        }
        return count <= TRIED;
    }

    /**
     * Puts new pairs and then the events into the draft.
     *
     * @param likelyNew whether to take it that the messages are new, as far as nothing else has to be read
     */
    void merge(List<Event> some, Instant now, boolean likelyNew) {
        List<JidPair> pairs = owned.newPairs().first(PAIRS);
        needs.addAll(owned.newPairs().keys(PAIRS));
        for (JidPair pair : pairs) {
            ListedMerge.sides(pair).forEach(this::need);
        }
        List<MessageKey> awaited = messages.awaitedIn(pairs, needs);
        List<Key> seconds = messages.secondsIn(pairs, needs);
        Set<Key> places = new LinkedHashSet<>();
        boolean arrivals = likelyNew;
        for (Event event : some) {
            Prepared prepared = new Prepared(event, Acts.of(event));
            events.add(prepared);
            messages.addNeeds(prepared.acts(), places, needs);
            arrivals &= prepared.acts().stream().allMatch(Act::isArrival);
            addNeeds(event);
        }
        if (arrivals && needs.isEmpty()) {
            places.forEach(draft::assumeAbsent);
        } else {
            needs.addAll(places);
            draft.read(needs);
        }
        owned.newPairs().addTo(draft, PAIRS, now.getEpochSecond(), owned.inUse());
        pairs.forEach(listed::fold);
        messages.unite(seconds);
        messages.callWaiting(awaited);
        events.forEach(this::merge);
        messages.makeRoom();
    }

    /** What was set aside. */
    List<SetAside> aside() {
        return messages.aside().aside();
    }

    /** What is kept nowhere. */
    Dropped dropped() {
        return messages.aside().dropped();
    }

    /** Sets aside what is no event. */
    void putAside(String reason, String problem, RawEvent event) {
        messages.aside().put(reason, problem, event);
    }

    /** Does what waited or was refused, without the arrival of the messages that brought it. */
    void again(List<RawEvent> events) {
        events.forEach(event -> messages.apply(Acts.ofWaiting(event)));
    }

    /** How many events stand in a row of what was set aside. */
    int aside(Key key) {
        return draft.value(key).map(value -> Aside.events(value).size()).orElse(0);
    }

    private void need(Key key) {
        if (!owned.tell(draft, key)) {
            needs.add(key);
        }
    }

    private void addNeeds(Event event) {
        switch (event.type()) {
            case HISTORY_SET -> {
                Event.HistorySet history = (Event.HistorySet) event;
                history.chats().forEach(chat -> need(listed.chatKey(chat)));
                history.contacts().forEach(contact -> need(listed.contactKey(contact)));
                history.messages()
                        .forEach(item -> need(listed.chatKey(item.key().chat())));
            }
            case MESSAGES_UPSERT ->
                ((Event.MessagesUpsert) event)
                        .messages()
                        .forEach(item -> need(listed.chatKey(item.key().chat())));
            case CHATS_UPSERT -> ((Event.ChatsUpsert) event).chats().forEach(chat -> need(listed.chatKey(chat)));
            case CHATS_UPDATE -> ((Event.ChatsUpdate) event).updates().forEach(chat -> need(listed.chatKey(chat)));
            case CHATS_DELETE -> ((Event.ChatsDelete) event).jids().forEach(jid -> need(listed.chatKey(jid)));
            case CHATS_LOCK -> need(listed.chatKey(((Event.ChatsLock) event).jid()));
            case CONTACTS_UPSERT ->
                ((Event.ContactsUpsert) event).contacts().forEach(each -> need(listed.contactKey(each)));
            case CONTACTS_UPDATE ->
                ((Event.ContactsUpdate) event).updates().forEach(each -> need(listed.contactKey(each)));
            case GROUPS_UPSERT ->
                ((Event.GroupsUpsert) event).groups().forEach(each -> need(ListedMerge.groupKey(each)));
            case GROUPS_UPDATE ->
                ((Event.GroupsUpdate) event).updates().forEach(each -> need(ListedMerge.groupKey(each)));
            case GROUP_PARTICIPANTS_UPDATE ->
                need(ListedMerge.groupKey(((Event.GroupParticipantsUpdate) event).group()));
            case LABELS_EDIT -> need(LabelRules.label(((Event.LabelsEdit) event).id()));
            case LABELS_ASSOCIATION ->
                listed.associationKeys((Event.LabelsAssociation) event).forEach(this::need);
            case BLOCKLIST_SET, BLOCKLIST_UPDATE ->
                ((Event.Blocklist) event)
                        .jids()
                        .forEach(jid -> listed.blockedKeys(jid).forEach(this::need));
            case MESSAGES_DELETE -> messages.addNeedsOf(((Event.MessagesDelete) event).keys(), needs);
            case MESSAGES_UPDATE,
                    MESSAGES_REACTION,
                    MESSAGES_MEDIA_UPDATE,
                    MESSAGE_RECEIPT_UPDATE,
                    HISTORY_STATUS,
                    PRESENCE_UPDATE,
                    LID_MAPPING_UPDATE,
                    OTHER -> {
                // of messages the acts say which; presence is replaced without being read
            }
        }
    }

    private void merge(Prepared prepared) {
        Event event = prepared.event();
        switch (event.type()) {
            case HISTORY_SET -> {
                Event.HistorySet history = (Event.HistorySet) event;
                listed.chatHistory(history.chats());
                listed.contactHistory(history.contacts());
                mergeMessages(prepared.acts());
                listed.past(history.pastParticipants());
                listed.progress(history);
            }
            case HISTORY_STATUS -> listed.status((Event.HistoryStatus) event);
            case CHATS_UPSERT -> listed.chatUpdates(((Event.ChatsUpsert) event).chats());
            case CHATS_UPDATE -> listed.chatUpdates(((Event.ChatsUpdate) event).updates());
            case CHATS_DELETE -> listed.chatsDeleted(((Event.ChatsDelete) event).jids());
            case CHATS_LOCK -> listed.chatLock((Event.ChatsLock) event);
            case MESSAGES_UPSERT, MESSAGES_UPDATE, MESSAGES_REACTION, MESSAGE_RECEIPT_UPDATE ->
                mergeMessages(prepared.acts());
            case MESSAGES_DELETE -> delete((Event.MessagesDelete) event);
            case CONTACTS_UPSERT -> listed.contactUpdates(((Event.ContactsUpsert) event).contacts());
            case CONTACTS_UPDATE -> listed.contactUpdates(((Event.ContactsUpdate) event).updates());
            case PRESENCE_UPDATE -> listed.presence((Event.PresenceUpdate) event);
            case GROUPS_UPSERT -> listed.groupUpdates(((Event.GroupsUpsert) event).groups());
            case GROUPS_UPDATE -> listed.groupUpdates(((Event.GroupsUpdate) event).updates());
            case GROUP_PARTICIPANTS_UPDATE -> listed.participants((Event.GroupParticipantsUpdate) event);
            case LABELS_EDIT -> listed.label((Event.LabelsEdit) event);
            case LABELS_ASSOCIATION -> listed.association((Event.LabelsAssociation) event);
            case BLOCKLIST_SET, BLOCKLIST_UPDATE -> listed.blocklist((Event.Blocklist) event);
            case MESSAGES_MEDIA_UPDATE, LID_MAPPING_UPDATE, OTHER -> {
                // who is who was learnt before; the others say nothing to a history
            }
        }
    }

    private void mergeMessages(List<Act> acts) {
        messages.apply(acts);
        listed.active(messages.takeActivity());
    }

    /** Of a whole chat the messages were removed before, in steps; here its row follows. */
    private void delete(Event.MessagesDelete event) {
        messages.delete(event.keys(), listed);
        event.wholeChat().ifPresent(listed::emptied);
    }

    /** Removes messages as one who uses the store asks for it, and tells how many there were. */
    int delete(List<MessageKey> keys) {
        Collection<Key> places = new ArrayList<>();
        messages.addNeedsOf(keys, places);
        draft.read(places);
        return messages.delete(keys, listed);
    }
}
