import { featureGateCommand } from '../../../explain/help-commands.ts';
import { nameList } from '../../../explain/phrases.ts';
import { oncePer } from '../../../once-per.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterState } from '../../../snapshot/model.ts';
import { externalIPs, whyNotProxied } from '../../../snapshot/queries.ts';
import type { NodeCheck } from '../../check.ts';

/** As kube-proxy's metrics have it: `kubernetes_feature_enabled{name="…",stage="…"} 0`. */
const GATE_OFF = /^kubernetes_feature_enabled\{name="AllowServiceExternalIPs"[^}]*\} 0$/m;

/** The API takes them, and nobody says that they do not work. */
export const gateOff: NodeCheck = {
  code: 'EXT102',
  title: 'kube-proxy does not serve external IPs',
  severity: 'error',
  reads: ['services'],
  ofNode: ['kube-proxy-gates.txt'],
  standsInPart: true,
  findOn: ({ state: { name }, files }, { cluster }) => {
    const [off] = GATE_OFF.exec(files.bytes['kube-proxy-gates.txt']?.toString() ?? '') ?? [];
    const lost = served(cluster);
    if (off === undefined || lost.length === 0) return [];
    return [
      {
        object: `node/${name}`,
        touches: lost.map((key) => `service/${key}`),
        message: `kube-proxy on ${name} makes no rules for external IPs, because its feature gate AllowServiceExternalIPs is off: those of ${nameList(lost)} do not work there`,
        evidence: [`${name} kube-proxy-gates.txt: ${off}`],
        fix: {
          advice: `set featureGates: {AllowServiceExternalIPs: true} in kube-proxy's configuration, restart it, and look: ${featureGateCommand(name)}`,
        },
      },
    ];
  },
};

/** The Services that have external IPs. */
const served = oncePer(({ services }: ClusterState) =>
  services
    .filter((service) => externalIPs(service).length > 0 && !whyNotProxied(service))
    .map(serviceKey),
);
