package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.ClosePolicy.Situation;
import dev.pawl.ClosePolicy.Verdict;
import dev.pawl.DisconnectReason.Action;
import dev.pawl.transport.CloseReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/client.md} is what the code does. */
class ClosePolicyTest {

    private static final Situation LOGGING_IN = new Situation(false, false, false, true, false);
    private static final Situation OPEN = new Situation(false, true, false, true, false);
    private static final Pattern LINE = Pattern.compile("\\| ([^|]+) \\| `([A-Z_]+)` \\| (.*) \\| ([^|]+) \\|");

    private record Line(String codes, DisconnectReason reason, Action action, String credentials) {}

    @Test
    void theTableNamesEveryReasonWithItsCodesAndWhatIsDone() throws IOException {
        Set<DisconnectReason> named = EnumSet.noneOf(DisconnectReason.class);
        for (Line line : table()) {
            named.add(line.reason());
            assertThat(line.action()).as("%s", line).isEqualTo(line.reason().action());
            String codes = line.reason().codes().isEmpty()
                    ? line.reason() == DisconnectReason.UNKNOWN ? "others" : "none"
                    : String.join(
                            ", ",
                            line.reason().codes().stream().map(String::valueOf).toList());
            assertThat(line.codes()).as("%s", line).isEqualTo(codes);
            assertThat(line.credentials())
                    .as("%s", line)
                    .startsWith(line.reason() == DisconnectReason.LOGGED_OUT ? "cleared" : "kept");
        }
        assertThat(named).containsExactlyInAnyOrder(DisconnectReason.values());
    }

    @Test
    void everyCodeLeadsToItsReasonInEverySituation() throws IOException {
        for (Line line : table()) {
            for (int code : line.reason().codes()) {
                for (Situation now : List.of(LOGGING_IN, OPEN)) {
                    assertThat(ClosePolicy.on(CloseReason.of(code, ""), now))
                            .isEqualTo(new Verdict(line.reason(), line.action()));
                }
            }
        }
        assertThat(ClosePolicy.on(CloseReason.of(418, ""), OPEN))
                .isEqualTo(new Verdict(DisconnectReason.UNKNOWN, Action.RECONNECT));
        assertThat(ClosePolicy.on(CloseReason.failed(""), OPEN))
                .isEqualTo(new Verdict(DisconnectReason.TRANSPORT_FAILED, Action.RECONNECT));
    }

    @Test
    void onlyALogoutEverClears() {
        for (int code = 0; code < 1000; code++) {
            for (Situation now : everySituation()) {
                if (ClosePolicy.on(CloseReason.of(code, ""), now).action() == Action.CLEAR) {
                    assertThat(code).isIn(401, 410);
                    assertThat(now.loggingOut() || (now.suspected() && !now.opened()))
                            .as("%s", now)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void aLogoutIsConfirmedByOurAskingOrByTheNextLogin() {
        CloseReason close = CloseReason.of(401, "");
        assertThat(ClosePolicy.on(close, new Situation(true, true, false, true, false))
                        .action())
                .isEqualTo(Action.CLEAR);
        assertThat(ClosePolicy.on(close, new Situation(false, false, true, true, false))
                        .action())
                .isEqualTo(Action.CLEAR);
        assertThat(ClosePolicy.on(close, new Situation(false, true, true, true, false))
                        .action())
                .isEqualTo(Action.CONFIRM);
    }

    @Test
    void codesThatRanOutAreReplacedWhileThereAreMore() {
        CloseReason close = CloseReason.of(408, "QR refs attempts ended");
        assertThat(ClosePolicy.on(close, new Situation(false, false, false, true, true)))
                .isEqualTo(new Verdict(DisconnectReason.CONNECTION_LOST, Action.RECONNECT_NOW));
        assertThat(ClosePolicy.on(close, new Situation(false, false, false, false, true)))
                .isEqualTo(new Verdict(DisconnectReason.PAIRING_EXPIRED, Action.GIVE_UP));
    }

    private static List<Situation> everySituation() {
        List<Situation> all = new ArrayList<>();
        for (int bits = 0; bits < 32; bits++) {
            all.add(new Situation(
                    (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0));
        }
        return all;
    }

    private static List<Line> table() throws IOException {
        List<Line> lines = new ArrayList<>();
        Matcher matcher = LINE.matcher(Files.readString(Path.of("../docs/client.md")));
        Pattern action = Pattern.compile("`([A-Z_]+)`");
        while (matcher.find()) {
            Matcher first = action.matcher(matcher.group(3));
            assertThat(first.find()).as(matcher.group()).isTrue();
            lines.add(new Line(
                    matcher.group(1).strip(),
                    DisconnectReason.valueOf(matcher.group(2)),
                    Action.valueOf(first.group(1)),
                    matcher.group(4).strip()));
        }
        assertThat(lines).hasSizeGreaterThan(10);
        return lines;
    }
}
