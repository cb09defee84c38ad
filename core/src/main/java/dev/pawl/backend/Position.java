package dev.pawl.backend;

/**
 * A point in the order of a family's rows: by order, then partition, then id, strings by {@link Key#BYTE_ORDER}. Within one partition that is the order (order, id). A position needs no row to
 * stand there, so a cursor stays valid when its row is gone.
 *
 * @param order the order of a row, 0 to {@link Row#MAX_ORDER}
 * @param partition the partition of a row; when one partition is scanned, only order and id count
 * @param id the id of a row
 */
public record Position(long order, String partition, String id) implements Comparable<Position> {

    /** The first possible position of this order: every row of it stands here or behind. */
    public static Position of(long order) {
        return new Position(order, "", "");
    }

    @Override
    public int compareTo(Position other) {
        int byOrder = Long.compare(order, other.order);
        if (byOrder != 0) {
            return byOrder;
        }
        int byPartition = Key.BYTE_ORDER.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Key.BYTE_ORDER.compare(id, other.id);
    }
}
