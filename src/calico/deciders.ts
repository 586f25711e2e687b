import type { IpRange } from '../net/ip.ts';
import type { AddressSets } from './address-sets.ts';
import { type AgentSettings, agentSettings, isFailsafe } from './agent-settings.ts';
import type { Answer } from './answer.ts';
import { type Direction, type EndpointPolicies, endpointPolicies } from './endpoint-policies.ts';
import { type Governing, governingEndpoint, type Place } from './governing-endpoint.ts';
import type { HostEndpoint } from './objects.ts';
import type { Packet } from './packet.ts';
import { type ProfileStep, profileSteps } from './profile-verdict.ts';
import type { CalicoObjects } from './read-objects.ts';
import { tunnelPeers } from './tunnels.ts';

/** What decides of packets at an interface. */
export interface Deciders {
  /** The endpoints of the interface, or why they are not known. */
  governing: Governing | { unknown: string };
  /** The policies of the one that governs; null: none does, or it is not known. */
  policies: EndpointPolicies | null;
  /** Those whose preDNAT policies are asked. */
  before: EndpointPolicies | null;
  settings: AgentSettings;
  /** The ranges of addresses that tunnels tell apart. */
  tunnelPeers: readonly IpRange[];
  profiles(direction: Direction): readonly ProfileStep[];
  /** Whether the packet is let through before any policy, where failsafe ports are asked. */
  failsafe(direction: Direction, packet: Packet): Answer;
}

/** Finds what decides at an interface, as `judgeOf` has it. */
export function decidersOf(objects: CalicoObjects, place: Place, sets: AddressSets): Deciders {
  const governing = governingEndpoint(objects, place);
  const settings = agentSettings(objects, place.node);
  const policiesOf = (endpoint: HostEndpoint | null | undefined) =>
    endpoint ? endpointPolicies(objects, endpoint, sets) : null;
  const { endpoint, forAll } =
    'unknown' in governing ? { endpoint: null, forAll: null } : governing;
  const policies = policiesOf(endpoint);
  const steps = (direction: Direction) =>
    endpoint ? profileSteps(objects, endpoint, direction, sets) : [];
  const profiles = { ingress: steps('ingress'), egress: steps('egress') };
  const unread = objects.unread.find(({ resource }) => resource === 'felixconfigurations');
  return {
    governing,
    policies,
    // Where an endpoint for this interface has no preDNAT policies, those of the one for all hold:
    // only interfaces with some are in the chain that leads to them (updateHostEndpoints,
    // felix/dataplane/linux/endpoint_mgr.go, 3.28).
    before: policies?.has('preDNAT') ? policies : policiesOf(forAll),
    settings,
    tunnelPeers: tunnelPeers(settings.tunnels, sets.hosts),
    profiles: (direction) => profiles[direction],
    failsafe(direction, packet) {
      if (unread) return { unknown: `failsafe ports: ${unread.reason}` };
      return direction === 'ingress'
        ? isFailsafe(settings.failsafeInbound, packet, packet.source)
        : isFailsafe(settings.failsafeOutbound, packet, packet.destination);
    },
  };
}

/** Why it is not known what decides, where an endpoint governs; null: it is. */
export function whyNotKnown({ governing, policies, before, settings }: Deciders): string | null {
  if ('unknown' in governing) return governing.unknown;
  if (!policies) return null;
  if (settings.bpf) return "Calico's agent works with eBPF, whose rules are others";
  return policies.unknown ?? before?.unknown ?? null;
}
