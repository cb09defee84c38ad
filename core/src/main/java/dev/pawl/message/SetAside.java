package dev.pawl.message;

import dev.pawl.event.RawEvent;
import java.time.Instant;

/**
 * An event that could not be applied, or not yet, as it is kept.
 *
 * @param id what it is called where it is kept, for trying it again
 * @param reason {@code unreadable}, {@code no-identity}, {@code not-the-author}, {@code refused}, or {@code early} for
 *     what belongs to a message that is not there yet
 * @param problem what is wrong, without any content
 * @param arrived when it came
 * @param event the event, with one item
 */
public record SetAside(String id, String reason, String problem, Instant arrived, RawEvent event) {}
