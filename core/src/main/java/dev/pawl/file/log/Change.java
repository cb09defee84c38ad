package dev.pawl.file.log;

import dev.pawl.backend.Batch;

/**
 * What one caller wants committed.
 *
 * @param batch with its checks
 * @param encoded its puts and deletes as they are written
 * @param synced whether it must survive a loss of power
 */
record Change(Batch batch, EncodedBatch encoded, boolean synced) {}
