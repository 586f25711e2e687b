import type { CalicoChange } from '../calico/change.ts';
import type { GuardedService } from '../calico/guard-policies.ts';
import type { ArpingKind } from '../snapshot/model.ts';
import type { Assignment, NodeRecord } from '../snapshot/records.ts';
import type { ApiNode } from './api-nodes.ts';
import type { HolderChoice } from './choose-holder.ts';
import type { ServiceRef } from './service-ref.ts';

/** A change of one Service, computed against what it is when it is carried out. */
export interface ServiceChange {
  ip: string;
  /** What to do with the address in spec.externalIPs; left as it is when absent. */
  externalIP?: 'add' | 'remove';
  /** spec.externalIPs that the address was taken from: added, it goes back where it was there. */
  was?: readonly string[];
  /** The annotation's entry for the address afterwards; null removes it, absent leaves it. */
  assignment?: Assignment | null;
  /** Only where spec.externalIPs has the address (false: has not), as when it was planned. */
  listed?: boolean;
}

/** A change of one node; each is idempotent and is carried out by one script there. */
export type NodeChange =
  | { type: 'write-record'; record: NodeRecord; restore?: RestoreChange }
  | { type: 'remove-record'; ip: string; restore?: RestoreChange }
  | AddressChange;

/**
 * What the change of a record also does to what restores addresses after a boot, as far as can be
 * foreseen: the node decides by the records that it has then.
 */
export type RestoreChange = 'install' | 'remove';

export type AddressChange =
  | { type: 'add-address'; ip: string; prefix: 32 | 128; interface: string; label: string | null }
  | { type: 'remove-address'; ip: string; prefix: 32 | 128; interface: string };

/** What a step does, as data: it can be printed, compared and saved. */
export type Action =
  | { type: 'change-service'; service: ServiceRef; change: ServiceChange }
  | { type: 'change-node'; node: string; change: NodeChange }
  | { type: 'change-calico'; change: CalicoChange }
  /** From then on the undo is carried out by others than this run, unless it is disarmed in time. */
  | {
      type: 'arm-undo';
      undo: CalicoChange[];
      covered: HolderChoice[];
      /** Those of the covered nodes that carry it out, too: they serve the API themselves. */
      nodes: Pick<ApiNode, 'node' | 'server'>[];
      /** How long it waits to be disarmed. */
      seconds: number;
    }
  | { type: 'disarm-undo' }
  /** The guard is in the kernels, and, over new connections, what could be reached before still can; then the undo is disarmed. */
  | { type: 'prove-access'; ip: string; covered: HolderChoice[]; permitted: GuardedService[] }
  /** Ends the connections to the address that its guard no longer permits. */
  | { type: 'cut-connections'; node: string; ip: string; permitted: GuardedService[] }
  | { type: 'announce'; node: string; ip: string; interface: string; arping: ArpingKind }
  | { type: 'verify'; goal: 'served' | 'gone'; target: VerifyTarget };

/** What a verification looks at. */
export interface VerifyTarget {
  ip: string;
  node: string;
  interface: string;
  ports: { port: number; protocol: string }[];
  /** The holder's MACs: one of them answers for the address on its segment; none: nobody does. */
  macs: string[];
  /** Other nodes with an interface on the address's segment: one is asked who answers. */
  neighbours: { node: string; interface: string }[];
  /** No endpoint is ready: a connect cannot be expected to work. */
  noEndpoints: boolean;
}

/** One step of a plan, and how it is taken back. */
export interface Step {
  /** Unique in the plan, e.g. `record-service`. */
  id: string;
  /** What it does, for a person: `add 20.1.0.167/32 to ens34`. */
  title: string;
  /** `+` makes, `~` changes, `-` removes, `=` only looks or tells. */
  sign: '+' | '~' | '-' | '=';
  action: Action;
  /** Takes the step back; null where there is nothing to take back. */
  inverse: Action | null;
}

/** What one address is to become, in one line. */
export interface PlannedChange {
  verb: 'assign' | 'release' | 'guard' | 'unguard';
  /** null for what a node holds with no Service behind it. */
  service: ServiceRef | null;
  ip: string;
  node: string;
  interface: string;
  /** Of an assignment; null where that is not extip's to say. */
  persistence: Persistence | null;
}

/** What a boot of the node does to an address. */
export type Persistence = 'survives reboot' | 'until reboot';

/** What is going to be done, as data. No steps: nothing to do. */
export interface Plan {
  /** One an address. */
  changes: PlannedChange[];
  steps: Step[];
  warnings: string[];
}
