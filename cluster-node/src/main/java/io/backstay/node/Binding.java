package io.backstay.node;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits until a port is bound. */
final class Binding {
    private static final long WAIT_SECONDS = 20;

    private Binding() {}

    /** The bound port; {@code key} names it in the message where it is not to be had. */
    static <T> T await(String key, CompletionStage<T> binding) throws NodeStartException {
        try {
            return binding.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            Throwable reason = cause.getCause() == null ? cause : cause.getCause();
            throw new NodeStartException(
                    "%s cannot be listened on: %s".formatted(key, reason.getMessage()), false, reason);
        } catch (TimeoutException e) {
            throw new NodeStartException("%s was not bound in %d s".formatted(key, WAIT_SECONDS), false, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeStartException("the start was interrupted", false, e);
        }
    }
}
