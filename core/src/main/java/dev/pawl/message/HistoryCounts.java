package dev.pawl.message;

/**
 * How much there is of each kind in the history of a session.
 *
 * @param messages messages, carriers of reactions and edits among them
 * @param chats chats that are known; messages may stand in others
 * @param contacts people, businesses and whatever else the phone lists as contacts
 * @param groups groups
 * @param labels labels, what they stand on, and blocked contacts
 * @param pairs people of whom both LID and phone number are known
 * @param setAside events that could not be applied, or not yet
 */
public record HistoryCounts(
        long messages, long chats, long contacts, long groups, long labels, long pairs, long setAside) {}
