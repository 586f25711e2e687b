import * as z from 'zod/mini';
import { Name } from '../snapshot/names.ts';

/**
 * Calico's objects as its API has them (api/pkg/apis/projectcalico/v3, 3.28 and 3.32), as far as extip
 * reads them. They are strangers' input: the API server validates what goes through it, and nobody what
 * was written into crd.projectcalico.org or into a snapshot by hand.
 */
const text = z.nullish(z.string());
const texts = z.nullish(z.array(z.string()));
const flag = z.nullish(z.boolean());
const labels = z.nullish(z.record(z.string(), z.string()));

const metadata = z.looseObject({
  name: Name,
  namespace: z.nullish(Name),
  labels,
  annotations: labels,
});

/** A name, or a number as a number or a text: numorstring.Protocol. */
const protocol = z.union([z.string(), z.int().check(z.minimum(0), z.maximum(255))]);

/** A port, `FIRST:LAST`, or the name of one: numorstring.Port. */
const port = z.union([z.string(), z.int().check(z.minimum(0), z.maximum(65_535))]);

const icmp = z.looseObject({ type: z.nullish(z.int()), code: z.nullish(z.int()) });

const entity = z.looseObject({
  nets: texts,
  notNets: texts,
  selector: text,
  notSelector: text,
  namespaceSelector: text,
  ports: z.nullish(z.array(port)),
  notPorts: z.nullish(z.array(port)),
  services: z.nullish(z.looseObject({ name: text, namespace: text })),
  serviceAccounts: z.nullish(z.looseObject({ names: texts, selector: text })),
});
export type EntityRule = z.infer<typeof entity>;

const rule = z.looseObject({
  action: z.enum(['Allow', 'Deny', 'Pass', 'Log']),
  ipVersion: z.nullish(z.union([z.literal(4), z.literal(6)])),
  protocol: z.nullish(protocol),
  notProtocol: z.nullish(protocol),
  icmp: z.nullish(icmp),
  notICMP: z.nullish(icmp),
  source: z.nullish(entity),
  destination: z.nullish(entity),
  http: z.nullish(z.looseObject({})),
});
export type Rule = z.infer<typeof rule>;
const rules = z.nullish(z.array(rule));

const HostEndpoint = z.looseObject({
  metadata,
  spec: z.looseObject({
    node: text,
    interfaceName: text,
    expectedIPs: texts,
    profiles: texts,
  }),
});
export type HostEndpoint = z.infer<typeof HostEndpoint>;

const policySpec = {
  tier: text,
  order: z.nullish(z.number()),
  selector: text,
  serviceAccountSelector: text,
  types: z.nullish(z.array(z.enum(['Ingress', 'Egress']))),
  ingress: rules,
  egress: rules,
};

const GlobalNetworkPolicy = z.looseObject({
  metadata,
  spec: z.looseObject({
    ...policySpec,
    namespaceSelector: text,
    doNotTrack: flag,
    preDNAT: flag,
    applyOnForward: flag,
  }),
});
export type GlobalNetworkPolicy = z.infer<typeof GlobalNetworkPolicy>;

const NetworkPolicy = z.looseObject({ metadata, spec: z.looseObject(policySpec) });
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;

const Tier = z.looseObject({
  metadata,
  spec: z.looseObject({
    order: z.nullish(z.number()),
    defaultAction: z.nullish(z.enum(['Deny', 'Pass'])),
  }),
});
export type Tier = z.infer<typeof Tier>;

const Profile = z.looseObject({
  metadata,
  spec: z.nullish(z.looseObject({ ingress: rules, egress: rules, labelsToApply: labels })),
});
export type Profile = z.infer<typeof Profile>;

/** A GlobalNetworkSet, or a NetworkSet, which has a namespace. */
const NetworkSet = z.looseObject({ metadata, spec: z.nullish(z.looseObject({ nets: texts })) });
export type NetworkSet = z.infer<typeof NetworkSet>;

const protoPort = z.looseObject({
  protocol: text,
  port: z.int().check(z.minimum(0), z.maximum(65_535)),
  net: text,
});
export type ProtoPort = z.infer<typeof protoPort>;

const tunnelPort = z.nullish(z.int().check(z.minimum(0), z.maximum(65_535)));

const FelixConfiguration = z.looseObject({
  metadata,
  spec: z.nullish(
    z.looseObject({
      bpfEnabled: flag,
      interfacePrefix: text,
      failsafeInboundHostPorts: z.nullish(z.array(protoPort)),
      failsafeOutboundHostPorts: z.nullish(z.array(protoPort)),
      ipipEnabled: flag,
      vxlanEnabled: flag,
      vxlanPort: tunnelPort,
      wireguardEnabled: flag,
      wireguardEnabledV6: flag,
      wireguardListeningPort: tunnelPort,
      wireguardListeningPortV6: tunnelPort,
      externalNodesList: texts,
    }),
  ),
});
export type FelixConfiguration = z.infer<typeof FelixConfiguration>;

const IPPool = z.looseObject({
  metadata,
  spec: z.nullish(z.looseObject({ cidr: text, ipipMode: text, vxlanMode: text })),
});
export type IPPool = z.infer<typeof IPPool>;

/** Every Calico cluster has one, `default`. */
const ClusterInformation = z.looseObject({
  metadata,
  spec: z.nullish(z.looseObject({ datastoreReady: flag })),
});
export type ClusterInformation = z.infer<typeof ClusterInformation>;

/** The resources of Calico that are read, each with the form of its objects. */
export const FORMS = {
  tiers: Tier,
  profiles: Profile,
  hostendpoints: HostEndpoint,
  globalnetworkpolicies: GlobalNetworkPolicy,
  networkpolicies: NetworkPolicy,
  globalnetworksets: NetworkSet,
  networksets: NetworkSet,
  felixconfigurations: FelixConfiguration,
  ippools: IPPool,
  clusterinformations: ClusterInformation,
} as const;

export type CalicoResource = keyof typeof FORMS;

export const CALICO_RESOURCES = Object.keys(FORMS) as readonly CalicoResource[];
