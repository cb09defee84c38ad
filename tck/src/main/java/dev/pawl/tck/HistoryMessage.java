package dev.pawl.tck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A message that facts are about.
 *
 * @param chat by LID where that is known
 * @param author by LID where that is known, empty for one of ours
 * @param id as several messages of different authors and conversations have it
 * @param number of this one
 */
record HistoryMessage(String chat, String author, String id, int number) {

    /** The names of statuses, by their numbers. */
    static final List<String> STATUSES = List.of("ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED");

    private static final String BUDI = MessageFixture.BUDI_LID;
    private static final String ANI = MessageFixture.ANI;
    private static final String GROUP = MessageFixture.GROUP;

    private static final List<HistoryMessage> ALL = List.of(
            new HistoryMessage(BUDI, BUDI, "D1", 0),
            new HistoryMessage(BUDI, BUDI, "D2", 1),
            new HistoryMessage(BUDI, "", "D1", 2),
            new HistoryMessage(BUDI, "", "D3", 3),
            new HistoryMessage(ANI, ANI, "D1", 4),
            new HistoryMessage(ANI, "", "D4", 5),
            new HistoryMessage(GROUP, BUDI, "D1", 6),
            new HistoryMessage(GROUP, ANI, "D1", 7),
            new HistoryMessage(GROUP, "", "D1", 8),
            new HistoryMessage(GROUP, ANI, "D5", 9),
            new HistoryMessage(GROUP, BUDI, "D6", 10),
            new HistoryMessage(GROUP, "", "D7", 11));

    /** Stands for the group where no message is meant. */
    static final HistoryMessage OF_GROUP = ALL.get(6);

    static List<HistoryMessage> some(Random random, int count) {
        List<HistoryMessage> some = new ArrayList<>(ALL);
        Collections.shuffle(some, random);
        return some.subList(0, count);
    }

    boolean isInGroup() {
        return chat.equals(GROUP);
    }

    /** Whether it is ours and nobody else in its group has one of that id, which a receipt would be taken for. */
    boolean isOursAlone() {
        return id.equals("D7");
    }

    /** Whether nobody else in its conversation has one of that id. */
    boolean isAlone() {
        return !id.equals("D1");
    }

    /** The second in which it was sent; some were sent in the same. */
    long time() {
        return 1760000000L + number % 4;
    }

    /** What it says, at first or after the edit of some time; in no other message. */
    String words(long edit) {
        return "words-" + number + "-" + edit;
    }

    /** It, in a few letters that nothing else is called. */
    String name() {
        return "M" + number;
    }

    /** The conversation, by either address. */
    String chat(Random random) {
        return address(chat, random);
    }

    /** The key of a message of its author's in its conversation, as JSON with {@code '} for {@code "}. */
    String key(String other, Random random) {
        String key = "{'remoteJid':'" + chat(random) + "','fromMe':" + author.isEmpty() + ",'id':'" + other + "'";
        return isInGroup() && !author.isEmpty() ? key + ",'participant':'" + address(author, random) + "'}" : key + "}";
    }

    /** An address of somebody who is known by this one. */
    static String address(String canonical, Random random) {
        return canonical.equals(BUDI) && random.nextBoolean() ? MessageFixture.BUDI : canonical;
    }
}
