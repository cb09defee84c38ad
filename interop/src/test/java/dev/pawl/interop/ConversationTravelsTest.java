package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.interop.BaileysAccount.AppStatePatch;
import dev.pawl.interop.BaileysAccount.GroupMessage;
import dev.pawl.interop.BaileysAccount.Message;
import dev.pawl.interop.BaileysAccount.Through;
import dev.pawl.interop.BaileysAccount.Update;
import dev.pawl.tck.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Conversations of real libsignal go on when Pawl has moved their directories: between two messages the account is closed,
 * its directory is carried by Pawl to a new place, and Baileys opens it there.
 */
final class ConversationTravelsTest extends WithAliceAndBob {

    private static final String OTHER_GROUP = "6281234567890-1600000000@g.us";

    private int places;

    @BeforeEach
    void mintPreKeysOfAlice() {
        alice.mintPreKeys(5);
    }

    /** Carries an account to a new directory, and opens that. */
    private BaileysAccount move(BaileysAccount account, PawlCopy copy) {
        account.close();
        Path next = directory.resolve("moved-" + ++places);
        copy.copy(account.directory(), next);
        assertThat(AuthFiles.of(next)).isEqualTo(AuthFiles.of(account.directory()));
        return peer.open(next);
    }

    @ParameterizedTest
    @EnumSource(PawlCopy.class)
    void twoPartiesTalkInBothDirectionsAcrossHops(PawlCopy copy) {
        alice.injectSession(BOB, bob.bundle(1));
        alice = move(alice, copy);
        Message first = alice.encrypt(BOB, "first");
        Message second = alice.encrypt(BOB, "second");
        bob = move(bob, copy);
        assertThat(first.type()).isEqualTo("pkmsg");
        assertThat(bob.decrypt(ALICE, first)).isEqualTo("first");
        bob = move(bob, copy);
        assertThat(bob.decrypt(ALICE, second)).isEqualTo("second");
        assertThat(bob.get("pre-key", "1")).isEmpty();

        for (int hop = 1; hop <= 3; hop++) {
            Message reply = bob.encrypt(ALICE, "reply " + hop);
            alice = move(alice, copy);
            assertThat(alice.decrypt(BOB, reply)).isEqualTo("reply " + hop);
            Message answer = alice.encrypt(BOB, "answer " + hop);
            bob = move(bob, copy);
            assertThat(answer.type()).isEqualTo("msg");
            assertThat(bob.decrypt(ALICE, answer)).isEqualTo("answer " + hop);
            Message again = answer;
            assertThatThrownBy(() -> bob.decrypt(ALICE, again)).isInstanceOf(PeerFailure.class);
        }
    }

    @ParameterizedTest
    @EnumSource(PawlCopy.class)
    void messagesThatWereSkippedBeforeAHopAreReadAfterIt(PawlCopy copy) {
        alice.injectSession(BOB, bob.bundle(1));
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "hello"))).isEqualTo("hello");
        assertThat(alice.decrypt(BOB, bob.encrypt(ALICE, "hello"))).isEqualTo("hello");
        List<Message> early = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            early.add(alice.encrypt(BOB, "early " + n));
        }
        assertThat(bob.decrypt(ALICE, early.get(2))).isEqualTo("early 2");

        bob = move(bob, copy);
        assertThat(bob.decrypt(ALICE, early.get(0))).isEqualTo("early 0");
        // A new ratchet step closes the chain of the ones that are still missing.
        assertThat(alice.decrypt(BOB, bob.encrypt(ALICE, "turn"))).isEqualTo("turn");
        Message skipped = alice.encrypt(BOB, "skipped after the hop");
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "on"))).isEqualTo("on");

        bob = move(bob, copy);
        alice = move(alice, copy);
        assertThat(bob.decrypt(ALICE, early.get(3))).isEqualTo("early 3");
        assertThat(bob.decrypt(ALICE, skipped)).isEqualTo("skipped after the hop");
        assertThat(bob.decrypt(ALICE, early.get(1))).isEqualTo("early 1");
        assertThatThrownBy(() -> bob.decrypt(ALICE, early.get(1))).isInstanceOf(PeerFailure.class);
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "last"))).isEqualTo("last");
    }

    @Test
    void aSecondDeviceKeepsASessionOfItsOwn() {
        BaileysAccount tablet = peer.create(directory.resolve("tablet"));
        tablet.mintPreKeys(2);
        alice.injectSession(BOB, bob.bundle(1));
        alice.injectSession(BOB_TABLET, tablet.bundle(2));
        alice = move(alice, PawlCopy.TYPED_VIEWS);
        tablet = move(tablet, PawlCopy.TYPED_VIEWS);
        bob = move(bob, PawlCopy.TYPED_VIEWS);

        Message forTablet = alice.encrypt(BOB_TABLET, "to the tablet");
        assertThatThrownBy(() -> bob.decrypt(ALICE, forTablet)).isInstanceOf(PeerFailure.class);
        assertThat(tablet.decrypt(ALICE, forTablet)).isEqualTo("to the tablet");
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "to the phone"))).isEqualTo("to the phone");
        tablet = move(tablet, PawlCopy.MIGRATION_THROUGH_MEMORY);
        alice = move(alice, PawlCopy.MIGRATION_THROUGH_MEMORY);
        assertThat(alice.decrypt(BOB_TABLET, tablet.encrypt(ALICE, "from the tablet")))
                .isEqualTo("from the tablet");
        assertThat(alice.get("session", "6282222222222.5")).isPresent();
        assertThat(alice.get("session", "6282222222222.0")).isPresent();
    }

    @Test
    void aSessionThatMovedToALidGoesOn() {
        alice.injectSession(BOB, bob.bundle(1));
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "by number"))).isEqualTo("by number");
        bob.set(Through.KEYS, List.of(Update.put("device-list", "6281111111111", "[\"0\"]")));
        bob.storeLidMapping(ALICE, ALICE_LID);
        bob = move(bob, PawlCopy.TYPED_VIEWS);

        assertThat(bob.migrateSession(ALICE, ALICE_LID)).isEqualTo(1);
        bob = move(bob, PawlCopy.TYPED_VIEWS);
        assertThat(bob.get("session", "11122233344455_1.0")).isPresent();
        assertThat(bob.get("session", "6281111111111.0")).isEmpty();
        assertThat(bob.decrypt(ALICE_LID, alice.encrypt(BOB, "by LID"))).isEqualTo("by LID");
        // The mapping came along: by number Baileys finds the session under the LID.
        assertThat(bob.hasSession(ALICE)).isTrue();
        assertThat(alice.decrypt(BOB, bob.encrypt(ALICE, "reply"))).isEqualTo("reply");
    }

    @ParameterizedTest
    @EnumSource(PawlCopy.class)
    void groupsGoOnWithOwnAndReceivedSenderKeys(PawlCopy copy) {
        for (String group : List.of(GROUP, OTHER_GROUP)) {
            GroupMessage first = alice.encryptGroup(group, ALICE, "one");
            bob.processDistribution(group, ALICE, first);
            assertThat(bob.decryptGroup(group, ALICE, first)).isEqualTo("one");
            GroupMessage back = bob.encryptGroup(group, BOB, "two");
            alice.processDistribution(group, BOB, back);
            assertThat(alice.decryptGroup(group, BOB, back)).isEqualTo("two");
        }
        String memory = "{\"6282222222222@s.whatsapp.net\":true,\"11122233344455@lid\":true}";
        alice.set(Through.KEYS, List.of(Update.put("sender-key-memory", GROUP, memory)));

        for (int hop = 1; hop <= 3; hop++) {
            alice = move(alice, copy);
            bob = move(bob, copy);
            for (String group : List.of(GROUP, OTHER_GROUP)) {
                alice.encryptGroup(group, ALICE, "never arrives");
                GroupMessage next = alice.encryptGroup(group, ALICE, "next " + hop);
                // Without a new distribution: only the keys that travelled can read these.
                assertThat(bob.decryptGroup(group, ALICE, next)).isEqualTo("next " + hop);
                assertThat(alice.decryptGroup(group, BOB, bob.encryptGroup(group, BOB, "back " + hop)))
                        .isEqualTo("back " + hop);
            }
        }
        assertThat(alice.get("sender-key-memory", GROUP)).contains(memory);
    }

    /** Baileys 7 reads the seeds of skipped group messages back as plain objects: a defect of its own, not of the file. */
    @Test
    void aLateGroupMessageMeetsTheSameFaultOfBaileysWithAndWithoutPawl() {
        GroupMessage first = alice.encryptGroup(GROUP, ALICE, "one");
        GroupMessage late = alice.encryptGroup(GROUP, ALICE, "late");
        bob.processDistribution(GROUP, ALICE, first);
        assertThat(bob.decryptGroup(GROUP, ALICE, alice.encryptGroup(GROUP, ALICE, "three")))
                .isEqualTo("three");
        BaileysAccount moved = move(bob, PawlCopy.TYPED_VIEWS);
        BaileysAccount untouched = peer.open(bob.directory());

        for (BaileysAccount account : List.of(untouched, moved)) {
            assertThatThrownBy(() -> account.decryptGroup(GROUP, ALICE, late))
                    .isInstanceOf(PeerFailure.class)
                    .hasMessage("TypeError: Expected Buffer instead of: Object");
        }
        assertThat(moved.decryptGroup(GROUP, ALICE, alice.encryptGroup(GROUP, ALICE, "four")))
                .isEqualTo("four");
    }

    @ParameterizedTest
    @EnumSource(PawlCopy.class)
    void theAppStateKeyThatTravelledMakesTheSameMacs(PawlCopy copy) {
        alice.pair("6281111111111:3@s.whatsapp.net", "11122233344455:3@lid", "Alice");
        alice.shareAppStateKey(KEY_ID);
        alice.reload();
        BaileysAccount other = peer.open(AuthFiles.copy(alice.directory(), directory.resolve("other")));
        other.apply(alice.modify("{\"pin\":true}", BOB));
        AppStatePatch expected = alice.pinPatch(ALICE_LID, KEY_ID);

        BaileysAccount moved = move(alice, copy);
        assertThat(moved.pinPatch(ALICE_LID, KEY_ID)).isEqualTo(expected);
        assertThat(expected.version()).isEqualTo(2);

        assertThat(other.apply(moved.modify("{\"pin\":false}", BOB))).isEqualTo(2);
        moved = move(moved, copy);
        assertThat(moved.apply(other.modify("{\"archive\":true,\"lastMessages\":[]}", BOB)))
                .isPositive();
        assertThat(other.apply(moved.modify("{\"pin\":true}", ALICE_LID))).isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = PawlCopy.class,
            names = {"TEXT", "TYPED_VIEWS"})
    void appStateKeysOfTheSampleMakeTheSameMacs(PawlCopy copy) {
        Path sample = Samples.copyTo(directory, "app-state");
        BaileysAccount original = peer.open(sample);
        copy.copy(sample, directory.resolve("copy"));
        BaileysAccount written = peer.open(directory.resolve("copy"));
        // The last of them lies there as a plain object, not in the form of the protocol.
        for (String keyId : List.of("AAAAAAAB", "AAAAABz/", "AAD/+++/", "cGxhaW4=")) {
            assertThat(written.pinPatch(BOB, keyId)).as(keyId).isEqualTo(original.pinPatch(BOB, keyId));
        }
        assertThat(written.pinPatch(BOB, "AAAAAAAB").version()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(PawlCopy.class)
    void theConversationOfTheSamplesGoesOn(PawlCopy copy) {
        PawlCopy.MIGRATION.copy(Samples.copyTo(directory, "session-alice"), directory.resolve("a"));
        copy.copy(Samples.copyTo(directory, "session-bob"), directory.resolve("b"));
        BaileysAccount first = peer.open(directory.resolve("a"));
        BaileysAccount second = peer.open(directory.resolve("b"));

        assertThat(second.decrypt(ALICE, first.encrypt(BOB, "still there?"))).isEqualTo("still there?");
        assertThat(first.decrypt(BOB, second.encrypt(ALICE, "yes"))).isEqualTo("yes");
    }
}
