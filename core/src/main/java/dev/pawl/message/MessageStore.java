package dev.pawl.message;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Page;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.lease.LeaseRequest;
import dev.pawl.lease.LeaseTiming;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The history of one linked device: messages, chats, contacts, presence, groups, labels.
 *
 * <p>Events go in through {@link #apply} or {@link #bind} and are merged with what is stored by the rules of {@code
 * docs/message-rules.md}. Applying an event again changes nothing, but for unread counts that the protocol sends as
 * differences. A conversation that is known by LID and by phone number is one conversation: every method takes either
 * address and answers the same.
 *
 * <p><b>Durability.</b> When {@link #apply} returns, what it stored survives what the backend promises.
 * <b>Atomicity.</b> The events of one call are one commit, unless they are more than the backend takes at once; then
 * they are several, in their order, split between events. <b>Ownership.</b> A store that writes holds the session's
 * lease {@code messages}; once somebody took it over, every write is a {@link FencedException}, nothing is applied, and
 * what its reads know of who is who stays as it was: open another one.
 * <b>Thread-safety.</b> All methods may be called from many threads; those that write take turns. Reads see every write
 * that returned before they began.
 *
 * <p><b>Not supported.</b> The files of messages themselves: what is kept is where they lie and their keys. Decrypting
 * votes. Undoing a revoke.
 *
 * <p>Every method throws {@link ClosedException} after {@link #close}, and those that read {@link
 * dev.pawl.backend.CorruptDataException} for a row that is damaged, naming its place; a listing never leaves one out.
 */
public final class MessageStore implements AutoCloseable {

    private final MessageRows rows;
    private final MessageReader reader;
    private final Optional<MessageWriter> writer;
    private final Bindings bindings;
    private volatile boolean closed;

    private MessageStore(MessageRows rows, MessageReader reader, Optional<MessageWriter> writer) {
        this.rows = rows;
        this.reader = reader;
        this.writer = writer;
        this.bindings = new Bindings(() -> new MessageIntake(writer()));
    }

    /**
     * Opens the history of a session as its owner.
     *
     * @throws InUseException when a live owner holds it; {@link #opening} has the ways around
     * @throws UnsupportedException when the backend does not hold messages
     */
    public static MessageStore open(Backend backend, SessionName session) {
        return opening(backend, session).open();
    }

    /** Opens the history of a session as its owner, with more to say about a holder that is there already. */
    public static Opening opening(Backend backend, SessionName session) {
        return new Opening(backend, session, request -> request, InstantSource.system(), HistoryAccess.CHATS);
    }

    /**
     * Opens the history of a session for reading: takes no lease and writes nothing. Pairs of LID and phone number that
     * an owner elsewhere learns are seen within a second.
     *
     * @throws UnsupportedException when the backend does not hold messages
     */
    public static MessageStore openReadOnly(Backend backend, SessionName session) {
        return openReadOnly(backend, session, InstantSource.system());
    }

    /** The same with a clock of one's own, by which presence grows old. */
    public static MessageStore openReadOnly(Backend backend, SessionName session, InstantSource clock) {
        MessageRows rows = HistoryAccess.read(backend, session);
        FollowedPairs pairs = new FollowedPairs(rows, System::nanoTime);
        return new MessageStore(rows, new MessageReader(rows, pairs, clock), Optional.empty());
    }

    /** The session this is the history of. */
    public SessionName session() {
        return rows.session();
    }

    /** Whether it has been closed, and every other method throws. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Merges events into what is stored, in their order.
     *
     * @return how many rows were written or removed; 0 when all of it was known
     * @throws UnsupportedException when one item of an event is more than the backend can hold; of that event and those
     *     behind it nothing was applied
     * @throws FencedException when the session was taken over; nothing was applied
     */
    public int apply(List<Event> events) {
        return writer().apply(List.copyOf(events));
    }

    /**
     * Merges events into what is stored as they came: what cannot be applied is set aside and keeps nothing from the
     * others. For a pipe, or a file, that is read to its end; {@link #bind} is for sources that go on.
     *
     * <p><b>Atomicity.</b> As few commits as the backend takes them in, in their order. After an exception the first of
     * them are stored; the same events may be given again.
     *
     * @param events in their order
     * @throws FencedException when the session was taken over
     */
    public Ingested ingest(List<RawEvent> events) {
        return new Ingestion(new MessageIntake(writer())).all(events);
    }

    /**
     * Takes in the events of a source as they come, until the binding is closed. A store may be bound to several
     * sources, one after another or at once; the same source bound again replaces the binding before, so that nothing
     * comes twice.
     */
    public Binding bind(EventSource source, BindingOptions options) {
        writer();
        return bindings.bind(source, options);
    }

    /**
     * Reads a page of the messages of a conversation. Messages of one second are ordered by their ids. A message that
     * stays where it is comes in exactly one page of a listing, whatever is added or removed meanwhile.
     *
     * @param chat by LID or phone number, with or without a device
     * @return messages in the direction that was asked for; what is read further on in that direction begins at {@link
     *     Page#next}, and from any message in either direction at its {@link WaMessage#cursor}
     */
    public Page<WaMessage, PageCursor> messages(String chat, PageRequest request) {
        return reader().messages(chat, request);
    }

    /**
     * Reads one message.
     *
     * @param key without participant it is the first message of that id; with one, never another author's
     */
    public Optional<WaMessage> message(MessageKey key) {
        return reader().message(key);
    }

    /**
     * Reads a message with what was said before and after it.
     *
     * @param each how many messages on either side, at least 0
     * @return newest first; {@link WaMessage#cursor} of the first and last one goes on in either direction. Empty when
     *     there is no such message.
     */
    public List<WaMessage> around(MessageKey key, int each) {
        return reader().around(key, each);
    }

    /**
     * What to send again to a device that could not decrypt a message of ours: the content as it was first sent. Store
     * messages <em>before</em> they are sent, and this finds them after a crash too.
     *
     * @param key as a request to send again has it; its participant is who asks and does not count
     * @return the content, without what is around it; empty when there is no such message, or it has no content or was
     *     taken back. Then nothing is sent: an empty message would be shown as one.
     */
    public Optional<JsonObject> messageForRetry(MessageKey key) {
        return reader().messageForRetry(key);
    }

    /** The secret with which votes in a poll, or answers to an event, are encrypted. */
    public Optional<Bytes> messageSecret(MessageKey key) {
        return reader().messageSecret(key);
    }

    /**
     * Lists chats, most recently active first. No index knows what a filter asks for: a page looks at no more than about
     * 10,000 chats, and where few of them pass the filter it is short, even empty, and has a next one all the same.
     *
     * @param after the {@link Page#next} of the page before, or empty to begin
     * @param limit the most chats of a page, at least 1
     */
    public Page<ChatView, String> chats(ChatFilter filter, Optional<String> after, int limit) {
        return reader().chats(filter, after, limit);
    }

    /** One chat, by either address. */
    public Optional<ChatView> chat(String jid) {
        return reader().chat(jid);
    }

    /** Lists the contacts that are people or businesses, by address. Parameters as in {@link #chats}. */
    public Page<ContactView, String> contacts(Optional<String> after, int limit) {
        return reader().contacts(after, limit);
    }

    /** One contact, by either address. */
    public Optional<ContactView> contact(String jid) {
        return reader().contact(jid);
    }

    /** What people in a conversation were doing in the last 300 seconds, the latest first. */
    public List<PresenceView> presence(String chat) {
        return reader().presence(chat);
    }

    /** Lists groups, by address. Parameters as in {@link #chats}. */
    public Page<GroupView, String> groups(Optional<String> after, int limit) {
        return reader().groups(after, limit);
    }

    /** One group. */
    public Optional<GroupView> group(String jid) {
        return reader().group(jid);
    }

    /** How many messages a conversation has. Reads all of their keys. */
    public long count(String chat) {
        return reader().count(chat);
    }

    /** How much there is of everything. */
    public HistoryCounts counts() {
        return reader().counts();
    }

    /**
     * Finds messages by words in their text or caption, the most recent first. An index is built behind the commits;
     * {@link Binding#flush} waits for it. Backends without one read the newest 100,000 messages.
     *
     * @param words all of which must occur; case and accents do not count
     * @param chat in this chat only
     * @param after the {@link Page#next} of the page before, or empty to begin
     * @param limit the most messages of a page, at least 1
     */
    public Page<WaMessage, String> search(String words, Optional<String> chat, Optional<String> after, int limit) {
        return reader().search(words, chat, after, limit);
    }

    /**
     * Waits until a search finds all that is stored by now, also what is older than its index, which an owner has indexed
     * behind the scenes.
     *
     * @return whether it was so within this time
     */
    public boolean awaitSearch(Duration longest) throws InterruptedException {
        return writer().awaitSearch(longest);
    }

    /**
     * Removes the messages that are not to be kept, in bounded steps; a crash in between leaves some of them. Nothing
     * is ever removed unless this is called.
     *
     * @return how many messages went
     */
    public long prune(Retention retention) {
        return writer().removal().prune(retention);
    }

    /** How many messages {@link #prune} would remove now. Removes nothing, and needs no ownership. */
    public long countToPrune(Retention retention) {
        return reader().countToPrune(retention);
    }

    /** Removes messages, by {@link #message}'s understanding of keys. They need not exist. */
    public int delete(List<MessageKey> keys) {
        return writer().removal().delete(List.copyOf(keys));
    }

    /** Removes a chat and all of its messages, in bounded steps. */
    public void deleteChat(String jid) {
        writer().removal().deleteChat(jid);
    }

    /** Removes the whole history of the session and nothing else: credentials, keys and jobs stay. */
    public void clear() {
        writer().clear();
    }

    /** Lists what could not be applied, or not yet, the oldest first. Parameters as in {@link #chats}. */
    public Page<SetAside, String> setAside(Optional<String> after, int limit) {
        requireOpen();
        return new SetAsideRows(rows).list(after, limit);
    }

    /**
     * Tries events again that were set aside; those that go well are set aside no longer.
     *
     * @param ids as {@link SetAside#id} has them
     * @return how many went well
     */
    public int retry(List<String> ids) {
        return writer().retry(List.copyOf(ids));
    }

    /**
     * Ends all use of this store after the commits in flight and the bindings, and gives the session back. The backend
     * stays open. Repeating it does nothing.
     */
    @Override
    public void close() {
        bindings.close();
        closed = true;
        writer.ifPresent(MessageWriter::close);
    }

    /** Names the session. */
    @Override
    public String toString() {
        return "MessageStore[" + session() + "]";
    }

    private MessageReader reader() {
        requireOpen();
        return reader;
    }

    private MessageWriter writer() {
        requireOpen();
        return writer.orElseThrow(() -> new UnsupportedException(
                "the history of session " + session() + " was opened for reading: open it as its owner to write"));
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException("the message store of session " + session() + " is closed");
        }
    }

    /**
     * How a store is opened when the session may be held: made by {@link MessageStore#opening}, immutable, ended by
     * {@link #open}.
     */
    public static final class Opening {

        private final Backend backend;
        private final SessionName session;
        private final UnaryOperator<LeaseRequest> wishes;
        private final InstantSource clock;
        private final int cachedChats;

        private Opening(
                Backend backend,
                SessionName session,
                UnaryOperator<LeaseRequest> wishes,
                InstantSource clock,
                int cachedChats) {
            this.backend = backend;
            this.session = session;
            this.wishes = wishes;
            this.clock = clock;
            this.cachedChats = cachedChats;
        }

        /** Fences a live owner: from then on it commits nothing. */
        public Opening takeOver() {
            return and(LeaseRequest::takeOver);
        }

        /** Waits this long for a live owner to release the session. */
        public Opening waitForRelease(Duration longest) {
            return and(request -> request.waitForRelease(longest));
        }

        /** Other lengths of time for the lease than {@link LeaseTiming#STANDARD}, or another clock for it. */
        public Opening timing(LeaseTiming timing) {
            return and(request -> request.timing(timing));
        }

        /** Another clock for when events arrive and how old presence is. */
        public Opening clock(InstantSource other) {
            return new Opening(backend, session, wishes, other, cachedChats);
        }

        /**
         * How many chats an owner keeps in memory, so that a message costs no read of its chat; 10,000 unless said
         * otherwise.
         */
        public Opening cachedChats(int most) {
            return new Opening(backend, session, wishes, clock, most);
        }

        private Opening and(UnaryOperator<LeaseRequest> wish) {
            return new Opening(backend, session, request -> wish.apply(wishes.apply(request)), clock, cachedChats);
        }

        /**
         * Opens the store. A clearing that a crash interrupted is finished first.
         *
         * @throws InUseException when a live owner holds the session
         * @throws UnsupportedException when the backend does not hold messages
         */
        public MessageStore open() {
            MessageWriter writer = HistoryAccess.own(backend, session, wishes, clock, cachedChats);
            MessageRows rows = new MessageRows(backend, session);
            return new MessageStore(rows, new MessageReader(rows, writer::aliases, clock), Optional.of(writer));
        }
    }
}
