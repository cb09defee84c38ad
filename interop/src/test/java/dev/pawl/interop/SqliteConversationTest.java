package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Partition;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.interop.BaileysAccount.GroupMessage;
import dev.pawl.interop.BaileysAccount.Message;
import dev.pawl.json.JsonObject;
import dev.pawl.migrate.Migration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Accounts of real Baileys live in one SQLite file for a while: they are migrated into it, used there through Pawl's
 * store, and migrated to a new directory, where Baileys goes on with their conversations.
 */
final class SqliteConversationTest extends WithAliceAndBob {

    /** Ids that Baileys does not come to in these tests. */
    private static final long OWN_PRE_KEYS = 100_000;

    private int hops;

    /** Carries an account into the file, works on it there, and carries it on to a new directory. */
    private BaileysAccount stay(BaileysAccount account) {
        account.close();
        int hop = ++hops;
        SessionName name = SessionName.of("hop-" + hop);
        Path next = directory.resolve("after-" + hop);
        String locator = "sqlite:" + directory.resolve("pawl.db");
        try (Pawl pawl = Pawl.open(locator);
                Backend source = BaileysBackend.open(account.directory(), Access.READ_ONLY)) {
            Migration.from(source, SessionName.DEFAULT)
                    .to(pawl.backend(Family.KEY), name)
                    .run();
            work(pawl.auth(name.name()), hop);
        }
        try (Pawl pawl = Pawl.openReadOnly(locator);
                Backend target = BaileysBackend.open(next, Access.READ_WRITE)) {
            assertThat(AuthVerification.run(pawl.backend(Family.KEY), name))
                    .filteredOn(Finding::isProblem)
                    // A pre-key of a number that Baileys has not come to is worth a remark.
                    .allMatch(finding -> finding.rule().equals("pre-key-counter"));
            Migration.from(pawl.backend(Family.KEY), name)
                    .to(target, SessionName.DEFAULT)
                    .run();
        }
        // Everything was written anew there, and no byte is another.
        Map<String, String> expected = new TreeMap<>(AuthFiles.of(account.directory()));
        Map<String, String> files = new TreeMap<>(AuthFiles.of(next));
        String credentials = files.remove("creds.json");
        expected.remove("creds.json");
        assertThat(credentials).endsWith(",\"lastHop\":" + hop + "}");
        assertThat(files.remove("pre-key-" + (OWN_PRE_KEYS + hop) + ".json")).isNotNull();
        assertThat(files).isEqualTo(expected);
        return peer.open(next);
    }

    /** Reads every record as what it is and writes it back, and adds a one-time key and a member of the credentials. */
    private static void work(AuthStore store, int hop) {
        Updates updates = Updates.none()
                .put(KeyType.PRE_KEY, "" + (OWN_PRE_KEYS + hop), KeyPair.generate())
                .credentials(JsonObject.builder().put("lastHop", hop).build());
        for (Partition type : store.types()) {
            updates = putAll(
                    updates,
                    store,
                    KeyType.known().stream()
                            .filter(known -> known.name().equals(type.name()))
                            .findFirst()
                            .orElseThrow());
        }
        store.write(updates);
    }

    private static <V> Updates putAll(Updates before, AuthStore store, KeyType<V> type) {
        Updates updates = before;
        for (Map.Entry<String, V> entry : store.read(type, store.ids(type)).entrySet()) {
            updates = updates.put(type, entry.getKey(), entry.getValue());
        }
        return updates;
    }

    @Test
    void aConversationThatBeginsWithAPreKeyMadeInSqliteGoesOnInBothDirections() {
        bob = stay(bob);
        String preKey = "" + (OWN_PRE_KEYS + hops);
        alice.injectSession(BOB, bob.bundle(Long.parseLong(preKey)));
        alice = stay(alice);
        Message first = alice.encrypt(BOB, "first");
        Message late = alice.encrypt(BOB, "late");
        assertThat(first.type()).isEqualTo("pkmsg");
        assertThat(bob.decrypt(ALICE, first)).isEqualTo("first");
        assertThat(bob.get("pre-key", preKey)).isEmpty();

        List<Message> answers = new ArrayList<>();
        for (int round = 1; round <= 2; round++) {
            bob = stay(bob);
            Message reply = bob.encrypt(ALICE, "reply " + round);
            alice = stay(alice);
            assertThat(alice.decrypt(BOB, reply)).isEqualTo("reply " + round);
            Message answer = alice.encrypt(BOB, "answer " + round);
            assertThat(bob.decrypt(ALICE, answer)).isEqualTo("answer " + round);
            answers.add(answer);
        }
        bob = stay(bob);
        for (Message answer : answers) {
            assertThatThrownBy(() -> bob.decrypt(ALICE, answer)).isInstanceOf(PeerFailure.class);
        }
        // What was skipped at the beginning came along all the way.
        assertThat(bob.decrypt(ALICE, late)).isEqualTo("late");
    }

    @Test
    void groupsGoOnWithOwnAndReceivedSenderKeys() {
        GroupMessage toBob = alice.encryptGroup(GROUP, ALICE, "one");
        bob.processDistribution(GROUP, ALICE, toBob);
        assertThat(bob.decryptGroup(GROUP, ALICE, toBob)).isEqualTo("one");
        GroupMessage toAlice = bob.encryptGroup(GROUP, BOB, "two");
        alice.processDistribution(GROUP, BOB, toAlice);
        assertThat(alice.decryptGroup(GROUP, BOB, toAlice)).isEqualTo("two");

        for (int round = 1; round <= 2; round++) {
            alice = stay(alice);
            bob = stay(bob);
            // Without a new distribution: only the keys that stayed in the file can read these.
            assertThat(bob.decryptGroup(GROUP, ALICE, alice.encryptGroup(GROUP, ALICE, "next " + round)))
                    .isEqualTo("next " + round);
            assertThat(alice.decryptGroup(GROUP, BOB, bob.encryptGroup(GROUP, BOB, "back " + round)))
                    .isEqualTo("back " + round);
        }
        try (Pawl pawl = Pawl.openReadOnly("sqlite:" + directory.resolve("pawl.db"))) {
            assertThat(pawl.sessions()).map(SessionName::name).isEqualTo(List.of("hop-1", "hop-2", "hop-3", "hop-4"));
        }
    }
}
