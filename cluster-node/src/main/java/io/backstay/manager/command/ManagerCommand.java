package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.backstay.cluster.WireMessage;

/**
 * What can be asked of the manager. Each record's comment says who may. Refused with
 * {@link io.backstay.model.ErrorCode#UNAUTHENTICATED} where the initiator is no user of the cluster,
 * {@link io.backstay.model.ErrorCode#FORBIDDEN} where it may not, {@link io.backstay.model.ErrorCode#NOT_FOUND} where the
 * thing does not exist or the initiator may not know of it, {@link io.backstay.model.ErrorCode#PRECONDITION_FAILED} where an
 * expected version is not the thing's, {@link io.backstay.model.ErrorCode#INVALID_REQUEST} for values out of bounds,
 * {@link io.backstay.model.ErrorCode#CONFLICT} for names that are taken and changes that would break a rule.
 *
 * @param <R> what it is answered with
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ClusterCommand.CreateCluster.class, name = "create-cluster"),
    @JsonSubTypes.Type(value = ClusterCommand.ActivateManager.class, name = "activate-manager"),
    @JsonSubTypes.Type(value = ClusterCommand.DescribeCluster.class, name = "describe-cluster"),
    @JsonSubTypes.Type(value = NodeCommand.RegisterNode.class, name = "register-node"),
    @JsonSubTypes.Type(value = NodeCommand.JoinNode.class, name = "join-node"),
    @JsonSubTypes.Type(value = NodeCommand.RemoveNode.class, name = "remove-node"),
    @JsonSubTypes.Type(value = NodeCommand.CreateJoinToken.class, name = "create-join-token"),
    @JsonSubTypes.Type(value = NodeCommand.RevokeJoinToken.class, name = "revoke-join-token"),
    @JsonSubTypes.Type(value = NodeCommand.ListJoinTokens.class, name = "list-join-tokens"),
    @JsonSubTypes.Type(value = UserCommand.CreateUser.class, name = "create-user"),
    @JsonSubTypes.Type(value = UserCommand.ChangeUser.class, name = "change-user"),
    @JsonSubTypes.Type(value = UserCommand.ChangePassword.class, name = "change-password"),
    @JsonSubTypes.Type(value = UserCommand.EndSessions.class, name = "end-sessions"),
    @JsonSubTypes.Type(value = UserCommand.DeleteUser.class, name = "delete-user"),
    @JsonSubTypes.Type(value = UserCommand.ReadUser.class, name = "read-user"),
    @JsonSubTypes.Type(value = UserCommand.ListUsers.class, name = "list-users"),
    @JsonSubTypes.Type(value = RepositoryCommand.CreateRepository.class, name = "create-repository"),
    @JsonSubTypes.Type(value = RepositoryCommand.ChangeRepository.class, name = "change-repository"),
    @JsonSubTypes.Type(value = RepositoryCommand.DeleteRepository.class, name = "delete-repository"),
    @JsonSubTypes.Type(value = RepositoryCommand.ReadRepository.class, name = "read-repository"),
    @JsonSubTypes.Type(value = RepositoryCommand.ListRepositories.class, name = "list-repositories"),
    @JsonSubTypes.Type(value = TokenCommand.CreateToken.class, name = "create-token"),
    @JsonSubTypes.Type(value = TokenCommand.RevokeToken.class, name = "revoke-token"),
    @JsonSubTypes.Type(value = TokenCommand.ListTokens.class, name = "list-tokens")
})
public sealed interface ManagerCommand<R extends ManagerAnswer> extends WireMessage
        permits ClusterCommand, NodeCommand, UserCommand, RepositoryCommand, TokenCommand {
    /** What changes nothing, so that an older state may answer it where the newest cannot. */
    interface Question {}
}
