package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Scope;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.JsonNumber;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What transactions are kept from by each other, and from losing: A35 to A41. */
abstract class AuthIsolationRules extends AuthTransactionRules {

    @Test
    @DisplayName(
            "A35 a transaction fails when a record it read was changed, made or deleted meanwhile; nothing is applied")
    void a35Conflicts() {
        store.write(Updates.none().put(MAPPING, "changed", "1").put(MAPPING, "deleted", "1"));
        List<Runnable> races = List.of(
                () -> foreign(MAPPING.key("changed"), "\"2\""),
                () -> foreign(MAPPING.key("made"), "\"2\""),
                () -> backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(MAPPING.key("deleted")))));

        for (Runnable race : races) {
            assertThatThrownBy(() -> store.transaction(SCOPE, tx -> {
                        tx.read(MAPPING, List.of("changed", "made", "deleted"));
                        tx.write(Updates.none().put(MAPPING, "result", "1"));
                        race.run();
                        return "";
                    }))
                    .isInstanceOf(ConflictException.class);
        }
        assertThat(store.read(MAPPING, "result")).isEmpty();
        assertThat(store.read(MAPPING, "changed")).contains("2");
    }

    @Test
    @DisplayName("A35 a record that was only written, and one that nobody read, are no reason to fail")
    void a35NoFalseConflict() {
        store.transaction(SCOPE, tx -> {
            tx.write(Updates.none().put(MAPPING, "blind", "1"));
            assertThat(tx.read(MAPPING, "blind")).contains("1");
            foreign(MAPPING.key("blind"), "\"2\"");
            foreign(MAPPING.key("other"), "\"2\"");
            return "";
        });

        assertThat(store.read(MAPPING, "blind")).contains("1");
    }

    @Test
    @DisplayName("A36 what a transaction read once it reads the same again")
    void a36RepeatableRead() {
        store.write(Updates.none().put(MAPPING, "1", "a"));

        store.transaction(SCOPE, tx -> {
            assertThat(tx.read(MAPPING, List.of("1", "2"))).isEqualTo(Map.of("1", "a"));
            foreign(MAPPING.key("1"), "\"b\"");
            foreign(MAPPING.key("2"), "\"c\"");
            assertThat(tx.read(MAPPING, List.of("1", "2"))).isEqualTo(Map.of("1", "a"));
            return "";
        });
    }

    @Test
    @DisplayName("A37 work runs again after a lost race if the caller asked for it, and only so often")
    void a37Rerun() {
        AtomicInteger runs = new AtomicInteger();
        store.transaction(SCOPE.rerunOnConflict(3), tx -> {
            int value = tx.read(MAPPING, "n").map(Integer::parseInt).orElse(0);
            if (runs.incrementAndGet() < 4) {
                foreign(MAPPING.key("n"), "\"" + (value + 10) + "\"");
            }
            tx.write(Updates.none().put(MAPPING, "n", "" + (value + 1)));
            return "";
        });
        assertThat(runs).hasValue(4);
        assertThat(store.read(MAPPING, "n")).contains("31");

        runs.set(0);
        assertThatThrownBy(() -> store.transaction(SCOPE.rerunOnConflict(2), tx -> {
                    count(tx, "n");
                    foreign(MAPPING.key("n"), "\"" + runs.incrementAndGet() + "\"");
                    return "";
                }))
                .isInstanceOf(ConflictException.class);
        assertThat(runs).hasValue(3);
    }

    @Test
    @DisplayName("A38 two names for one record lose no update: each fails or counts")
    void a38NoLostUpdate() throws Exception {
        List<Callable<Object>> all = new ArrayList<>();
        for (int thread = 0; thread < 6; thread++) {
            Scope name = Scope.of("name " + thread).rerunOnConflict(1000);
            all.add(() -> {
                for (int i = 0; i < 10; i++) {
                    store.transaction(name, tx -> {
                        count(tx, "record");
                        return "";
                    });
                }
                return "";
            });
        }

        Threads.together(all);

        assertThat(store.read(MAPPING, "record")).contains("60");
    }

    @Test
    @DisplayName(
            "A38 without a re-run, what was reported as done is what is there: of many that read one state one is done")
    void a38ConflictOrDone() throws Exception {
        int rounds = 10;
        int threads = 6;
        AtomicInteger done = new AtomicInteger();
        CyclicBarrier allHaveRead = new CyclicBarrier(threads);
        List<Callable<Object>> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Scope name = Scope.of("name " + thread);
            all.add(() -> {
                for (int i = 0; i < rounds; i++) {
                    try {
                        store.<Integer, Exception>transaction(name, tx -> {
                            count(tx, "record");
                            return allHaveRead.await(30, TimeUnit.SECONDS);
                        });
                        done.incrementAndGet();
                    } catch (ConflictException lost) {
                        // somebody else was done
                    }
                    allHaveRead.await(30, TimeUnit.SECONDS);
                }
                return "";
            });
        }

        Threads.together(all);

        assertThat(done).hasValue(rounds);
        assertThat(store.read(MAPPING, "record")).contains("" + rounds);
    }

    @Test
    @DisplayName(
            "A39 transactions of one name run one after another and see each other's commit; other names do not wait")
    void a39Scopes() throws Exception {
        List<Callable<Object>> same = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            same.add(() -> store.<String, RuntimeException>transaction(SCOPE, tx -> {
                count(tx, "n");
                return "";
            }));
        }
        Threads.together(same);
        assertThat(store.read(MAPPING, "n")).contains("12");

        CyclicBarrier both = new CyclicBarrier(2);
        List<Callable<Object>> different = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            different.add(() ->
                    store.<Integer, Exception>transaction(Scope.of(name), tx -> both.await(30, TimeUnit.SECONDS)));
        }
        assertThat(Threads.together(different)).hasSize(2);
    }

    @Test
    @DisplayName("A39 the next transaction of a name waits until the one before it has ended, also when that fails")
    void a39Waits() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FutureTask<Object> first = new FutureTask<>(() -> store.<Object, Exception>transaction(SCOPE, tx -> {
            inside.countDown();
            go.await();
            throw new IOException("fails");
        }));
        Threads.start(first);
        inside.await();
        FutureTask<Boolean> second = new FutureTask<>(
                () -> store.<Boolean, RuntimeException>transaction(SCOPE, tx -> first.isDone() || go.getCount() == 0));
        Thread waiting = Threads.start(second);
        while (waiting.getState() != Thread.State.WAITING && !second.isDone()) {
            Thread.onSpinWait();
        }
        assertThat(second.isDone()).isFalse();

        go.countDown();

        assertThatThrownBy(() -> Threads.result(first)).isInstanceOf(IOException.class);
        assertThat(Threads.result(second)).isTrue();
    }

    @Test
    @DisplayName(
            "A40 keys and credentials of a transaction are one commit; a partial update it did not read loses no race")
    void a40Credentials() {
        store.createCredentials();

        store.transaction(SCOPE, tx -> {
            tx.write(Updates.none().put(MAPPING, "1", "x").credentials(member("nextPreKeyId", 6)));
            tx.saveCredentials(member("firstUnuploadedPreKeyId", 6));
            foreign(
                    Key.CREDENTIALS,
                    Credentials.parse(raw(Key.CREDENTIALS).orElseThrow())
                            .with("accountSyncCounter", JsonNumber.of(9))
                            .text()
                            .utf8());
            return "";
        });

        assertThat(stored("nextPreKeyId")).isEqualTo(6);
        assertThat(stored("firstUnuploadedPreKeyId")).isEqualTo(6);
        assertThat(stored("accountSyncCounter")).isEqualTo(9);
        assertThat(store.read(MAPPING, "1")).contains("x");
    }

    @Test
    @DisplayName("A40 credentials that a transaction read are checked like any record, and a stale copy is refused")
    void a40CredentialsConflict() {
        Credentials stale = store.createCredentials();
        store.saveCredentials(member("nextPreKeyId", 5));

        refused(ConflictException.class, () -> store.transaction(SCOPE, tx -> tx.saveCredentials(stale)));
        assertThatThrownBy(() -> store.transaction(SCOPE, tx -> {
                    Credentials read = tx.credentials().orElseThrow();
                    foreign(
                            Key.CREDENTIALS,
                            read.with("nextPreKeyId", JsonNumber.of(7)).text().utf8());
                    return tx.saveCredentials(read.with("nextPreKeyId", JsonNumber.of(6)));
                }))
                .isInstanceOf(ConflictException.class);
        assertThat(stored("nextPreKeyId")).isEqualTo(7);
    }

    @Test
    @DisplayName(
            "A40 a transaction sees the credentials it saved, merges on top of them, and what it returns can be saved later")
    void a40OwnCredentials() {
        store.createCredentials();

        Credentials saved = store.transaction(SCOPE, tx -> {
            tx.saveCredentials(member("nextPreKeyId", 3));
            Credentials now = tx.credentials().orElseThrow();
            assertThat(number(now, "nextPreKeyId")).isEqualTo(3);
            tx.saveCredentials(now.with("nextPreKeyId", JsonNumber.of(4)));
            tx.saveCredentials(member("accountSyncCounter", 2));
            return tx.credentials().orElseThrow();
        });

        assertThat(store.credentials()).contains(saved);
        assertThat(number(saved, "accountSyncCounter")).isEqualTo(2);
        store.saveCredentials(saved.with("nextPreKeyId", JsonNumber.of(5)));
        assertThat(stored("nextPreKeyId")).isEqualTo(5);
    }

    @Test
    @DisplayName("A40 a partial update in a transaction without credentials fails and applies nothing")
    void a40NoCredentials() {
        refused(
                ConflictException.class,
                () -> store.transaction(SCOPE, tx -> {
                    tx.write(Updates.none().put(MAPPING, "1", "x").credentials(member("x", 1)));
                    return "";
                }));
    }

    @Test
    @DisplayName("A41 a transaction that wrote nothing commits nothing, and one that wrote commits once")
    void a41OneCommit() {
        store.close();
        AtomicInteger commits = new AtomicInteger();
        Backend counting = new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (session.equals(MAIN)) {
                    commits.incrementAndGet();
                }
                super.commit(session, batch);
            }
        };
        store = closing(AuthStore.open(counting, MAIN));
        commits.set(0);

        store.transaction(SCOPE, tx -> tx.read(MAPPING, "1"));
        store.write(Updates.none());
        assertThat(commits).hasValue(0);

        store.transaction(SCOPE, tx -> {
            tx.write(Updates.none().put(MAPPING, "1", "x"));
            tx.write(Updates.none().put(KeyType.DEVICE_LIST, "1", List.of("0")));
            return "";
        });
        assertThat(commits).hasValue(1);
    }

    @Test
    @DisplayName("A41 when the commit fails nothing is there, and the next one works")
    void a41FailedCommit() {
        store.close();
        AtomicInteger failures = new AtomicInteger();
        Backend failing = new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (session.equals(MAIN) && failures.getAndDecrement() > 0) {
                    throw UnavailableException.writeFailed("a planted failure", new IOException("disk full"));
                }
                super.commit(session, batch);
            }
        };
        store = closing(AuthStore.open(failing, MAIN));
        failures.set(1);

        refused(
                UnavailableException.class,
                () -> store.transaction(SCOPE, tx -> {
                    tx.write(Updates.none().put(MAPPING, "1", "x").put(KeyType.DEVICE_LIST, "1", List.of("0")));
                    return "";
                }));
        store.transaction(SCOPE, tx -> {
            assertThat(tx.read(MAPPING, "1")).isEmpty();
            tx.write(Updates.none().put(MAPPING, "1", "x"));
            return "";
        });
        assertThat(store.read(MAPPING, "1")).contains("x");
    }
}
