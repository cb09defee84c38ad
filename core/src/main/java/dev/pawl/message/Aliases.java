package dev.pawl.message;

import dev.pawl.event.Jid;
import dev.pawl.event.JidPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Who is who: the pairs of LID and phone number that are known, in memory.
 *
 * <p>A LID has one phone number and a phone number one LID; a new pair for one of the two takes the place of the old
 * one.
 *
 * <p><b>Thread-safety.</b> Safe; both directions of a pair change together.
 */
final class Aliases {

    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** The other address of each, both normalised. */
    private final Map<String, Jid> others = new HashMap<>();

    /** The LIDs of those whose messages may stand twice, once under each address. */
    private final Set<String> merging = new HashSet<>();

    /**
     * What became of a pair that somebody told of.
     *
     * @param isNew whether it was not known
     * @param replaced pairs that are none any more
     */
    record Learnt(boolean isNew, Set<JidPair> replaced) {}

    /** Takes note of a pair. Until somebody has looked, messages may stand under both addresses of a new one. */
    Learnt learn(JidPair pair) {
        lock.writeLock().lock();
        try {
            if (pair.lidJid().equals(others.get(pair.phoneNumberJid().text()))) {
                return new Learnt(false, Set.of());
            }
            Set<JidPair> replaced = new LinkedHashSet<>();
            for (Jid one : List.of(pair.lidJid(), pair.phoneNumberJid())) {
                Jid former = others.remove(one.text());
                if (former != null) {
                    others.remove(former.text());
                    merging.removeAll(List.of(one.text(), former.text()));
                    JidPair.of(one, former).ifPresent(replaced::add);
                }
            }
            others.put(pair.lidJid().text(), pair.phoneNumberJid());
            others.put(pair.phoneNumberJid().text(), pair.lidJid());
            merging.add(pair.lidJid().text());
            return new Learnt(true, replaced);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** The other of LID and phone number of somebody, where it is known. */
    Optional<String> other(String jid) {
        String own = Jid.normalised(jid);
        lock.readLock().lock();
        try {
            return Optional.ofNullable(others.get(own)).map(Jid::text);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The address under which somebody, or a conversation, is kept: the LID where it is known, else the one given. */
    String canonical(String jid) {
        String own = Jid.normalised(jid);
        boolean phoneNumber = Jid.parse(own).map(Jid::isPhoneNumber).orElse(false);
        return phoneNumber ? other(own).orElse(own) : own;
    }

    /** All addresses of somebody, or of a conversation, the one given first. */
    List<String> addresses(String jid) {
        String own = Jid.normalised(jid);
        List<String> addresses = new ArrayList<>(List.of(own));
        other(own).ifPresent(addresses::add);
        return List.copyOf(addresses);
    }

    /** Whether two addresses are known to be one person's or conversation's. */
    boolean same(String one, String other) {
        return canonical(one).equals(canonical(other));
    }

    /** Whether a message of a conversation may stand under both of its addresses. */
    boolean isMerging(String jid) {
        String lid = canonical(jid);
        lock.readLock().lock();
        try {
            return merging.contains(lid);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Takes note that no message stands under both addresses of this one any more. */
    void merged(String lid) {
        lock.writeLock().lock();
        try {
            merging.remove(lid);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Takes note that messages may stand twice under these LIDs and under no others. */
    void mergingAre(Set<String> lids) {
        lock.writeLock().lock();
        try {
            merging.clear();
            merging.addAll(lids);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Forgets all: everything was removed. */
    void clear() {
        lock.writeLock().lock();
        try {
            others.clear();
            merging.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
