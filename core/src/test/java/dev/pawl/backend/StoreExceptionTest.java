package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.StoreException.Code;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StoreExceptionTest {

    private final IOException cause = new IOException("cause");
    private static final Key KEY = Key.ofKey("session", "1");

    private static void assertIs(StoreException exception, Code code, String message) {
        assertThat(exception.code()).isEqualTo(code);
        assertThat(exception).hasMessage(message);
    }

    @Test
    void eachWayToFailHasItsCode() {
        assertIs(UnavailableException.notAvailable("m"), Code.STORE_NOT_AVAILABLE, "m");
        assertIs(UnavailableException.connectionFailed("m"), Code.STORE_CONNECTION_FAILED, "m");
        assertIs(UnavailableException.connectionFailed("m", cause), Code.STORE_CONNECTION_FAILED, "m");
        assertIs(UnavailableException.readFailed("m", cause), Code.STORE_READ_FAILED, "m");
        assertIs(UnavailableException.writeFailed("m", cause), Code.STORE_WRITE_FAILED, "m");
        assertIs(new InDoubtException("m"), Code.STORE_IN_DOUBT, "m");
        assertIs(new InDoubtException("m", cause), Code.STORE_IN_DOUBT, "m");
        assertIs(new ConflictException("m"), Code.STORE_CONFLICT, "m");
        assertIs(new ConflictException(KEY, "m"), Code.STORE_CONFLICT, "m");
        assertIs(new FencedException("m"), Code.STORE_FENCED, "m");
        assertIs(new FencedException("m", cause), Code.STORE_FENCED, "m");
        assertIs(new InUseException("m"), Code.STORE_IN_USE, "m");
        assertIs(new CorruptDataException("place", "m"), Code.STORE_CORRUPTED, "place: m");
        assertIs(new CorruptDataException(KEY, "place", "m"), Code.STORE_CORRUPTED, "place: m");
        assertIs(new UnsupportedException("m"), Code.STORE_UNSUPPORTED, "m");
        assertIs(new UnsupportedException("m", cause), Code.STORE_UNSUPPORTED, "m");
        assertIs(new ClosedException("m"), Code.STORE_CLOSED, "m");
        assertIs(new ClosedException("m", cause), Code.STORE_CLOSED, "m");
    }

    @Test
    void theCodesAreNamesThatPeopleSearchFor() {
        Set<String> names = EnumSet.allOf(Code.class).stream().map(Code::name).collect(Collectors.toSet());

        assertThat(names)
                .containsExactlyInAnyOrder(
                        "STORE_NOT_AVAILABLE",
                        "STORE_CONNECTION_FAILED",
                        "STORE_READ_FAILED",
                        "STORE_WRITE_FAILED",
                        "STORE_IN_DOUBT",
                        "STORE_CONFLICT",
                        "STORE_FENCED",
                        "STORE_IN_USE",
                        "STORE_CORRUPTED",
                        "STORE_UNSUPPORTED",
                        "STORE_CLOSED");
    }

    @Test
    void causesAreKept() {
        for (StoreException exception : List.of(
                UnavailableException.connectionFailed("m", cause),
                UnavailableException.readFailed("m", cause),
                UnavailableException.writeFailed("m", cause),
                new InDoubtException("m", cause),
                new FencedException("m", cause),
                new UnsupportedException("m", cause),
                new ClosedException("m", cause))) {
            assertThat(exception).hasCause(cause);
        }
    }

    @Test
    void theRowIsNamedWhereItIsOne() {
        assertThat(new ConflictException(KEY, "m").key()).contains(KEY);
        assertThat(new ConflictException("m").key()).isEmpty();
        CorruptDataException row = new CorruptDataException(KEY, "place", "m");
        assertThat(row.key()).contains(KEY);
        assertThat(row.place()).isEqualTo("place");
        assertThat(row.problem()).isEqualTo("m");
        CorruptDataException file = new CorruptDataException("header", "m");
        assertThat(file.key()).isEmpty();
        assertThat(file.place()).isEqualTo("header");
    }
}
