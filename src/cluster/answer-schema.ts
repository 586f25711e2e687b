import * as z from 'zod/mini';
import { Name } from '../snapshot/names.ts';
import type { Verb } from './api-error.ts';

const text = z.nullish(z.string());
const texts = z.nullish(z.array(z.string()));
const textByKey = z.nullish(z.record(z.string(), z.string()));
const number = z.nullish(z.number());
const flag = z.nullish(z.boolean());

const portNumber = z.int().check(z.minimum(1), z.maximum(65_535));
const protocol = z.nullish(z.enum(['TCP', 'UDP', 'SCTP']));

const metadata = z.looseObject({
  name: Name,
  namespace: z.nullish(Name),
  uid: z.nullish(Name),
  resourceVersion: text,
  labels: textByKey,
  annotations: textByKey,
  creationTimestamp: text,
  deletionTimestamp: text,
  managedFields: z.nullish(
    z.array(
      z.looseObject({
        manager: text,
        operation: text,
        subresource: text,
        fieldsV1: z.nullish(z.record(z.string(), z.unknown())),
      }),
    ),
  ),
});

const Service = z.looseObject({
  metadata,
  spec: z.looseObject({
    type: text,
    clusterIP: text,
    clusterIPs: texts,
    externalIPs: texts,
    externalTrafficPolicy: text,
    internalTrafficPolicy: text,
    healthCheckNodePort: number,
    loadBalancerIP: text,
    loadBalancerClass: text,
    ipFamilyPolicy: text,
    loadBalancerSourceRanges: texts,
    sessionAffinity: text,
    sessionAffinityConfig: z.nullish(
      z.looseObject({ clientIP: z.nullish(z.looseObject({ timeoutSeconds: number })) }),
    ),
    ipFamilies: texts,
    selector: textByKey,
    ports: z.nullish(
      z.array(
        z.looseObject({
          name: z.optional(z.string()),
          port: portNumber,
          protocol,
          nodePort: z.optional(portNumber),
          targetPort: z.optional(z.union([z.string(), z.number()])),
        }),
      ),
    ),
  }),
  status: z.nullish(
    z.looseObject({
      loadBalancer: z.nullish(
        z.looseObject({ ingress: z.nullish(z.array(z.looseObject({ ip: text, ipMode: text }))) }),
      ),
    }),
  ),
});

const Node = z.looseObject({
  metadata,
  spec: z.nullish(z.looseObject({ podCIDR: text, podCIDRs: texts, unschedulable: flag })),
  status: z.nullish(
    z.looseObject({
      addresses: z.nullish(z.array(z.looseObject({ type: z.string(), address: z.string() }))),
      nodeInfo: z.nullish(z.looseObject({ machineID: text })),
    }),
  ),
});

const EndpointSlice = z.looseObject({
  metadata,
  endpoints: z.nullish(
    z.array(
      z.looseObject({
        addresses: z.array(z.string()),
        nodeName: z.nullish(Name),
        conditions: z.nullish(z.looseObject({ ready: flag, serving: flag, terminating: flag })),
        targetRef: z.nullish(z.looseObject({ kind: text, name: text, namespace: text })),
      }),
    ),
  ),
  ports: z.nullish(
    z.array(
      z.looseObject({ name: z.optional(z.string()), port: z.optional(portNumber), protocol }),
    ),
  ),
});

const Pod = z.looseObject({
  metadata,
  spec: z.nullish(z.looseObject({ nodeName: z.nullish(Name), hostNetwork: flag })),
  status: z.nullish(
    z.looseObject({
      podIP: text,
      podIPs: z.nullish(z.array(z.looseObject({ ip: text }))),
    }),
  ),
});

const Lease = z.looseObject({
  metadata,
  spec: z.nullish(
    z.looseObject({
      holderIdentity: text,
      leaseDurationSeconds: number,
      leaseTransitions: z.nullish(z.int().check(z.minimum(0))),
    }),
  ),
});

const Pool = z.looseObject({
  metadata,
  spec: z.nullish(z.looseObject({ cidr: text, addresses: texts })),
});

const OBJECTS: Record<string, z.ZodMiniType> = {
  services: Service,
  nodes: Node,
  endpointslices: EndpointSlice,
  pods: Pod,
  leases: Lease,
  ippools: Pool,
  ipaddresspools: Pool,
  namespaces: z.looseObject({ metadata }),
  configmaps: z.looseObject({ metadata: z.nullish(metadata), data: textByKey }),
  '/apis': z.looseObject({ groups: z.array(z.looseObject({ name: z.string() })) }),
};

/** Of these a list may have one that is not as it should be: it is left out, and said so. */
const SINGLE_OBJECTS: typeof OBJECTS = {
  ...OBJECTS,
  hostendpoints: z.looseObject({ metadata, spec: z.looseObject({}) }),
  globalnetworkpolicies: z.looseObject({ metadata, spec: z.looseObject({}) }),
};

const LISTS = Object.fromEntries(
  Object.entries(OBJECTS).map(([resource, object]) => [
    resource,
    z.looseObject({
      items: z.nullable(z.array(object)),
      metadata: z.nullish(z.looseObject({ continue: text, resourceVersion: text })),
    }),
  ]),
);

/**
 * What in an answer is not as Kubernetes sends it, as far as extip reads it: the path to it, e.g.
 * `items.3.metadata.name`; null where all is. The server may be a stranger's: names end up in
 * commands that people paste.
 */
export function faultInAnswer(resource: string, verb: Verb, answer: unknown): string | null {
  // What a deletion answers may be a Status.
  if (verb === 'delete') return null;
  const schema = (verb === 'list' ? LISTS : SINGLE_OBJECTS)[resource];
  const issue = schema?.safeParse(answer).error?.issues[0];
  return issue ? issue.path.map(String).join('.') || 'the whole' : null;
}
