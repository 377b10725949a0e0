package io.backstay.local.up;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Ctrl-C, SIGTERM and SIGHUP, each time they come; a shutdown hook would hear the first one only. Java's only way to hear
 * signals is {@code sun.misc.Signal} of the module {@code jdk.unsupported}, which every JDK has; the compiler warns of it and
 * cannot be told not to, so it is reached by reflection.
 */
final class Interrupts {
    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    private Interrupts() {}

    /** From now on the listener is told of each signal, with its ordinal, instead of the JVM's ending. */
    static void listen(IntConsumer listener) {
        AtomicInteger count = new AtomicInteger();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler told = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    listener.accept(count.incrementAndGet());
                }
                return null;
            };
            Object instance = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, told);
            for (String name : SIGNALS) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), instance);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java cannot listen for signals; use another JDK", e);
        }
    }
}
