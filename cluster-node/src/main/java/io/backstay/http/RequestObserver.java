package io.backstay.http;

import java.time.Duration;

/** Hears of each request that was answered; does not block. */
public interface RequestObserver {
    /** What a client speaks. */
    enum Protocol {
        /** restic's. */
        RESTIC("restic"),
        /** The API, and whatever else is asked for. */
        API("api");

        private final String text;

        Protocol(String text) {
            this.text = text;
        }

        /** Its name in figures. */
        public String text() {
            return text;
        }
    }

    /**
     * The answer to a request begins.
     *
     * @param method as the client has written it
     * @param took since its head was read
     */
    void answered(Protocol protocol, String method, int status, Duration took);
}
