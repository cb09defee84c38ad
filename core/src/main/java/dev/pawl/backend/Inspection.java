package dev.pawl.backend;

import java.util.List;

/**
 * What a backend can say about how a session is stored, beyond its rows.
 *
 * @param format the layout and its version, for people
 * @param remarks what deserves attention: open file modes, journals set aside, leftovers
 */
public record Inspection(String format, List<Remark> remarks) {

    /**
     * One thing worth knowing.
     *
     * @param problem whether it is damage, or only unusual
     * @param place the file or row
     * @param text what is there, without any content
     */
    public record Remark(boolean problem, String place, String text) {}

    /** Copies the list. */
    public Inspection {
        remarks = List.copyOf(remarks);
    }
}
