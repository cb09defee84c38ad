package dev.pawl.backend;

import java.util.List;

/**
 * Optional capability of backends that keep more than the rows, such as checksums, pages or indexes: they can tell whether
 * all of it is sound and agrees with the rows, which no reading of rows shows.
 *
 * <p>Changes nothing, takes no lease and works beside a running client. <b>Blocking.</b> May take as long as reading the
 * whole store. <b>Not supported.</b> Repairing anything.
 */
public interface SelfChecking {

    /**
     * Reads everything the backend keeps beside the rows and compares it with them.
     *
     * @param session whose rows are meant. Damage in what all sessions share is reported too, whichever session is asked
     *     for.
     * @return what is wrong or unusual, without what {@link Backend#inspect} says already; empty when all is well, and when
     *     there is no such store yet. Of damage that shows up in very many places, some are named.
     * @throws UnavailableException when the storage cannot be read at all; the caller tries again
     * @throws CorruptDataException when the damage is such that the rest cannot be checked; it names the place
     */
    List<Inspection.Remark> check(SessionName session);
}
