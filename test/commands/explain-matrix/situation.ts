import type { Fate } from './fate.ts';

export type Command = [host: string, command: string];

/** Something that is made of a lab's scenario, by host, and undone. */
export interface Situation {
  what: string;
  /** Gives the nodes the address, changes what it is about. */
  make: Command[];
  undo: Command[];
  /** Succeeds once it is so, where what the askers see may have been so before. */
  until?: Command;
  /** What an asker gets, by host; of those that are not named: all pods. */
  sees: Record<string, Fate>;
  /** An observation that has to be there. */
  observed?: string;
  /** The Service's cluster IP is asked about, which nobody outside is routed to. */
  toClusterIp?: true;
  /** Hosts of pods that the cluster knows of by their endpoints alone, and of which it then knows none. */
  unknown?: string[];
  /** In every `npm test`; the others in test/full/explain. */
  quick?: true;
}

/** `kubectl patch` of a Service's spec. */
export function patch(service: string, spec: object): Command {
  return ['operator', `kubectl patch svc ${service} --type=merge -p '${JSON.stringify({ spec })}'`];
}

/** `kubectl apply` or `delete` of objects. */
export function objects(verb: 'apply' | 'delete', items: object[]): Command {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return ['operator', `echo '${list}' | kubectl ${verb} -f -`];
}
