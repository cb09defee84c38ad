package dev.pawl.tck.disk;

import java.util.Random;

/** A change of a file's content that the medium may have, or not, or have a part of. */
interface ContentChange {

    /** Brings the whole change to an image. */
    void apply(Image image);

    /** Brings a first part of it to an image. */
    void applyHalf(Image image);

    /** Brings any part of it to an image. */
    void applyPart(Image image, Random random);

    /** Some bytes at some place. */
    final class Write implements ContentChange {

        /** What a disk writes wholly or not at all; or so it says. */
        private static final int SECTOR = 512;

        private final long offset;
        private final byte[] bytes;

        /**
         * A write.
         *
         * @param bytes which nobody changes from now on
         */
        Write(long offset, byte[] bytes) {
            this.offset = offset;
            this.bytes = bytes;
        }

        @Override
        public void apply(Image image) {
            image.write(offset, bytes, 0, bytes.length);
        }

        @Override
        public void applyHalf(Image image) {
            image.write(offset, bytes, 0, bytes.length / 2);
        }

        @Override
        public void applyPart(Image image, Random random) {
            if (random.nextInt(4) == 0) {
                // The file has grown already, and what it has grown by was not written yet.
                image.setLength(Math.max(image.length(), offset + bytes.length));
            }
            switch (random.nextInt(3)) {
                case 0 -> image.write(offset, bytes, 0, random.nextInt(bytes.length + 1));
                case 1 -> applySectors(image, random);
                default -> {
                    if (random.nextBoolean()) {
                        apply(image);
                    }
                }
            }
        }

        /** Each sector of the file on its own is there or not, and the last of them up to any byte. */
        private void applySectors(Image image, Random random) {
            int from = 0;
            int lastFrom = 0;
            int lastTo = 0;
            while (from < bytes.length) {
                int to = (int) Math.min(bytes.length, from + SECTOR - (offset + from) % SECTOR);
                if (random.nextBoolean()) {
                    image.write(offset + lastFrom, bytes, lastFrom, lastTo - lastFrom);
                    lastFrom = from;
                    lastTo = to;
                }
                from = to;
            }
            int torn = random.nextBoolean() ? lastTo - lastFrom : random.nextInt(lastTo - lastFrom + 1);
            image.write(offset + lastFrom, bytes, lastFrom, torn);
        }
    }

    /** Another length. */
    record Length(long length) implements ContentChange {

        @Override
        public void apply(Image image) {
            image.setLength(length);
        }

        @Override
        public void applyHalf(Image image) {
            apply(image);
        }

        @Override
        public void applyPart(Image image, Random random) {
            if (random.nextBoolean()) {
                apply(image);
            }
        }
    }
}
