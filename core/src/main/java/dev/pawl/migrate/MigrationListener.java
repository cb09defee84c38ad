package dev.pawl.migrate;

/** Hears how far a migration has come. Called on the thread that runs it, many times a second; an exception ends the migration. */
@FunctionalInterface
public interface MigrationListener {

    /** What a migration does, in this order. */
    enum Stage {
        /** Reads the whole source. How many rows there are is not known yet: the total is 0. */
        CHECKING,
        /** Writes the target. */
        COPYING,
        /** Reads source and target again and compares every row. */
        COMPARING
    }

    /**
     * Some more rows are done.
     *
     * @param stage what is being done
     * @param rows how many rows of this stage are done
     * @param total how many rows this stage has, 0 when that is not known
     */
    void progress(Stage stage, long rows, long total);
}
