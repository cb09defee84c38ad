package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each way in which a connection can end leads to: the table of {@code docs/client.md}, on real Baileys, on the stores
 * without a server and under the profile soak on all. Most of it is waiting, so the kinds wait together.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClosesTest {

    private final List<Closes> all = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Ends connections and looks at what comes of it. */
    private interface Story {
        void of(Closes closes) throws Exception;
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        for (StoreKind kind : StoreKind.now().toList()) {
            all.add(new Closes(kind, directory.resolve(kind.name())));
        }
    }

    @AfterEach
    void requireNoSurprises() {
        Ends.all(
                all.stream().<Runnable>map(closes -> closes::requireNoSurprises).toList());
    }

    @AfterAll
    void end() {
        threads.shutdown();
        Ends.all(all.stream().<Runnable>map(closes -> closes::close).toList());
    }

    private void onEachStore(Story story) throws Exception {
        on(all, story);
    }

    private void on(List<Closes> some, Story story) throws Exception {
        List<Callable<Closes>> stories = some.stream()
                .<Callable<Closes>>map(closes -> () -> {
                    closes.begin();
                    story.of(closes);
                    return closes;
                })
                .toList();
        for (Future<Closes> one : threads.invokeAll(stories)) {
            one.get();
        }
    }

    @Test
    void streamErrorsWithACode() throws Exception {
        onEachStore(Closes::streamErrorsWithACode);
    }

    @Test
    void streamErrorsWithoutACode() throws Exception {
        onEachStore(Closes::streamErrorsWithoutACode);
    }

    @Test
    void connectionsThatBreak() throws Exception {
        onEachStore(Closes::connectionsThatBreak);
    }

    @Test
    void nobodyListens() throws Exception {
        onEachStore(Closes::nobodyListens);
    }

    @Test
    void refusedLogins() throws Exception {
        onEachStore(Closes::refusedLogins);
    }

    @Test
    void loginsThatNobodyAnswersAndUpgradesThatAreRefused() throws Exception {
        onEachStore(Closes::loginsThatNobodyAnswersAndUpgradesThatAreRefused);
    }

    @Test
    void aLoginThatIsRefusedWithoutAReason() throws Exception {
        onEachStore(Closes::aLoginThatIsRefusedWithoutAReason);
    }

    @Test
    void aServerWithAForgedCertificate() throws Exception {
        onEachStore(Closes::aServerWithAForgedCertificate);
    }

    @Test
    void aLogoutThatNobodyConfirmsClearsNothing() throws Exception {
        onEachStore(Closes::aLogoutThatNobodyConfirmsClearsNothing);
    }

    @Test
    void aLostRegistrationIsBelievedOnlyWhenTheLoginIsRefusedToo() throws Exception {
        onEachStore(Closes::aLostRegistrationIsBelievedOnlyWhenTheLoginIsRefusedToo);
    }

    @Test
    void aDeviceThatWasUnlinkedWhileItWasAway() throws Exception {
        onEachStore(Closes::aDeviceThatWasUnlinkedWhileItWasAway);
    }

    /** A copy of a directory: of what lies on a server there is none. */
    @Test
    void aCopyOfTheSameDeviceLogsIn() throws Exception {
        List<Closes> copied = all.stream().filter(Closes::isInFiles).toList();
        assertThat(copied).hasSize(2);
        on(copied, Closes::aCopyOfTheSameDeviceLogsIn);
    }
}
