package io.backstay.manager.state;

import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.model.ErrorCode;
import io.backstay.model.Permission;
import io.backstay.model.UserId;
import io.backstay.model.UserRole;
import java.util.Optional;

/**
 * A command's surroundings, with what its initiator may.
 *
 * @param user the initiator, where it is a user; enabled
 */
record Access(ManagerState state, DecisionContext context, Optional<UserRecord> user) {
    boolean isSystem() {
        return context.by().kind() == Initiator.Kind.SYSTEM;
    }

    boolean isAdmin() {
        return isSystem() || user.filter(who -> who.role() == UserRole.ADMIN).isPresent();
    }

    boolean isOperator() {
        return isAdmin() || user.filter(who -> who.role() == UserRole.OPERATOR).isPresent();
    }

    boolean is(UserId id) {
        return user.filter(who -> who.id().equals(id)).isPresent();
    }

    boolean mayKnow(RepositoryRecord repository) {
        return isOperator() || permission(repository).isPresent();
    }

    boolean governs(RepositoryRecord repository) {
        return isAdmin() || is(repository.owner());
    }

    /** What the initiator may do with the repository's content. */
    Optional<Permission> permission(RepositoryRecord repository) {
        return user.flatMap(who -> who.id().equals(repository.owner())
                ? Optional.of(Permission.FULL)
                : Optional.ofNullable(repository.grants().get(who.id())));
    }

    static <R extends ManagerAnswer> Decision<R> forbidden(String who) {
        return Decision.refuse(ErrorCode.FORBIDDEN, "only %s may do this".formatted(who));
    }

    static <R extends ManagerAnswer> Decision<R> missing(String what) {
        return Decision.refuse(ErrorCode.NOT_FOUND, "there is no such " + what);
    }

    static boolean outdated(Optional<Long> expected, long version) {
        return expected.filter(it -> it != version).isPresent();
    }

    static <R extends ManagerAnswer> Decision<R> changedMeanwhile(long version) {
        return Decision.refuse(ErrorCode.PRECONDITION_FAILED, "its version is %d by now".formatted(version));
    }

    static <R extends ManagerAnswer> Decision<R> invalid(String detail) {
        return Decision.refuse(ErrorCode.INVALID_REQUEST, detail);
    }

    static <R extends ManagerAnswer> Decision<R> conflict(String detail) {
        return Decision.refuse(ErrorCode.CONFLICT, detail);
    }

    /** Text that people wrote: bounded, without characters that control how a line is shown. */
    static boolean printable(String text, int atLeast, int atMost) {
        return text.length() >= atLeast
                && text.length() <= atMost
                && text.codePoints().noneMatch(Access::steers)
                && text.strip().length() == text.length();
    }

    private static boolean steers(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            // Zero-width joiners belong to emoji; overrides of the writing direction make one name look like another.
            case Character.FORMAT -> point >= 0x202A && point <= 0x202E || point >= 0x2066 && point <= 0x2069;
            default -> false;
        };
    }
}
