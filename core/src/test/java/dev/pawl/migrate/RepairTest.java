package dev.pawl.migrate;

import static dev.pawl.migrate.Contents.SESSION;
import static dev.pawl.migrate.Contents.all;
import static dev.pawl.migrate.Contents.lease;
import static dev.pawl.migrate.Contents.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.RepairReport.Change;
import dev.pawl.migrate.RepairReport.Fate;
import dev.pawl.migrate.RepairReport.Raised;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a repair keeps, what it leaves out, and what it says about it. */
class RepairTest {

    private static final Credentials CREDENTIALS = Credentials.create()
            .with("nextPreKeyId", JsonNumber.of(31))
            .with("firstUnuploadedPreKeyId", JsonNumber.of(31));
    private static final Row CREDENTIALS_ROW = Row.of(Key.CREDENTIALS, CREDENTIALS.text());
    private static final Row SESSION_ROW = row("session", "6281.0", "{\"version\":\"v1\"}");
    private static final Row SENDER_KEY = row("sender-key", "1@g.us::6281::0", "\"old\"");
    private static final Row MEMORY = row("sender-key-memory", "1@g.us", "{\"6282@s.whatsapp.net\":true}");
    private static final Row OTHER_MEMORY = row("sender-key-memory", "2@g.us", "{}");
    private static final Row PRE_KEY = row("pre-key", "30", "{\"private\":1}");
    private static final Row DEVICES = row("device-list", "6281", "[\"0\"]");

    private final DamagedBackend source = new DamagedBackend();
    private final MemoryBackend target = new MemoryBackend();

    private Repair repair() {
        return Repair.from(source, SESSION).to(target, SESSION);
    }

    private static Change change(Row row, Fate fate) {
        return new Change(row.key(), fate);
    }

    @Test
    void whatIsNotDamagedIsCopiedAsItIs() {
        source.puts(CREDENTIALS_ROW, SESSION_ROW, SENDER_KEY, MEMORY)
                .puts(PRE_KEY, row("session", "6281.0", "{\"version\":\"v2\"}"))
                .deletes(SENDER_KEY.key());

        RepairReport report = repair().run();

        assertThat(report.whole()).isTrue();
        assertThat(report.advice()).isEmpty();
        assertThat(report.raised()).isEmpty();
        assertThat(all(target))
                .containsExactlyInAnyOrder(
                        CREDENTIALS_ROW, row("session", "6281.0", "{\"version\":\"v2\"}"), MEMORY, PRE_KEY);
        assertThat(report.copy().total().rows()).isEqualTo(4);
        assertThat(report.copy().from().place()).isEqualTo(source.locate(SESSION, Key.CREDENTIALS));
    }

    @Test
    void ratchetsFromBeforeAnUnknownPartAreDroppedAndThoseBehindItAreKept() {
        Row later = row("session", "6282.0", "{}");
        Row laterSenderKey = row("sender-key", "3@g.us::6281::0", "\"new\"");
        source.puts(SESSION_ROW, SENDER_KEY, DEVICES).losesAPart().puts(later, laterSenderKey, CREDENTIALS_ROW);

        RepairReport report = repair().run();

        assertThat(all(target)).containsExactlyInAnyOrder(later, laterSenderKey, DEVICES, CREDENTIALS_ROW);
        assertThat(report.changes())
                .containsExactly(
                        change(DEVICES, Fate.DOUBTFUL),
                        change(SENDER_KEY, Fate.DROPPED),
                        change(SESSION_ROW, Fate.DROPPED));
        assertThat(report.lost()).hasSize(1);
        assertThat(report.whole()).isFalse();
        assertThat(report.raised()).as("the credentials are the last ones").isEmpty();
        assertThat(report.advice()).anyMatch(line -> line.startsWith("2 ratchets were left out"));
    }

    @Test
    void theLastUnknownPartDecidesNotTheFirst() {
        source.losesAPart().puts(SESSION_ROW).losesAPart().puts(CREDENTIALS_ROW);

        assertThat(repair().run().changes()).containsExactly(change(SESSION_ROW, Fate.DROPPED));
    }

    @Test
    void aRatchetThatWasWrittenAnewBehindTheUnknownPartIsKept() {
        Row again = row("session", "6281.0", "{\"version\":\"v9\"}");
        source.puts(SESSION_ROW, CREDENTIALS_ROW).losesAPart().puts(again, CREDENTIALS_ROW);

        assertThat(repair().run().changes()).isEmpty();
        assertThat(all(target)).contains(again);
    }

    @Test
    void aSenderKeyThatIsHandedOutAnewIsForgottenToHaveBeenHandedOut() {
        source.puts(SENDER_KEY, OTHER_MEMORY, CREDENTIALS_ROW)
                .losesValues(SENDER_KEY.key())
                .puts(MEMORY);

        RepairReport report = repair().run();

        assertThat(report.changes()).containsExactly(change(SENDER_KEY, Fate.DROPPED), change(MEMORY, Fate.DROPPED));
        assertThat(all(target)).containsExactlyInAnyOrder(OTHER_MEMORY, CREDENTIALS_ROW);
    }

    @Test
    void whereAnySenderKeyMayBeLostNoneCountsAsHandedOut() {
        source.losesAPart().puts(MEMORY, SENDER_KEY, CREDENTIALS_ROW);

        assertThat(repair().run().changes()).containsExactly(change(MEMORY, Fate.DROPPED));
        assertThat(all(target)).containsExactlyInAnyOrder(SENDER_KEY, CREDENTIALS_ROW);
    }

    @Test
    void whereTheLostRecordsAreKnownNothingElseIsDoubted() {
        source.puts(SESSION_ROW, SENDER_KEY, MEMORY, PRE_KEY, DEVICES, CREDENTIALS_ROW)
                .losesValues(SESSION_ROW.key(), DEVICES.key(), Key.ofKey("pre-key", "99"));

        RepairReport report = repair().run();

        assertThat(report.changes())
                .containsExactly(
                        change(DEVICES, Fate.OLDER),
                        new Change(Key.ofKey("pre-key", "99"), Fate.LOST),
                        change(SESSION_ROW, Fate.DROPPED));
        assertThat(all(target)).containsExactlyInAnyOrder(SENDER_KEY, MEMORY, PRE_KEY, DEVICES, CREDENTIALS_ROW);
    }

    @Test
    void aLostValueThatWasReplacedOrDeletedLaterIsNoLoss() {
        source.losesValues(SESSION_ROW.key(), PRE_KEY.key())
                .puts(SESSION_ROW, CREDENTIALS_ROW)
                .deletes(PRE_KEY.key());

        RepairReport report = repair().run();

        assertThat(report.changes()).isEmpty();
        assertThat(report.lost()).hasSize(1);
        assertThat(all(target)).containsExactlyInAnyOrder(SESSION_ROW, CREDENTIALS_ROW);
    }

    @Test
    void ratchetsThatMayBeOldAreKeptOnDemand() {
        source.puts(SESSION_ROW, SENDER_KEY, MEMORY, CREDENTIALS_ROW).losesAPart();

        RepairReport report = repair().withRatchets().run();

        assertThat(all(target)).contains(SESSION_ROW, SENDER_KEY, MEMORY);
        assertThat(report.changes())
                .contains(
                        change(SESSION_ROW, Fate.DOUBTFUL),
                        change(SENDER_KEY, Fate.DOUBTFUL),
                        change(MEMORY, Fate.DOUBTFUL));
        assertThat(report.advice()).anyMatch(line -> line.startsWith("2 ratchets were kept as asked"));
    }

    @Test
    void credentialsThatMayBeOldGiveOutNoPreKeyTwice() {
        Row made = row("pre-key", "850", "{\"private\":2}");
        source.puts(CREDENTIALS_ROW, PRE_KEY).losesAPart().puts(made).deletes(Key.ofKey("pre-key", "842"));

        RepairReport report = repair().run();

        assertThat(report.raised()).contains(new Raised(31, 1851));
        Credentials moved = Credentials.parse(
                target.get(SESSION, Key.CREDENTIALS).orElseThrow().value());
        assertThat(moved.nextPreKeyId()).isEqualTo(OptionalLong.of(1851));
        assertThat(moved.firstUnuploadedPreKeyId()).isEqualTo(OptionalLong.of(1851));
        assertThat(moved.with("nextPreKeyId", JsonNumber.of(31)).with("firstUnuploadedPreKeyId", JsonNumber.of(31)))
                .as("all else stays as it was, in its order")
                .isEqualTo(CREDENTIALS);
        assertThat(report.advice())
                .anyMatch(line -> line.contains("moved on from 31 to 1851"))
                .anyMatch(line -> line.startsWith("1 pre-key was kept that may have been used"));
    }

    @Test
    void anOlderVersionOfLostCredentialsIsUsedWithItsCountersMovedOn() {
        source.puts(CREDENTIALS_ROW).losesValues(Key.CREDENTIALS);

        RepairReport report = repair().run();

        assertThat(report.changes()).containsExactly(change(CREDENTIALS_ROW, Fate.OLDER));
        assertThat(report.raised()).contains(new Raised(31, 1031));
    }

    @Test
    void countersStayBelowTheHighestNumberAPreKeyCanHave() {
        source.puts(CREDENTIALS_ROW, row("pre-key", "16777000", "{\"private\":2}"))
                .losesAPart();

        assertThat(repair().run().raised()).contains(new Raised(31, 16_777_215));
    }

    @Test
    void lostCredentialsAreSaidToBeTheEndOfTheDevice() {
        source.losesValues(Key.CREDENTIALS).puts(PRE_KEY);

        RepairReport report = repair().run();

        assertThat(report.changes()).containsExactly(new Change(Key.CREDENTIALS, Fate.LOST));
        assertThat(report.advice()).anyMatch(line -> line.contains("paired anew"));
        assertThat(all(target)).containsExactly(PRE_KEY);
    }

    @Test
    void jobsThatMayHaveRunAreKeptAndNamed() {
        Row job = Row.of(new Key(Family.JOB, "waiting", "1"), 5, Bytes.utf8("{}"));
        source.puts(job, CREDENTIALS_ROW).losesAPart().puts(CREDENTIALS_ROW);

        assertThat(repair().run().advice()).anyMatch(line -> line.startsWith("1 job was kept"));
        assertThat(all(target)).contains(job);
    }

    @Test
    void whatIsIntactButNoRecordIsLeftOutWithoutEndingTheRepair() {
        Row falsy = row("device-list", "x", "false");
        Row noJson = row("device-list", "y", "{");
        source.puts(falsy, noJson, CREDENTIALS_ROW);

        RepairReport report = repair().run();

        assertThat(report.changes()).containsExactly(change(falsy, Fate.LOST), change(noJson, Fate.LOST));
        assertThat(report.whole()).isFalse();
    }

    @Test
    void theTargetIsAsUsableAsAfterAMigration() {
        source.puts(CREDENTIALS_ROW, PRE_KEY, SESSION_ROW).losesAPart();

        repair().run();

        try (AuthStore store = AuthStore.open(target, SESSION)) {
            assertThat(store.ids(KeyType.PRE_KEY)).containsExactly("30");
            assertThat(store.ids(KeyType.SESSION)).isEmpty();
        }
    }

    @Test
    void aDryRunWritesNothingAndSaysTheSame() {
        source.puts(CREDENTIALS_ROW, SESSION_ROW).losesAPart();

        RepairReport dry = repair().dryRun().run();

        assertThat(dry.copy().dryRun()).isTrue();
        assertThat(all(target)).isEmpty();
        assertThat(lease(target)).isEmpty();
        assertThat(dry.changes()).isEqualTo(repair().run().changes());
    }

    @Test
    void aTargetThatIsNotEmptyIsOverwrittenOnDemandOnly() {
        source.puts(CREDENTIALS_ROW).losesAPart();
        Contents.put(target, DEVICES);

        assertThatThrownBy(() -> repair().run()).isInstanceOf(ConflictException.class);
        assertThat(all(target)).containsExactly(DEVICES);
        repair().overwrite().run();
        assertThat(all(target)).extracting(Row::key).containsExactly(Key.CREDENTIALS);
    }

    @Test
    void nothingIsRepairedInPlace() {
        source.puts(CREDENTIALS_ROW).losesAPart();

        assertThatThrownBy(() -> Repair.from(source, SESSION)
                        .to(source, SESSION)
                        .overwrite()
                        .run())
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("same store");
    }

    @Test
    void onlyWhatCanBeSalvagedIsRepaired() {
        assertThatThrownBy(() -> Repair.from(target, SESSION)
                        .to(new MemoryBackend(), SESSION)
                        .run())
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("native:");
    }

    @Test
    void aSessionThatIsNotThereIsNoDamage() {
        assertThatThrownBy(() -> repair().run())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("no session main");
        assertThat(lease(target)).isEmpty();
    }

    @Test
    void aSessionOfWhichNothingIsLeftIsNamedWithThePlace() {
        source.losesAPart();

        assertThatThrownBy(() -> repair().run())
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("main.log: nothing in it can be saved; at byte 40: is not what was written");
        assertThat(lease(target)).isEmpty();
    }

    @Test
    void aSourceThatChangesMeanwhileEndsTheRepairAndTheSameGoesOnWithIt() {
        source.puts(CREDENTIALS_ROW, SESSION_ROW).losesValues(DEVICES.key()).changesAfterTheFirstWalk(PRE_KEY);

        assertThatThrownBy(() -> repair().run())
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("changed while");
        assertThatThrownBy(() -> AuthStore.open(target, SESSION)).isInstanceOf(InUseException.class);
        assertThat(repair().run().copy().before()).isEqualTo(MigrationState.BEGUN);
        assertThat(all(target)).containsExactlyInAnyOrder(CREDENTIALS_ROW, SESSION_ROW, PRE_KEY);
    }

    private static Row mark(LeaseState state) {
        return Row.of(Key.of(Family.LEASE, Part.AUTH.lease()), new LeaseRecord(state, Optional.empty()).toBytes());
    }

    @Test
    void aRetiredStoreIsNotBroughtBack() {
        source.puts(CREDENTIALS_ROW).losesValues(DEVICES.key()).puts(mark(new LeaseState.Retired("elsewhere")));

        assertThatThrownBy(() -> repair().run())
                .isInstanceOf(InUseException.class)
                .hasMessageContaining("retired in favour of elsewhere");
    }

    @Test
    void aMarkThatMayBeAnOldOneIsSaidAndForbidsNothing() {
        source.puts(CREDENTIALS_ROW, mark(new LeaseState.Migrating("elsewhere")))
                .losesAPart();

        assertThat(repair().run().advice()).anyMatch(line -> line.contains("half copied from elsewhere"));
        AuthStore.open(target, SESSION).close();
    }

    @Test
    void noAdviceHoldsAnythingOfAValue() {
        source.puts(CREDENTIALS_ROW, PRE_KEY, SESSION_ROW).losesAPart();

        assertThat(repair().run().toString()).doesNotContain("\"private\"", "v1");
    }
}
