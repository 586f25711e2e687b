import { outsideAddresses } from '../../../explain/evidence.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import type { ClusterCheck } from '../../check.ts';
import { addressLine } from '../../facts/service-facts.ts';

/** It is allowed; some old devices take it for that of a network. */
export const oddLastByte: ClusterCheck = {
  code: 'EXT223',
  title: 'an external IP ends in .0 or .255',
  severity: 'info',
  reads: ['services'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) =>
    outsideAddresses(evidence)
      .filter(({ ip }) => /\.(0|255)$/.test(ip))
      .map(({ ip, services }) => ({
        object: `ip/${ip}`,
        touches: services.map(serviceObject),
        message: `${ip} ends in ${ip.slice(ip.lastIndexOf('.'))}: some devices and programs take it for the address of a network, and refuse it`,
        evidence: services.map((service) => addressLine(service, ip)),
        fix: null,
      })),
};
