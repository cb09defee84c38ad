package dev.pawl.baileys;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test of a {@link StoreKind}, tried on those without a server, and under the profile soak on all, at the same time: what it
 * waits for is mostly Baileys.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@MethodSource("dev.pawl.baileys.StoreKind#now")
@Execution(ExecutionMode.CONCURRENT)
@interface OnEachStore {}
