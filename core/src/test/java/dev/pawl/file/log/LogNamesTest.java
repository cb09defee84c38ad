package dev.pawl.file.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.SessionName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogNamesTest {

    private static final String FIRST = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String OTHERS = FIRST + "._@+-";

    /** Few different characters, so that many names differ in little: case, dots, and what looks like a mask. */
    private static final String ALIKE = "aAeE1.";

    private static List<String> names() {
        Random random = new Random(4);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            boolean alike = random.nextBoolean();
            String first = alike ? "aAeE1" : FIRST;
            String others = alike ? ALIKE : OTHERS;
            StringBuilder name = new StringBuilder().append(first.charAt(random.nextInt(first.length())));
            int length = alike ? 1 + random.nextInt(6) : 1 + random.nextInt(128);
            while (name.length() < length) {
                name.append(others.charAt(random.nextInt(others.length())));
            }
            names.add(name.toString());
        }
        return names;
    }

    static List<String> reserved() {
        return Stream.concat(
                        Stream.of("con", "prn", "aux", "nul"),
                        Stream.of("com", "lpt")
                                .flatMap(port -> IntStream.range(0, 10).mapToObj(number -> port + number)))
                .toList();
    }

    private static List<String> files(SessionName session) {
        return List.of(
                LogNames.log(session),
                LogNames.newLog(session),
                LogNames.checkpoint(session),
                LogNames.newCheckpoint(session),
                LogNames.cut(new LogNames.Cut(session, 4711, 1)),
                LogNames.cut(new LogNames.Cut(session, 4711, 2)));
    }

    @ParameterizedTest
    @CsvSource({
        "default, default.log",
        "a.b_c@d+e-f, a.b_c@d+e-f.log",
        "Peter, peter=1.log",
        "pAn, pan=2.log",
        "Peter.Pan, peter=41.pan.log",
        "WORK, work=f.log",
        "a.log, a.log.log",
        "con, con=0.log",
        "CON, con=7.log",
        "con.x, con=0.x.log",
        "con.X, con=10.x.log",
        "lpt1.., lpt1=0...log",
        "console, console.log",
        "x.con, x.con.log"
    })
    void aLogHasTheNameOfItsSession(String name, String file) {
        assertThat(LogNames.log(SessionName.of(name))).isEqualTo(file);
        assertThat(LogNames.session(file)).contains(SessionName.of(name));
    }

    @Test
    void theRowsOfPawlItselfHaveALogOfTheirOwn() {
        assertThat(LogNames.log(SessionName.PAWL)).isEqualTo("@pawl.log");
        assertThat(LogNames.session("@pawl.log")).contains(SessionName.PAWL);
    }

    @Test
    void everyNameComesBack() {
        for (String name : names()) {
            SessionName session = SessionName.of(name);
            assertThat(LogNames.session(LogNames.log(session))).contains(session);
            LogNames.Cut cut = new LogNames.Cut(session, 999_999_999_999_999_999L, 999_999_999);
            assertThat(LogNames.cut(LogNames.cut(cut))).contains(cut);
        }
    }

    @Test
    void twoSessionsShareNoFileEvenWhereCapitalsAreSmallLetters() {
        Map<String, String> owners = new HashMap<>();
        for (String name : new TreeSet<>(names())) {
            for (String file : files(SessionName.of(name))) {
                String owner = owners.putIfAbsent(file.toUpperCase(Locale.ROOT), name);
                assertThat(owner).as("%s and %s have %s", owner, name, file).isNull();
            }
        }
        assertThat(owners).doesNotContainKey("LOCK");
    }

    @Test
    void namesThatLookLikeFilesOfOthersShareNone() {
        Map<String, String> owners = new HashMap<>();
        for (String name : List.of(
                "a",
                "a.log",
                "a.log.new",
                "a.new",
                "a.checkpoint",
                "a.checkpoint.new",
                "a.cut-4711-1",
                "a.cut-4711-1.log")) {
            for (String file : files(SessionName.of(name))) {
                String owner = owners.putIfAbsent(file, name);
                assertThat(owner).as("%s and %s have %s", owner, name, file).isNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("reserved")
    void noFileIsADeviceOfWindows(String device) {
        List<String> names =
                List.of(device, device.toUpperCase(Locale.ROOT), device + ".x", device + ".X", device + ".");
        for (String name : names) {
            SessionName session = SessionName.of(name);
            assertThat(files(session))
                    .allSatisfy(file ->
                            assertThat(file.substring(0, file.indexOf('.'))).isNotEqualToIgnoringCase(device));
            assertThat(LogNames.session(LogNames.log(session))).contains(session);
        }
    }

    @Test
    void theLongestNamesFitIntoADirectory() {
        for (String name : List.of("A".repeat(128), "A." + "Z".repeat(126), "a".repeat(128))) {
            SessionName session = SessionName.of(name);
            List<String> files = new ArrayList<>(files(session));
            files.add(LogNames.cut(new LogNames.Cut(session, Long.MAX_VALUE, Integer.MAX_VALUE)));
            assertThat(files)
                    .allSatisfy(file -> assertThat(file.getBytes(StandardCharsets.UTF_8).length)
                            .isLessThan(255));
            assertThat(LogNames.session(LogNames.log(session))).contains(session);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock",
                ".log",
                "a.log.new",
                "a.checkpoint",
                "Peter.log",
                "peter=01.log",
                "peter=.log",
                "peter=0.log",
                "peter=20.log",
                "peter=g.log",
                "peter=1.log.log2",
                "p.peter=4.log",
                "peter=1=1.log",
                "con.log",
                "con.x.log",
                "com=8.log",
                "@other.log",
                "-a.log",
                "a b.log",
                "@pawl=2.log",
                "a=ffffffffffffffffffffffffffffffffff.log",
                "=1.log",
                "=1.a.log",
                "a.LOG"
            })
    void whatIsSpelledOtherwiseIsNoLog(String file) {
        assertThat(LogNames.session(file)).isEmpty();
    }

    @Test
    void aNameOfTooManyCharactersIsNoLog() {
        assertThat(LogNames.session("a".repeat(129) + ".log")).isEmpty();
    }

    @Test
    void onlyACutIsACut() {
        SessionName session = SessionName.of("Peter.Pan");
        assertThat(LogNames.cut("peter=41.pan.cut-0-12")).contains(new LogNames.Cut(session, 0, 12));
        assertThat(Set.of(
                        "peter.cut-0-0",
                        "peter.cut-01-1",
                        "Peter.cut-0-1",
                        "peter.cut-0",
                        "peter.cut-0-1.log",
                        "peter.log",
                        "a.cut-99999999999999999999-1"))
                .allSatisfy(file -> assertThat(LogNames.cut(file)).isEmpty());
    }
}
