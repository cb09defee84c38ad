package dev.pawl.tck.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The content of a file: as programs see it, as it was when it was last forced, and every change since then.
 *
 * <p>A force that fails does what it does on Linux: the changes it should have brought to the medium stay visible but count
 * as written, so that no later force brings them there. A power cut may have kept any part of them.
 */
final class Content {

    private enum State {
        /** The next force brings it to the medium. */
        WAITING,
        /** A force of it has failed; no other will try. */
        GIVEN_UP,
        /** It is on the medium, after something that was given up. */
        FORCED
    }

    private static final class Pending {

        private final ContentChange change;
        private State state = State.WAITING;

        Pending(ContentChange change) {
            this.change = change;
        }
    }

    private final Image seen;
    private final Image medium;

    /** In the order in which they were made. Starts with one that is not forced, or is empty. */
    private final List<Pending> pending = new ArrayList<>();

    private Content(Image forced) {
        this.seen = forced.copy();
        this.medium = forced;
    }

    static Content empty() {
        return forced(new byte[0]);
    }

    /** Content that is on the medium. */
    static Content forced(byte[] bytes) {
        return new Content(Image.of(bytes));
    }

    /** What programs see. */
    Image seen() {
        return seen;
    }

    void change(ContentChange change) {
        change.apply(seen);
        pending.add(new Pending(change));
    }

    void force() {
        for (Pending each : pending) {
            if (each.state == State.WAITING) {
                each.state = State.FORCED;
            }
        }
        int settled = 0;
        while (settled < pending.size() && pending.get(settled).state == State.FORCED) {
            pending.get(settled).change.apply(medium);
            settled++;
        }
        pending.subList(0, settled).clear();
    }

    void failToForce() {
        for (Pending each : pending) {
            if (each.state == State.WAITING) {
                each.state = State.GIVEN_UP;
            }
        }
    }

    /** What is left when the power goes and nothing is that was not forced. */
    Content least() {
        return left((change, image) -> {});
    }

    /** What is left when of every change some part is. */
    Content torn() {
        return left(ContentChange::applyHalf);
    }

    /** Any of the things that may be left. */
    Content any(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> left(ContentChange::apply);
            case 1 -> inOrder(random);
            default -> left((change, image) -> change.applyPart(image, random));
        };
    }

    /** All changes up to one, and a part of that: what a disk leaves that does one thing after the other. */
    private Content inOrder(Random random) {
        int[] whole = {random.nextInt(pending.size() + 1)};
        return left((change, image) -> {
            if (whole[0] > 0) {
                change.apply(image);
            } else if (whole[0] == 0) {
                change.applyPart(image, random);
            }
            whole[0]--;
        });
    }

    private interface Fate {
        void of(ContentChange change, Image image);
    }

    private Content left(Fate fate) {
        Image image = medium.copy();
        for (Pending each : pending) {
            if (each.state == State.FORCED) {
                each.change.apply(image);
            } else {
                fate.of(each.change, image);
            }
        }
        return new Content(image);
    }
}
