import type { Check } from '../../check.ts';
import { agentAbsent } from './agent-absent.ts';
import { agentBehind } from './agent-behind.ts';
import { allowWithoutDeny } from './allow-without-deny.ts';
import { bgpAndNode } from './bgp-and-node.ts';
import { datastoreLocked } from './datastore-locked.ts';
import { ebpf } from './ebpf.ts';
import { endpointClosed } from './endpoint-closed.ts';
import { endpointIdle } from './endpoint-idle.ts';
import { endpointWithoutProfile } from './endpoint-without-profile.ts';
import { guardChanged } from './guard-changed.ts';
import { guardFailsafePort } from './guard-failsafe-port.ts';
import { guardInterfaceOpen } from './guard-interface-open.ts';
import { guardLeftOver } from './guard-left-over.ts';
import { guardPorts } from './guard-ports.ts';
import { guardSharedUnguarded } from './guard-shared-unguarded.ts';
import { policyBeforeGuard } from './policy-before-guard.ts';
import { policySelectsOurLabel } from './policy-selects-our-label.ts';

/** All that are about Calico, by their codes. */
export const CALICO: readonly Check[] = [
  endpointClosed,
  endpointWithoutProfile,
  endpointIdle,
  allowWithoutDeny,
  policyBeforeGuard,
  policySelectsOurLabel,
  guardPorts,
  guardInterfaceOpen,
  guardChanged,
  guardLeftOver,
  guardFailsafePort,
  guardSharedUnguarded,
  agentAbsent,
  agentBehind,
  bgpAndNode,
  ebpf,
  datastoreLocked,
];
