package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a session's files. Two sessions share none, also where the file system takes capitals for small letters.
 *
 * <pre>
 *   NAME.log               the log                  NAME.log.new         a log in the making
 *   NAME.checkpoint        where its rows stand     NAME.checkpoint.new  a checkpoint in the making
 *   NAME.cut-OFFSET-NUMBER what was put aside: where it stood, and counted from 1, both in decimal
 *
 *   NAME   the session's name in small letters; with capitals: before its first dot, or at its end where it has none, an
 *          equals sign and the bit mask of the capitals in hexadecimal, the first character being bit 0
 *          work -> work      Peter -> peter=1      Peter.Pan -> peter=41.pan
 *          Windows takes some names up to their first dot for devices: they have the mask 0 if no other, as in aux=0.x
 * </pre>
 */
final class LogNames {

    private static final String LOG = ".log";
    private static final String CHECKPOINT = ".checkpoint";
    private static final String NEW = ".new";

    private static final Pattern STEM = Pattern.compile("([^=]*)=([0-9a-f]{1,32})((?:\\.[^=]*)?)");
    private static final Pattern CUT = Pattern.compile("(.+)\\.cut-(0|[1-9][0-9]{0,17})-([1-9][0-9]{0,8})");

    private static final Set<String> RESERVED = Set.of(
            "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    /**
     * What the name of a file with a cut tail says.
     *
     * @param session whose log it was cut off
     * @param offset where it stood in the log, in bytes
     * @param number counts them, from 1 on
     */
    record Cut(SessionName session, long offset, int number) {}

    private LogNames() {}

    static String log(SessionName session) {
        return stem(session) + LOG;
    }

    static String newLog(SessionName session) {
        return log(session) + NEW;
    }

    static String checkpoint(SessionName session) {
        return stem(session) + CHECKPOINT;
    }

    static String newCheckpoint(SessionName session) {
        return checkpoint(session) + NEW;
    }

    static String cut(Cut cut) {
        return stem(cut.session) + ".cut-" + cut.offset + "-" + cut.number;
    }

    /** The session whose log has this name, or empty when no log has it. */
    static Optional<SessionName> session(String fileName) {
        return fileName.endsWith(LOG)
                ? sessionOfStem(fileName.substring(0, fileName.length() - LOG.length()))
                : Optional.empty();
    }

    /** What this name of a cut tail says, or empty when it is none. */
    static Optional<Cut> cut(String fileName) {
        Matcher cut = CUT.matcher(fileName);
        return cut.matches()
                ? sessionOfStem(cut.group(1))
                        .map(session -> new Cut(session, Long.parseLong(cut.group(2)), Integer.parseInt(cut.group(3))))
                : Optional.empty();
    }

    private static String stem(SessionName session) {
        String name = session.name();
        String small = name.toLowerCase(Locale.ROOT);
        BigInteger capitals = BigInteger.ZERO;
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != small.charAt(i)) {
                capitals = capitals.setBit(i);
            }
        }
        int dot = small.indexOf('.');
        int end = dot < 0 ? small.length() : dot;
        String device = small.substring(0, end);
        return capitals.signum() == 0 && !RESERVED.contains(device)
                ? small
                : device + "=" + capitals.toString(16) + small.substring(end);
    }

    private static Optional<SessionName> sessionOfStem(String stem) {
        Matcher masked = STEM.matcher(stem);
        String name = masked.matches()
                ? withCapitals(masked.group(1) + masked.group(3), new BigInteger(masked.group(2), 16))
                : stem;
        // Each session has one name: what is spelled otherwise is no file of ours.
        return named(name).filter(session -> stem(session).equals(stem));
    }

    private static String withCapitals(String small, BigInteger capitals) {
        StringBuilder name = new StringBuilder(small);
        for (int i = 0; i < small.length(); i++) {
            if (capitals.testBit(i)) {
                name.setCharAt(i, Character.toUpperCase(small.charAt(i)));
            }
        }
        return name.toString();
    }

    private static Optional<SessionName> named(String name) {
        if (name.equals(SessionName.PAWL.name())) {
            return Optional.of(SessionName.PAWL);
        }
        try {
            return Optional.of(SessionName.of(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
