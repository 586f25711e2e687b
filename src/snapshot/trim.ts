import { GUARD_ANNOTATION, IP_ANNOTATION } from '../calico/change.ts';
import { METALLB_ANNOTATIONS } from '../metallb/annotations.ts';
import { LAST_APPLIED, lastAppliedIPs } from '../plan/external-ips-manager.ts';
import { ASSIGNMENTS_ANNOTATION } from './records.ts';
import { redactPasswords } from './redact-passwords.ts';
import type { ResourceName } from './resources.ts';
import { STORED_METADATA, storedLabels } from './stored-labels.ts';

/** An object as the API sends it. */
export type ApiObject = Record<string, unknown>;

/**
 * The object without what may be secret and nobody needs: annotations but for extip's own, those that
 * MetalLB goes by, of Calico's a node's addresses and the labels, and of what `kubectl apply` applied the
 * external IPs; the fields' managers but for those of spec.externalIPs and of extip's record, of a Pod all
 * but where it is and what it is called, passwords of MetalLB's old configuration.
 */
export function trimObject(resource: ResourceName, object: ApiObject): ApiObject {
  const trimmed = { ...object, ...(object.metadata ? { metadata: trimMetadata(object) } : {}) };
  switch (resource) {
    case 'pods':
      return trimPod(trimmed);
    case 'nodes':
      return trimNode(trimmed);
    case 'events':
      return pick(trimmed, EVENT_FIELDS);
    case 'configmaps':
      return trimConfigMap(trimmed);
    default:
      return trimmed;
  }
}

function trimMetadata(object: ApiObject): ApiObject {
  const { managedFields, annotations, ...metadata } = at(object, 'metadata');
  const kept = trimAnnotations(record(annotations));
  const managers = Array.isArray(managedFields) ? managedFields.flatMap(trimManager) : [];
  return {
    ...metadata,
    ...(Object.keys(kept).length > 0 && { annotations: kept }),
    ...(managers.length > 0 && { managedFields: managers }),
  };
}

const KEPT_ANNOTATIONS = [
  ASSIGNMENTS_ANNOTATION,
  GUARD_ANNOTATION,
  IP_ANNOTATION,
  // By which Calico knows a Node.
  'projectcalico.org/IPv4Address',
  'projectcalico.org/IPv6Address',
];

/** Others may hold whole manifests and tokens. */
function trimAnnotations(annotations: ApiObject): ApiObject {
  const { [STORED_METADATA]: stored } = annotations;
  const labels = typeof stored === 'string' ? storedLabels(stored) : null;
  const applied = lastAppliedIPs(annotations[LAST_APPLIED]);
  return {
    ...pick(annotations, [...KEPT_ANNOTATIONS, ...METALLB_ANNOTATIONS]),
    ...(applied && { [LAST_APPLIED]: JSON.stringify({ spec: { externalIPs: applied } }) }),
    ...(labels && { [STORED_METADATA]: JSON.stringify({ labels }) }),
  };
}

const RECORD = `f:${ASSIGNMENTS_ANNOTATION}`;

/** Of what a manager owns only whether it owns those two. */
function trimManager(entry: unknown): ApiObject[] {
  const { fieldsV1 } = record(entry);
  const spec = pick(at(record(fieldsV1), 'f:spec'), ['f:externalIPs']);
  const annotations = pick(at(at(record(fieldsV1), 'f:metadata'), 'f:annotations'), [RECORD]);
  const fields = {
    ...(Object.keys(spec).length > 0 && { 'f:spec': { 'f:externalIPs': {} } }),
    ...(Object.keys(annotations).length > 0 && {
      'f:metadata': { 'f:annotations': { [RECORD]: {} } },
    }),
  };
  if (Object.keys(fields).length === 0) return [];
  const rest = pick(record(entry), ['manager', 'operation', 'subresource', 'apiVersion', 'time']);
  return [{ ...rest, fieldsType: 'FieldsV1', fieldsV1: fields }];
}

const POD_METADATA = [
  'name',
  'namespace',
  'uid',
  'labels',
  'creationTimestamp',
  'deletionTimestamp',
];

function trimPod(pod: ApiObject): ApiObject {
  const spec = at(pod, 'spec');
  const status = at(pod, 'status');
  return {
    ...pick(pod, ['apiVersion', 'kind']),
    metadata: pick(at(pod, 'metadata'), POD_METADATA),
    spec: {
      ...pick(spec, ['nodeName', 'hostNetwork']),
      containers: list(spec.containers).map((one) => pick(record(one), ['name', 'ports'])),
    },
    status: {
      ...pick(status, ['phase', 'hostIP', 'podIP', 'podIPs']),
      conditions: list(status.conditions).map((one) => pick(record(one), ['type', 'status'])),
    },
  };
}

/** Without the list of its images, which is longer than all the rest. */
function trimNode(node: ApiObject): ApiObject {
  const status = omit(at(node, 'status'), ['images', 'volumesInUse', 'volumesAttached', 'config']);
  return { ...node, ...(node.status ? { status } : {}) };
}

const EVENT_FIELDS = [
  ...['apiVersion', 'kind', 'metadata', 'involvedObject', 'reason', 'message', 'type', 'count'],
  ...['firstTimestamp', 'lastTimestamp', 'eventTime', 'source', 'reportingComponent'],
];

/** Of kube-proxy's its configuration, not the kubeconfig beside it. */
function trimConfigMap(configMap: ApiObject): ApiObject {
  const isMetalLbs = at(configMap, 'metadata').namespace === 'metallb-system';
  const { config, 'config.conf': proxyConfig } = at(configMap, 'data');
  const data = isMetalLbs
    ? typeof config === 'string' && { config: redactPasswords(config) }
    : typeof proxyConfig === 'string' && { 'config.conf': proxyConfig };
  return { ...pick(configMap, ['apiVersion', 'kind', 'metadata']), ...(data && { data }) };
}

function at(object: ApiObject, key: string): ApiObject {
  return record(object[key]);
}

function record(value: unknown): ApiObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as ApiObject)
    : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function pick(object: ApiObject, keys: readonly string[]): ApiObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}

function omit(object: ApiObject, keys: readonly string[]): ApiObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
