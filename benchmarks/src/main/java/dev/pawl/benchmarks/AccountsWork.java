package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.SessionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Opens many accounts in one process, one after another, reads the credentials of each and keeps all of them open; then reads all {@code sessions} of each. A store that holds many sessions holds all
 * {@code accounts}; of others there is one for each account.
 *
 * <p>Answers: {@code open} and {@code touch} in milliseconds, {@code openEach} in microseconds for an account, {@code heapEach} and {@code heapTouchedEach} in KB of heap for an account after garbage
 * collection, {@code descriptorsEach} the open files for an account before its sessions are read, {@code rssOpen} and {@code rssTouched} in MB and {@code descriptors} for all; growth since one account had been opened and closed.
 */
final class AccountsWork {

    private AccountsWork() {}

    static Map<String, Double> run(TrialRequest request) {
        int accounts = request.number("accounts");
        List<String> ids = IntStream.range(0, request.number("sessions"))
                .mapToObj(Records::sessionId)
                .toList();
        List<Pawl> opened = new ArrayList<>();
        try {
            boolean together = together(request);
            openOne(request, together);
            Footprint before = Footprint.now();
            List<AuthStore> stores = new ArrayList<>();
            long begin = System.nanoTime();
            if (together) {
                opened.add(Pawl.open(Locators.in(request, request.place())));
            }
            for (int i = 0; i < accounts; i++) {
                if (!together) {
                    opened.add(Pawl.open(Locators.in(request, request.place().resolve(Locators.account(i)))));
                }
                AuthStore store = together
                        ? opened.get(0).auth(Locators.account(i))
                        : opened.get(i).auth();
                Locators.readCredentials(store);
                stores.add(store);
            }
            double open = millisSince(begin);
            Footprint idle = Footprint.now();
            long touching = System.nanoTime();
            for (AuthStore store : stores) {
                touch(store, ids);
            }
            double touch = millisSince(touching);
            Footprint touched = Footprint.now();
            return Map.of(
                    "accounts",
                    (double) stores.size(),
                    "open",
                    open,
                    "openEach",
                    open * 1000 / accounts,
                    "rssOpen",
                    idle.rss() - before.rss(),
                    "heapEach",
                    (idle.heap() - before.heap()) / accounts,
                    "descriptorsEach",
                    (idle.descriptors() - before.descriptors()) / accounts,
                    "descriptors",
                    touched.descriptors() - before.descriptors(),
                    "touch",
                    touch,
                    "rssTouched",
                    touched.rss() - before.rss(),
                    "heapTouchedEach",
                    (touched.heap() - before.heap()) / accounts);
        } finally {
            opened.forEach(Pawl::close);
        }
    }

    private static boolean together(TrialRequest request) {
        try (Pawl pawl = Pawl.open(Locators.in(request, request.place()))) {
            return Locators.holdManySessions(pawl);
        }
    }

    /** Has everything loaded that the first account of a process needs. */
    private static void openOne(TrialRequest request, boolean together) {
        String first = Locators.account(0);
        try (Pawl pawl = Pawl.open(Locators.in(
                request, together ? request.place() : request.place().resolve(first)))) {
            AuthStore store = together ? pawl.auth(first) : pawl.auth();
            Locators.readCredentials(store);
        }
    }

    private static void touch(AuthStore store, List<String> ids) {
        long sum = 0;
        for (SessionRecord session : store.read(KeyType.SESSION, ids).values()) {
            sum += SessionView.touch(session);
        }
        if (sum == 0) {
            throw new IllegalStateException("session " + store.session() + " is empty");
        }
    }

    private static double millisSince(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }
}
