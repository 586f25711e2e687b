import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';

/** What a path of the API is about, as messages and permissions name it. */
export interface Target {
  /** The plural that RBAC uses, e.g. `services`; with a subresource `services/status`. */
  resource: string;
  namespace?: string;
  name?: string;
}

export type Query = Record<string, string | number | boolean | undefined>;

/**
 * The path of a resource: `resourcePath('v1', 'services', { namespace: 'default', name: 'web' })`.
 * Names are encoded, and the two that a path would swallow (`.` and `..`) are refused.
 */
export function resourcePath(
  groupVersion: string,
  resource: string,
  where: { namespace?: string; name?: string } = {},
): string {
  const parts = [groupVersion.includes('/') ? '/apis' : '/api', groupVersion];
  if (where.namespace !== undefined) parts.push('namespaces', segment(where.namespace));
  parts.push(resource);
  if (where.name !== undefined) parts.push(segment(where.name));
  return parts.join('/');
}

const PATH =
  /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;

/** The reverse of `resourcePath`; a path of no resource (`/apis`, `/version`) is its own name. */
export function parsePath(path: string): Target {
  const match = PATH.exec(path);
  if (!match) return { resource: path };
  const [, namespace, resource = '', name, subresource] = match;
  return {
    resource: subresource ? `${resource}/${subresource}` : resource,
    ...(namespace && { namespace: decodeURIComponent(namespace) }),
    ...(name && { name: decodeURIComponent(name) }),
  };
}

/** `?a=b`, without what is undefined; empty when nothing is left. */
export function queryString(query: Query): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(
    entries.map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  return text && `?${text}`;
}

/** The target in words: `service default/web`, `services in namespace default`, `nodes`. */
export function describeTarget({ resource, namespace, name }: Target): string {
  const [plural = resource] = resource.startsWith('/') ? [resource] : resource.split('/');
  if (name !== undefined) {
    return oneLine(`${singular(plural)} ${namespace ? `${namespace}/${name}` : name}`);
  }
  return oneLine(namespace ? `${plural} in namespace ${namespace}` : plural);
}

/** The target as `ErrorDetails.object` has it: `service/default/web`. */
export function objectOf(target: Target): string {
  return describeTarget(target).replace(' ', '/');
}

function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') {
    throw new UsageError(`${JSON.stringify(name)} is not the name of a Kubernetes object`, {
      reason: 'bad-name',
    });
  }
  return encodeURIComponent(name.toWellFormed());
}

function singular(plural: string): string {
  if (plural.startsWith('/')) return plural;
  return plural.replace(/ies$/, 'y').replace(/s$/, '');
}
