package dev.pawl.auth;

import org.jspecify.annotations.Nullable;

/**
 * What is done inside a transaction.
 *
 * @param <R> what it returns
 * @param <X> the checked exception it may throw, which the caller of the transaction gets as it is
 */
@FunctionalInterface
public interface TransactionWork<R extends @Nullable Object, X extends Exception> {

    /** Does the work on this handle. May be called again, with another handle, when {@link Scope#rerunOnConflict} says so. */
    R run(Transaction transaction) throws X;
}
