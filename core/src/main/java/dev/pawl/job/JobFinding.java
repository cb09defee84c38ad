package dev.pawl.job;

/**
 * Something that is wrong or unusual in the jobs of a session.
 *
 * @param problem whether it is damage, or only unusual
 * @param rule the stable name of what found it
 * @param place the row, for people
 * @param text what is wrong, without any content
 */
public record JobFinding(boolean problem, String rule, String place, String text) {}
