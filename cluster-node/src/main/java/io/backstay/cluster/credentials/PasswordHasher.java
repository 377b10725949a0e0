package io.backstay.cluster.credentials;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Hashes and checks passwords with Argon2id, a bounded number at once on threads of its own, a bounded number waiting; more
 * are refused with {@link ErrorCode#TOO_MANY_REQUESTS}, which may be tried again. So strangers can take neither all memory
 * nor all processors. Passwords are compared in Unicode's NFC form (RFC 8265, OpaqueString). Safe for use by many threads.
 */
public final class PasswordHasher implements AutoCloseable {
    /** Longest password in characters that is looked at; a longer one never matches. */
    public static final int MAX_PASSWORD_CHARS = 512;

    private static final int SALT_BYTES = 16;

    private final Costs costs;
    private final SecureRandom random;
    private final ThreadPoolExecutor threads;
    /** Hash of a password that nobody has: checked for unknown users, so that the time tells nothing. */
    private final String nobodys;

    /**
     * What one hash costs.
     *
     * @param memoryKibibytes at most 1 GiB
     * @param passes at most 16
     * @param lanes at most 16
     */
    public record Costs(int memoryKibibytes, int passes, int lanes) {
        /** OWASP's Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane. */
        public static final Costs RECOMMENDED = new Costs(19 * 1024, 2, 1);

        private static final int MAX_MEMORY_KIBIBYTES = 1024 * 1024;
        private static final int MAX_FACTOR = 16;

        /** Checks the bounds. */
        public Costs {
            if (memoryKibibytes < 8 * lanes || memoryKibibytes > MAX_MEMORY_KIBIBYTES) {
                throw new BackstayException(ErrorCode.DAMAGED, "Argon2id's memory is out of bounds");
            }
            if (passes < 1 || passes > MAX_FACTOR || lanes < 1 || lanes > MAX_FACTOR) {
                throw new BackstayException(ErrorCode.DAMAGED, "Argon2id's costs are out of bounds");
            }
        }
    }

    /**
     * A hasher with threads of its own.
     *
     * @param atOnce how many are computed at the same time; each takes the costs' memory
     * @param waiting how many may wait
     */
    public PasswordHasher(Costs costs, int atOnce, int waiting, SecureRandom random) {
        this.costs = costs;
        this.random = random;
        var number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                atOnce, atOnce, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> {
                    Thread thread = new Thread(task, "password-hasher-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
        this.nobodys = Argon2Hash.of(salt(), salt(), costs).phc();
    }

    /** The hash of the password as a PHC string, with a fresh salt. */
    public CompletionStage<String> hash(String password) {
        return submit(() -> Argon2Hash.of(bytes(password), salt(), costs).phc());
    }

    /**
     * Whether the password is the one of the hash; {@link ErrorCode#DAMAGED} where the hash is none.
     *
     * @param phc as {@link #hash} made it, also with other costs
     */
    public CompletionStage<Boolean> verify(String password, String phc) {
        if (password.length() > MAX_PASSWORD_CHARS) {
            return verifyNobodys("");
        }
        return submit(() -> Argon2Hash.parse(phc).matches(bytes(password)));
    }

    /** Takes as long as {@link #verify} and is always false: for names that no user has. */
    public CompletionStage<Boolean> verifyNobodys(String password) {
        String bounded = password.length() > MAX_PASSWORD_CHARS ? "" : password;
        return submit(() -> {
            Argon2Hash.parse(nobodys).matches(bytes(bounded));
            return false;
        });
    }

    /** Ends the threads; what waits is still done. */
    @Override
    public void close() {
        threads.shutdown();
    }

    private <T> CompletionStage<T> submit(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new BackstayException(
                    ErrorCode.TOO_MANY_REQUESTS, "too many passwords are being checked at this moment", e));
        }
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    private static byte[] bytes(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8);
    }
}
