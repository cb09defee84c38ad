package dev.pawl.event;

import java.util.function.Supplier;

/**
 * Something is no event as Baileys emits it: says which member is wrong and what is wrong with it, never what it holds.
 *
 * <p>Who reads a pipe skips the event or stops there; who must lose nothing sets it aside, see {@link RawEvent#split}.
 */
public final class InvalidEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String member;
    private final String problem;

    /** Why an event cannot be used. */
    public enum Reason {
        /** A member is missing or of another type than Baileys gives it. */
        UNREADABLE,
        /** A message has no conversation or no id, so nobody could ever find it. */
        NO_IDENTITY
    }

    private InvalidEventException(Reason reason, String member, String problem) {
        super(member.isEmpty() ? problem : member + ": " + problem);
        this.reason = reason;
        this.member = member;
        this.problem = problem;
    }

    static InvalidEventException unreadable(String member, String problem) {
        return new InvalidEventException(Reason.UNREADABLE, member, problem);
    }

    static InvalidEventException noIdentity(String member, String problem) {
        return new InvalidEventException(Reason.NO_IDENTITY, member, problem);
    }

    /** Reads a part that stands at {@code path}: a complaint about one of its members names the whole way there. */
    static <T> T within(String path, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InvalidEventException e) {
            String inner = e.member.isEmpty() ? path : path + "." + e.member;
            throw new InvalidEventException(e.reason, inner, e.problem);
        }
    }

    /** Why it cannot be used. */
    public Reason reason() {
        return reason;
    }

    /** The path of the member that is wrong, such as {@code messages[3].key.id}; empty for the event as a whole. */
    public String member() {
        return member;
    }
}
