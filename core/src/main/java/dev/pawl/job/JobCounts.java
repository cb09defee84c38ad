package dev.pawl.job;

/**
 * How many jobs of a session are in each state.
 *
 * @param queued in broadcasts, behind others
 * @param waiting sent when their time comes
 * @param claimed being sent
 * @param done sent
 * @param dead given up
 * @param cancelled cancelled or skipped
 * @param broadcasts broadcasts, finished ones among them
 */
public record JobCounts(
        long queued, long waiting, long claimed, long done, long dead, long cancelled, long broadcasts) {

    /** How many are still to be sent. */
    public long left() {
        return queued + waiting + claimed;
    }
}
