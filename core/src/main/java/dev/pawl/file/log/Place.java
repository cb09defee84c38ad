package dev.pawl.file.log;

/**
 * Where the value of a row stands in a log.
 *
 * @param order of the row
 * @param offset of the first byte of the value in the file
 * @param length of the value in bytes
 * @param checksum of key and value, as {@link RowChecksum} has it
 */
record Place(long order, long offset, int length, int checksum) {}
