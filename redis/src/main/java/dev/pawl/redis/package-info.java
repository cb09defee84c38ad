/**
 * A backend on Redis, in the layout of zaileys with more beside it: {@link dev.pawl.redis.RedisBackend}.
 *
 * <p>The keys are described in {@code docs/format/redis.md}.
 */
@org.jspecify.annotations.NullMarked
package dev.pawl.redis;
