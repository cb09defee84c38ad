/** Tests of the backend on Convex, on a stand-in that runs the real functions. */
@org.jspecify.annotations.NullMarked
package dev.pawl.convex;
