package dev.pawl.redis;

import java.time.Duration;

/**
 * How an owned client uses its server.
 *
 * @param connections the most connections at once
 * @param timeout how long to wait for a server to take a connection, and for an answer
 * @param patience how long to wait for a connection of the pool
 */
record ClientSettings(int connections, Duration timeout, Duration patience) {}
