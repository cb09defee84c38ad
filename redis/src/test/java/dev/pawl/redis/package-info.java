/** Tests of the Redis backend on a real server. */
@org.jspecify.annotations.NullMarked
package dev.pawl.redis;
