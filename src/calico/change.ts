import type { GlobalNetworkPolicy, HostEndpoint } from './objects.ts';

/** An object of ours as it is to be: what Calico's API is sent, but for what the server itself adds. */
export type OwnObject =
  | {
      kind: 'GlobalNetworkPolicy';
      name: string;
      labels: Labels;
      annotations: Labels;
      spec: GlobalNetworkPolicy['spec'];
    }
  | {
      kind: 'HostEndpoint';
      name: string;
      labels: Labels;
      annotations: Labels;
      spec: HostEndpoint['spec'];
    };

type Labels = Readonly<Record<string, string>>;

/** A change of one of Calico's objects; each is idempotent. */
export type CalicoChange =
  /** Creates our object, or makes it so. */
  | { type: 'put'; object: OwnObject }
  /** Deletes our object. */
  | { type: 'delete'; kind: OwnObject['kind']; name: string }
  /** A host endpoint of somebody else's carries our mark for these addresses; of none: no mark. */
  | { type: 'mark'; name: string; ips: readonly string[] };

/** The label that our policies select host endpoints by. */
export const GUARDED_LABEL = 'extip-external';

/** On each object of ours: whose it is. */
export const OWNER_LABEL = 'extip.dev/owner';

/** On a policy of ours: the address that it guards. */
export const IP_ANNOTATION = 'extip.dev/ip';

/** On a host endpoint: the guarded addresses it is for, and what was copied from another one, as JSON. */
export const GUARD_ANNOTATION = 'extip.dev/guard';
