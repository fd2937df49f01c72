// Attribute names that the OpenTelemetry semantic conventions renamed (1.44: HTTP, network, database, messaging, code, deployment).
// Most Python instrumentations still send the old ones, so both are one field: it is stored under the new name, and a question
// that names the old one is answered from there.

/** One renamed attribute. */
export interface RenamedAttribute {
  readonly old: string;
  readonly name: string;
  /** The new name on spans of kind server, where it differs: the peer of a server is its client. */
  readonly onServer?: string;
  /** The value is a request target: its path goes to `name`, what stands behind the first `?` goes here. */
  readonly query?: string;
}

export const renamedAttributes: readonly RenamedAttribute[] = [
  { old: 'http.method', name: 'http.request.method' },
  { old: 'http.status_code', name: 'http.response.status_code' },
  { old: 'http.resend_count', name: 'http.request.resend_count' },
  { old: 'http.scheme', name: 'url.scheme' },
  { old: 'http.target', name: 'url.path', query: 'url.query' },
  { old: 'http.url', name: 'url.full' },
  { old: 'http.flavor', name: 'network.protocol.version' },
  { old: 'http.user_agent', name: 'user_agent.original' },
  { old: 'http.client_ip', name: 'client.address' },
  { old: 'http.server_name', name: 'server.address' },
  { old: 'net.host.name', name: 'server.address' },
  { old: 'net.host.port', name: 'server.port' },
  { old: 'net.host.ip', name: 'network.local.address' },
  { old: 'net.peer.name', name: 'server.address', onServer: 'client.address' },
  { old: 'net.peer.port', name: 'server.port', onServer: 'client.port' },
  { old: 'net.peer.ip', name: 'network.peer.address' },
  { old: 'net.sock.peer.addr', name: 'network.peer.address' },
  { old: 'net.sock.peer.port', name: 'network.peer.port' },
  { old: 'net.sock.host.addr', name: 'network.local.address' },
  { old: 'net.sock.host.port', name: 'network.local.port' },
  { old: 'net.protocol.name', name: 'network.protocol.name' },
  { old: 'net.protocol.version', name: 'network.protocol.version' },
  { old: 'db.system', name: 'db.system.name' },
  { old: 'db.name', name: 'db.namespace' },
  { old: 'db.redis.database_index', name: 'db.namespace' },
  { old: 'db.statement', name: 'db.query.text' },
  { old: 'db.operation', name: 'db.operation.name' },
  { old: 'db.sql.table', name: 'db.collection.name' },
  { old: 'db.mongodb.collection', name: 'db.collection.name' },
  { old: 'db.cassandra.table', name: 'db.collection.name' },
  { old: 'messaging.destination', name: 'messaging.destination.name' },
  { old: 'messaging.message_id', name: 'messaging.message.id' },
  { old: 'messaging.conversation_id', name: 'messaging.message.conversation_id' },
  { old: 'messaging.operation', name: 'messaging.operation.type' },
  { old: 'messaging.kafka.consumer.group', name: 'messaging.consumer.group.name' },
  { old: 'messaging.kafka.message.offset', name: 'messaging.kafka.offset' },
  { old: 'code.function', name: 'code.function.name' },
  { old: 'code.filepath', name: 'code.file.path' },
  { old: 'code.lineno', name: 'code.line.number' },
  { old: 'code.column', name: 'code.column.number' },
  { old: 'deployment.environment', name: 'deployment.environment.name' },
];

const byOldName: ReadonlyMap<string, RenamedAttribute> = new Map(renamedAttributes.map((entry) => [entry.old, entry]));

/** What became of an attribute name, if it is an old one. */
export function findRenamedAttribute(name: string): RenamedAttribute | undefined {
  return byOldName.get(name);
}

/**
 * The names under which a field that somebody asks for may stand, the likeliest first: a question with an old name finds the
 * new one, and the old one too, where a row had both with different values.
 */
export function storedAttributeNames(name: string): readonly string[] {
  const renamed = byOldName.get(name);
  if (renamed === undefined) return [name];
  return renamed.onServer === undefined ? [renamed.name, name] : [renamed.name, renamed.onServer, name];
}
