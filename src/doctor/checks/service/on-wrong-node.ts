import { wrongHolder } from '../../../explain/observations/wrong-holder.ts';
import { nameList } from '../../../explain/phrases.ts';
import { servingNodes } from '../../../snapshot/endpoints.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';
import { placeLines } from '../../facts/place-lines.ts';
import { nameIn, servicesOn } from '../../facts/service-facts.ts';

/** With externalTrafficPolicy Local it sends to pods of its own alone, and has none. */
export const onWrongNode: ClusterCheck = {
  code: 'EXT203',
  title: 'an external IP is on a node that drops what comes in for it',
  severity: 'error',
  reads: ['services', 'endpointslices'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: (evidence) =>
    observed(wrongHolder(evidence), 'error', ({ object }) => {
      const { snapshot } = evidence;
      const ip = nameIn(object);
      const local = servicesOn(snapshot, ip).filter(
        ({ spec }) => spec.externalTrafficPolicy === 'Local',
      );
      return [
        ...placeLines(evidence, ip),
        ...local.flatMap((service) => [
          `service ${serviceKey(service)}: externalTrafficPolicy is Local`,
          `endpointslices of ${serviceKey(service)}: ready ones are on ${nameList(servingNodes(snapshot, service))}`,
        ]),
      ];
    }),
};
