package dev.pawl.file.log;

/**
 * Who looks after a directory of logs, and from which length of a log on he does what, in bytes.
 *
 * @param keeper does it
 * @param wanted a log is made new when it is longer than twice its live rows and this
 * @param urgent those who commit wait for that when it is longer than four times its live rows and this
 * @param atRest at rest it is made new when it is longer than twice its live rows and this
 * @param checkpoint at rest it gets a checkpoint when it is longer than this
 */
record Upkeep(Keeper keeper, long wanted, long urgent, long atRest, long checkpoint) {

    /** As it is but in tests. */
    static final Upkeep USUAL = new Upkeep(Keeper.ofProcess(), 32 << 20, 64 << 20, 1 << 20, 2 << 20);

    boolean wantsNewLog(OpenLog log) {
        return log.end().offset() > wanted + 2 * log.index().liveBytes();
    }

    boolean needsNewLog(OpenLog log) {
        return log.end().offset() > urgent + 4 * log.index().liveBytes();
    }

    boolean wantsNewLogAtRest(OpenLog log) {
        return log.end().offset() > atRest + 2 * log.index().liveBytes();
    }

    /**
     * Whether reading the log takes long without a checkpoint.
     *
     * @param checkpointed how far the one reaches that there is
     */
    boolean wantsCheckpoint(LogEnd end, long checkpointed) {
        long since = end.offset() - checkpointed;
        return end.offset() > checkpoint && since > Math.min(1 << 20, end.offset() / 4);
    }
}
