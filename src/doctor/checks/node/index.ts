import type { Check } from '../../check.ts';
import { anotherMachine } from './another-machine.ts';
import { conntrackFull } from './conntrack-full.ts';
import { conntrackNearlyFull } from './conntrack-nearly-full.ts';
import { deprecated } from './deprecated.ts';
import { doubtfulMachine } from './doubtful-machine.ts';
import { duplicateAddress } from './duplicate-address.ts';
import { forwardingOff } from './forwarding-off.ts';
import { goesWithPrimary } from './goes-with-primary.ts';
import { heldByAnotherHost } from './held-by-another-host.ts';
import { interfaceDown } from './interface-down.ts';
import { isSource } from './is-source.ts';
import { networkOnLoopback } from './network-on-loopback.ts';
import { noWayBack } from './no-way-back.ts';
import { notRestored } from './not-restored.ts';
import { notRoot } from './not-root.ts';
import { onAnotherInterface } from './on-another-interface.ts';
import { silentHolder } from './silent-holder.ts';
import { staleNeighbour } from './stale-neighbour.ts';
import { strictReversePath } from './strict-reverse-path.ts';
import { takenByCalico } from './taken-by-calico.ts';
import { takenByKubelet } from './taken-by-kubelet.ts';
import { tentative } from './tentative.ts';
import { tunnelMtu } from './tunnel-mtu.ts';
import { unequalMtu } from './unequal-mtu.ts';
import { unreadable } from './unreadable.ts';
import { untilReboot } from './until-reboot.ts';
import { widePrefix } from './wide-prefix.ts';

/** EXT3xx, in order. */
export const NODE: readonly Check[] = [
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
];
