import type { Check } from '../../check.ts';
import { apiServerPort } from './api-server-port.ts';
import { clusterIp } from './cluster-ip.ts';
import { endpointsNotReady } from './endpoints-not-ready.ts';
import { externalPolicy } from './external-policy.ts';
import { familyNotServed } from './family-not-served.ts';
import { healthCheckPortClosed } from './health-check-port-closed.ts';
import { inPodRange } from './in-pod-range.ts';
import { inPool } from './in-pool.ts';
import { namedPortOfNoPod } from './named-port-of-no-pod.ts';
import { namedPortOfSomePods } from './named-port-of-some-pods.ts';
import { noEndpoints } from './no-endpoints.ts';
import { notProxied } from './not-proxied.ts';
import { notRecorded } from './not-recorded.ts';
import { nothingListens } from './nothing-listens.ts';
import { oddLastByte } from './odd-last-byte.ts';
import { onNoNode } from './on-no-node.ts';
import { onSeveralNodes } from './on-several-nodes.ts';
import { onWrongNode } from './on-wrong-node.ts';
import { ownAddress } from './own-address.ts';
import { ownAddressUnderIpvs } from './own-address-under-ipvs.ts';
import { portOfAHostPort } from './port-of-a-host-port.ts';
import { portOfAListener } from './port-of-a-listener.ts';
import { portOfANodePort } from './port-of-a-node-port.ts';
import { portOfAWildcardListener } from './port-of-a-wildcard-listener.ts';
import { portOfTwoServices } from './port-of-two-services.ts';
import { sessionAffinity } from './session-affinity.ts';
import { sourceRanges } from './source-ranges.ts';
import { sourceRangesDoNotHold } from './source-ranges-do-not-hold.ts';
import { subnetEnd } from './subnet-end.ts';
import { willBePutBack } from './will-be-put-back.ts';

/** EXT2xx, in order. */
export const SERVICE: readonly Check[] = [
  onNoNode,
  onSeveralNodes,
  onWrongNode,
  noEndpoints,
  endpointsNotReady,
  namedPortOfNoPod,
  namedPortOfSomePods,
  nothingListens,
  notProxied,
  familyNotServed,
  portOfTwoServices,
  portOfAListener,
  portOfAWildcardListener,
  portOfANodePort,
  portOfAHostPort,
  ownAddress,
  ownAddressUnderIpvs,
  apiServerPort,
  clusterIp,
  inPodRange,
  inPool,
  subnetEnd,
  oddLastByte,
  sourceRangesDoNotHold,
  sourceRanges,
  sessionAffinity,
  externalPolicy,
  healthCheckPortClosed,
  notRecorded,
  willBePutBack,
];
