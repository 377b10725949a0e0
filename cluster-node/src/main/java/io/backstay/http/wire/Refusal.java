package io.backstay.http.wire;

import io.backstay.model.ErrorCode;

/**
 * Why a request, or the rest of one, was not let through. After it the connection ends.
 *
 * @param detail a sentence without a full stop; repeats nothing of what was sent
 */
public record Refusal(ErrorCode code, String detail) {}
