package dev.pawl;

/** Where a {@link Client} stands. */
public enum ClientState {
    /** It was opened and not told to connect yet. */
    IDLE,
    /** It is reaching the server. */
    CONNECTING,
    /** It shows codes to pair with and waits for somebody to use one. */
    PAIRING,
    /** It is connected. */
    CONNECTED,
    /** It was disconnected and waits before it connects again. */
    RECONNECTING,
    /** It ended, because it was told to or gave up. The credentials are as they were: it may be told to connect again. */
    DISCONNECTED,
    /** The device was unlinked and its credentials were cleared. Connecting again pairs a new device. */
    LOGGED_OUT,
    /** It was closed, for good. */
    CLOSED;

    /** Whether it stays so until it is told something. */
    public boolean isEnd() {
        return this == DISCONNECTED || this == LOGGED_OUT || this == CLOSED;
    }
}
