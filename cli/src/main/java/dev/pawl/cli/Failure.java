package dev.pawl.cli;

/** Ends a command with one line for people and an exit status. The line never holds a secret. */
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    private Failure(int status, String line) {
        super(line);
        this.status = status;
    }

    /**
     * The thing asked for is not there: status 1.
     *
     * @param place the store or record that was asked for
     */
    static Failure notFound(String place, String problem) {
        return new Failure(ExitStatus.PROBLEM, "NOT_FOUND " + place + ": " + problem);
    }

    /** Was called the wrong way: status 2. */
    static Failure usage(String line) {
        return new Failure(ExitStatus.USAGE, line);
    }

    /** Something other than a store failed: status 1. */
    static Failure problem(String line) {
        return new Failure(ExitStatus.PROBLEM, line);
    }

    int status() {
        return status;
    }
}
