/** A request of extip to the API. */
export interface ApiRequest {
  method: string;
  /** With query. */
  path: string;
  body: string;
}

/** `/api/v1/…` or `/apis/GROUP/VERSION/…`, with a namespace or without. */
const BEFORE_RESOURCE = /^\/(?:api|apis\/[^/]+)\/[^/]+\/(?:namespaces\/[^/]+\/)?/;

/** What a write to the API is, e.g. `patch services/web`; null for a renewal of the Lease. */
export function labelRequest({ method, path, body }: ApiRequest): string | null {
  const { pathname, searchParams } = new URL(path, 'http://api');
  const [resource, ...name] = pathname.replace(BEFORE_RESOURCE, '').split('/');
  if (resource === 'leases') return labelLease(JSON.parse(body).spec);
  const verb = searchParams.has('dryRun') ? 'dry-run' : method.toLowerCase();
  return [verb, [resource, ...name].join('/')].join(' ');
}

/** Only whoever takes the Lease writes both times at once. */
function labelLease(spec: {
  holderIdentity?: string;
  acquireTime?: string;
  renewTime?: string;
}): string | null {
  if (!spec.holderIdentity) return 'give back the lease';
  return spec.acquireTime === spec.renewTime ? 'take the lease' : null;
}
