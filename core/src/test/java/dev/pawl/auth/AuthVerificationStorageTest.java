package dev.pawl.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Inspection.Remark;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SelfChecking;
import dev.pawl.backend.SessionName;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A verification says what the storage says of itself, beside what is wrong with records. */
class AuthVerificationStorageTest {

    private static final SessionName SESSION = SessionName.of("main");
    private static final Remark BROKEN_PAGE = new Remark(true, "store.db page 7", "the checksum does not fit");
    private static final Remark LEFTOVER = new Remark(false, "store.db page 9", "is not used");
    private static final Remark OPEN_MODE = new Remark(false, "store.db", "others may read it");

    /** Has a remark of its own and can check itself. */
    private static final class Checked extends ForwardingBackend implements SelfChecking {
        private final Supplier<List<Remark>> inspected;
        private final Supplier<List<Remark>> checked;

        private Checked(Supplier<List<Remark>> inspected, Supplier<List<Remark>> checked) {
            super(new MemoryBackend());
            this.inspected = inspected;
            this.checked = checked;
            commit(
                    SESSION,
                    Batch.of(Row.of(Key.CREDENTIALS, Credentials.create().text())));
        }

        @Override
        public Inspection inspect(SessionName session) {
            return new Inspection("a store with pages", inspected.get());
        }

        @Override
        public List<Remark> check(SessionName session) {
            assertThat(session).isEqualTo(SESSION);
            return checked.get();
        }
    }

    private static List<Remark> damaged(String place) {
        throw new CorruptDataException(place, "cannot be read");
    }

    private static Finding finding(Finding.Severity severity, Remark remark) {
        return new Finding(severity, "storage", Optional.empty(), remark.place(), remark.text());
    }

    @Test
    void remarksOfASelfCheckStandBesideThoseOfTheInspection() {
        Backend backend = new Checked(() -> List.of(OPEN_MODE), () -> List.of(BROKEN_PAGE, LEFTOVER));

        assertThat(AuthVerification.run(backend, SESSION))
                .containsExactly(
                        finding(Finding.Severity.WARNING, OPEN_MODE),
                        finding(Finding.Severity.PROBLEM, BROKEN_PAGE),
                        finding(Finding.Severity.WARNING, LEFTOVER));
    }

    @Test
    void aDecoratorPassesTheQuestionOn() {
        Backend backend = new ForwardingBackend(new Checked(List::of, () -> List.of(BROKEN_PAGE)));

        assertThat(AuthVerification.run(backend, SESSION))
                .containsExactly(finding(Finding.Severity.PROBLEM, BROKEN_PAGE));
    }

    @Test
    void damageThatEndsTheInspectionDoesNotHideTheSelfCheck() {
        Backend backend = new Checked(() -> damaged("the header"), () -> List.of(BROKEN_PAGE));

        assertThat(AuthVerification.run(backend, SESSION))
                .extracting(Finding::place, Finding::isProblem)
                .containsExactly(tuple("the header", true), tuple(BROKEN_PAGE.place(), true));
    }

    @Test
    void damageThatEndsTheSelfCheckIsAProblem() {
        Backend backend = new Checked(List::of, () -> damaged("the first page"));

        assertThat(AuthVerification.run(backend, SESSION))
                .extracting(Finding::place, Finding::isProblem)
                .containsExactly(tuple("the first page", true));
    }

    @Test
    void aSoundStoreHasNoFindings() {
        assertThat(AuthVerification.run(new Checked(List::of, List::of), SESSION))
                .isEmpty();
    }
}
