import type { Check } from '../check.ts';
import { CALICO } from './calico/index.ts';
import { anotherMachine } from './node/another-machine.ts';
import { conntrackFull } from './node/conntrack-full.ts';
import { conntrackNearlyFull } from './node/conntrack-nearly-full.ts';
import { deprecated } from './node/deprecated.ts';
import { doubtfulMachine } from './node/doubtful-machine.ts';
import { duplicateAddress } from './node/duplicate-address.ts';
import { forwardingOff } from './node/forwarding-off.ts';
import { goesWithPrimary } from './node/goes-with-primary.ts';
import { heldByAnotherHost } from './node/held-by-another-host.ts';
import { interfaceDown } from './node/interface-down.ts';
import { isSource } from './node/is-source.ts';
import { networkOnLoopback } from './node/network-on-loopback.ts';
import { noWayBack } from './node/no-way-back.ts';
import { notRestored } from './node/not-restored.ts';
import { notRoot } from './node/not-root.ts';
import { onAnotherInterface } from './node/on-another-interface.ts';
import { silentHolder } from './node/silent-holder.ts';
import { staleNeighbour } from './node/stale-neighbour.ts';
import { strictReversePath } from './node/strict-reverse-path.ts';
import { takenByCalico } from './node/taken-by-calico.ts';
import { takenByKubelet } from './node/taken-by-kubelet.ts';
import { tentative } from './node/tentative.ts';
import { tunnelMtu } from './node/tunnel-mtu.ts';
import { unequalMtu } from './node/unequal-mtu.ts';
import { unreadable } from './node/unreadable.ts';
import { untilReboot } from './node/until-reboot.ts';
import { widePrefix } from './node/wide-prefix.ts';
import { noEndpoints } from './service/no-endpoints.ts';
import { onNoNode } from './service/on-no-node.ts';
import { onSeveralNodes } from './service/on-several-nodes.ts';

/** All checks, by their codes. A code that is gone is never given to another one. */
export const CHECKS: readonly Check[] = [
  onNoNode,
  onSeveralNodes,
  noEndpoints,
  unreadable,
  anotherMachine,
  doubtfulMachine,
  notRoot,
  onAnotherInterface,
  silentHolder,
  widePrefix,
  networkOnLoopback,
  goesWithPrimary,
  isSource,
  duplicateAddress,
  tentative,
  deprecated,
  notRestored,
  untilReboot,
  heldByAnotherHost,
  staleNeighbour,
  strictReversePath,
  noWayBack,
  forwardingOff,
  conntrackFull,
  conntrackNearlyFull,
  interfaceDown,
  unequalMtu,
  tunnelMtu,
  takenByKubelet,
  takenByCalico,
  ...CALICO,
];
