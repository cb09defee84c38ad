package dev.pawl.file.log;

/**
 * How far a log has been read, and what is proven up to there.
 *
 * @param offset where the next group stands; when closed, where the end mark stands, which is never stepped over
 * @param frame where the last frame before {@code offset} begins; {@code offset} itself when there is none
 * @param checksum of the header of that frame; 0 when there is none
 * @param settled all before this offset was forced
 * @param length the file was forced while it was this long
 * @param closed whether an end mark stands at {@code offset}
 */
record LogEnd(long offset, long frame, int checksum, long settled, long length, boolean closed) {

    /** The end of a log in which nothing stands but its header. */
    static LogEnd begin(LogHeader header) {
        return new LogEnd(header.size(), header.size(), 0, header.size(), header.length(), false);
    }

    /** The end behind a group that was written here; for an end mark, this end, closed. */
    LogEnd after(Frame frame) {
        return new LogEnd(
                frame.isEnd() ? frame.offset() : frame.offset() + frame.size(),
                frame.isEnd() ? this.frame : frame.offset(),
                frame.isEnd() ? checksum : frame.checksum(),
                Math.max(settled, frame.settled()),
                Math.max(length, frame.length()),
                frame.isEnd());
    }

    /** The same end of a log that is open, of which this is proven now. */
    LogEnd proven(long nowSettled, long nowLength) {
        return new LogEnd(offset, frame, checksum, nowSettled, nowLength, false);
    }
}
