package dev.pawl.redis;

import java.time.Duration;

/**
 * How an owned client uses its server.
 *
 * @param connections the most connections at once
 * @param timeout how long to wait for a connection, for an answer, and for a connection of the pool
 */
record ClientSettings(int connections, Duration timeout) {}
