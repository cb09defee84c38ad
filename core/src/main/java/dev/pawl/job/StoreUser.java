package dev.pawl.job;

/** Somebody who works with a store until that is closed. */
interface StoreUser {

    /** Something may be due earlier than it was. */
    void wake();

    /** The store is about to be closed: takes nothing more. Does not wait. */
    void leave();

    /**
     * Waits until what was taken before is through, and interrupts it when it takes longer. A thread that is at work for
     * this user does not wait for itself.
     *
     * @param nanos the longest wait; 0 or less for none
     * @return whether it is through
     * @throws InterruptedException when the waiting thread is interrupted; what is not through is too
     */
    boolean awaitEnd(long nanos) throws InterruptedException;
}
