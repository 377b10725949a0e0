package io.backstay.local.process;

import java.io.IOException;

/** A program that others need: it is prepared once, and answers some time after its start. */
public interface Service {
    /** What is to run; its name is the service's. */
    Program program();

    /**
     * Makes what the program needs before its start; what is there already stays.
     *
     * @throws IOException with what to do about it
     */
    void prepare() throws IOException, InterruptedException;

    /** Whether it does its work now. */
    boolean answers();

    /** Where clients reach it, with name and password. */
    String url();
}
