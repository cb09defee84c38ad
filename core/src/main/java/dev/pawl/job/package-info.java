/**
 * Scheduled sends of one linked device, above the waist: they survive restarts on every backend, any number of
 * processes share the work, and a repeat carries the message id of the first attempt.
 *
 * <p>The rules are in {@code docs/job-rules.md}. A {@link dev.pawl.job.JobStore} keeps jobs, a {@link
 * dev.pawl.job.JobRunner} sends what is due, a {@link dev.pawl.job.Broadcast} is one message to many.
 */
@NullMarked
package dev.pawl.job;

import org.jspecify.annotations.NullMarked;
