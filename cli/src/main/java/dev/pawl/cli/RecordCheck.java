package dev.pawl.cli;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads every record of a session and decodes it. */
final class RecordCheck {

    private static final Map<String, KeyType<?>> TYPES =
            KeyType.known().stream().collect(Collectors.toMap(KeyType::name, Function.identity()));

    private final Store store;
    private final List<Issue> issues = new ArrayList<>();

    private RecordCheck(Store store) {
        this.store = store;
    }

    static List<Issue> of(Store store, ProgressBar bar) {
        RecordCheck check = new RecordCheck(store);
        check.credentials();
        long[] done = {0};
        Listing.each(store, Scan.of(Family.KEY), row -> {
            check.key(row.key());
            bar.show("reading", ++done[0], 0);
        });
        return check.issues;
    }

    private void credentials() {
        try (AuthStore auth = AuthStore.openReadOnly(store.backend(), store.session())) {
            auth.credentials();
        } catch (CorruptDataException e) {
            damaged("credentials-decode", e);
        }
    }

    private void key(Key key) {
        try {
            store.backend().get(store.session(), key).ifPresent(this::decode);
        } catch (CorruptDataException e) {
            damaged("record-decodes", e);
        }
    }

    private void decode(Row row) {
        String type = row.key().partition();
        KeyType<?> known = TYPES.containsKey(type) ? TYPES.get(type) : KeyType.json(type);
        known.decode(row.key().id(), row.value(), store.backend().locate(store.session(), row.key()));
    }

    private void damaged(String rule, CorruptDataException damage) {
        issues.add(Issue.of(rule, damage));
    }
}
