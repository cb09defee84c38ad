package dev.pawl.convex;

import java.util.function.IntFunction;

/** Asks for less where a function would read too much, which it says by failing and nothing else. */
final class Fitting {

    private Fitting() {}

    /**
     * Calls with this much, and with half of it again and again as long as that fails.
     *
     * @throws CallFailure when it fails with one, or in another way
     */
    static <T> T call(int most, IntFunction<T> call) {
        for (int some = most; ; some = some / 2) {
            try {
                return call.apply(some);
            } catch (CallFailure e) {
                if (!e.mayBeTooMuch() || some <= 1) {
                    throw e;
                }
            }
        }
    }
}
