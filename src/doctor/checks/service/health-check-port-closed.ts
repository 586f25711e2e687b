import { serviceObject } from '../../../explain/phrases.ts';
import { readListeners } from '../../../net/read-listeners.ts';
import { oncePer } from '../../../once-per.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterState } from '../../../snapshot/model.ts';
import type { NodeCheck } from '../../check.ts';

/** Who asks there takes the node for one without pods of the Service. */
export const healthCheckPortClosed: NodeCheck = {
  code: 'EXT228',
  title: 'nothing answers on the health-check port of a Service',
  severity: 'warning',
  reads: ['services'],
  ofNode: ['listeners.txt'],
  standsInPart: true,
  findOn: ({ state, files, evidence }, { cluster }) => {
    const asked = checked(cluster);
    const isServed = evidence.servedBy !== 'none' && evidence.servedBy !== 'unknown';
    if (asked.length === 0 || !isServed) return [];
    const { listeners, problems } = readListeners(files.bytes['listeners.txt']?.toString() ?? '');
    // A line that cannot be read may be the one.
    if (problems.length > 0) return [];
    const open = new Set(
      listeners.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port),
    );
    return asked
      .filter(({ spec }) => !open.has(spec.healthCheckNodePort ?? 0))
      .map((service) => ({
        object: serviceObject(service),
        touches: [`node/${state.name}`],
        message: `nothing listens on port ${service.spec.healthCheckNodePort} of ${state.name}, where load balancers ask whether it runs endpoints of ${serviceKey(service)}: they send it nothing`,
        evidence: [
          `service ${serviceKey(service)}: healthCheckNodePort is ${service.spec.healthCheckNodePort}`,
          `${state.name} listeners.txt: no line for tcp port ${service.spec.healthCheckNodePort}`,
        ],
        fix: {
          advice: `see what kube-proxy on ${state.name} says: it opens the port where it runs and knows the Service`,
        },
      }));
  },
};

const checked = oncePer(({ services }: ClusterState) =>
  services.filter(({ spec }) => spec.healthCheckNodePort),
);
