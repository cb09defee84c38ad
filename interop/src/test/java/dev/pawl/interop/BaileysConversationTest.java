package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.interop.BaileysAccount.AppStatePatch;
import dev.pawl.interop.BaileysAccount.GroupMessage;
import dev.pawl.interop.BaileysAccount.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Conversations between directories that only real Baileys has touched: what later tests compare Pawl's against. */
final class BaileysConversationTest extends WithAliceAndBob {

    @Test
    void twoAccountsTalkInBothDirectionsAcrossRestarts() {
        alice.injectSession(BOB, bob.bundle(1));
        Message first = alice.encrypt(BOB, "first");
        Message late = alice.encrypt(BOB, "late");

        assertThat(first.type()).isEqualTo("pkmsg");
        assertThat(bob.decrypt(ALICE, first)).isEqualTo("first");
        assertThat(bob.get("pre-key", "1")).isEmpty();
        assertThat(bob.get("identity-key", "6281111111111.0")).isPresent();

        Message reply = bob.encrypt(ALICE, "reply");
        assertThat(reply.type()).isEqualTo("msg");
        alice.reload();
        assertThat(alice.decrypt(BOB, reply)).isEqualTo("reply");

        bob.reload();
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "second"))).isEqualTo("second");
        assertThat(bob.decrypt(ALICE, late)).isEqualTo("late");
        assertThatThrownBy(() -> bob.decrypt(ALICE, late)).isInstanceOf(PeerFailure.class);
        assertThat(alice.hasSession(BOB)).isTrue();
        assertThat(bob.hasSession(ALICE)).isTrue();
        bob.deleteSession(ALICE);
        assertThat(bob.hasSession(ALICE)).isFalse();
    }

    @Test
    void aSecondDeviceHasASessionOfItsOwn() {
        BaileysAccount tablet = peer.create(directory.resolve("tablet"));
        alice.injectSession(BOB, bob.bundle(1));
        alice.injectSession(BOB_TABLET, tablet.bundleWithoutPreKey());

        Message forTablet = alice.encrypt(BOB_TABLET, "to the tablet");
        assertThatThrownBy(() -> bob.decrypt(ALICE, forTablet)).isInstanceOf(PeerFailure.class);
        assertThat(tablet.decrypt(ALICE, forTablet)).isEqualTo("to the tablet");
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "to the phone"))).isEqualTo("to the phone");
        assertThat(directory.resolve("alice/session-6282222222222.5.json")).exists();
    }

    @Test
    void aSessionMovesToTheLidAndGoesOn() {
        alice.injectSession(BOB, bob.bundle(1));
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "by number"))).isEqualTo("by number");
        bob.set(
                BaileysAccount.Through.KEYS,
                List.of(BaileysAccount.Update.put("device-list", "6281111111111", "[\"0\"]")));
        bob.storeLidMapping(ALICE, ALICE_LID);

        assertThat(bob.migrateSession(ALICE, ALICE_LID)).isEqualTo(1);
        assertThat(directory.resolve("bob/session-6281111111111.0.json")).doesNotExist();
        assertThat(directory.resolve("bob/session-11122233344455_1.0.json")).exists();
        assertThat(bob.decrypt(ALICE_LID, alice.encrypt(BOB, "by LID"))).isEqualTo("by LID");
    }

    @Test
    void aGroupMessageIsReadAfterARestart() {
        GroupMessage first = alice.encryptGroup(GROUP, ALICE, "one");
        bob.processDistribution(GROUP, ALICE, first);
        assertThat(bob.decryptGroup(GROUP, ALICE, first)).isEqualTo("one");
        alice.reload();
        bob.reload();
        assertThat(bob.decryptGroup(GROUP, ALICE, alice.encryptGroup(GROUP, ALICE, "two")))
                .isEqualTo("two");
        assertThat(directory.resolve("bob/sender-key-120363021234567890@g.us--6281111111111--0.json"))
                .exists();
    }

    @Test
    void theSameAppStateKeyGivesTheSamePatch() throws IOException {
        alice.pair("6281111111111:3@s.whatsapp.net", "11122233344455:3@lid", "Alice");
        alice.shareAppStateKey(KEY_ID);
        BaileysAccount copy = peer.open(copyOf(alice.directory(), directory.resolve("copy")));

        AppStatePatch expected = alice.pinPatch(BOB, KEY_ID);
        assertThat(copy.pinPatch(BOB, KEY_ID)).isEqualTo(expected);
        assertThat(expected.version()).isEqualTo(1);

        AppStatePatch patch = alice.modify("{\"pin\":true}", BOB);
        assertThat(copy.apply(patch)).isEqualTo(1);
        AppStatePatch next = alice.modify("{\"pin\":false}", BOB);
        assertThat(copy.apply(next)).isEqualTo(2);
        assertThat(copy.pinPatch(ALICE, KEY_ID)).isEqualTo(alice.pinPatch(ALICE, KEY_ID));
    }

    @Test
    void anotherAppStateKeyIsNoticed() throws IOException {
        alice.shareAppStateKey(KEY_ID);
        BaileysAccount copy = peer.open(copyOf(alice.directory(), directory.resolve("copy")));
        copy.shareAppStateKey(KEY_ID);

        assertThat(copy.pinPatch(BOB, KEY_ID).indexMac())
                .isNotEqualTo(alice.pinPatch(BOB, KEY_ID).indexMac());
        AppStatePatch patch = alice.modify("{\"pin\":true}", BOB);
        assertThatThrownBy(() -> copy.apply(patch))
                .isInstanceOf(PeerFailure.class)
                .hasMessageContaining("Invalid patch mac");
    }

    private static Path copyOf(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }
}
