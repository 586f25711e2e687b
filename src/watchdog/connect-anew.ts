import { type ClusterFlags, type Connection, connect } from '../cluster/connection.ts';

/** What hangs is given up soon, and tried again. */
const REQUEST_TIMEOUT = '10s';

/** Connections that there were may hang in what is to be taken back. */
export function connectAnew(flags: ClusterFlags): Promise<Connection> {
  return connect({ ...flags, requestTimeout: REQUEST_TIMEOUT }, { onWarning() {} });
}
