package io.backstay.cluster;

/**
 * Marks a message that travels between nodes: it is serialised with Jackson as CBOR (the binding is in
 * {@code reference.conf}). Java serialisation is off, so every remote command, reply and sharding message of every room
 * needs this marker or a serializer of its own.
 *
 * <p>A sealed family needs {@code @JsonTypeInfo(use = NAME, property = "type")} and {@code @JsonSubTypes} with a stable name for each
 * member, on the sealed interface. Records and enums need nothing; a record with one field needs
 * {@code @JsonCreator(mode = PROPERTIES)}. References travel as {@code ActorRef}. Bulk bytes do not travel in messages.
 */
public interface WireMessage {}
