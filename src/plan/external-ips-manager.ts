import { parseIp } from '../net/ip.ts';
import type { ManagedFieldsEntry, Service } from '../snapshot/kubernetes.ts';
import { ASSIGNMENTS_ANNOTATION } from '../snapshot/records.ts';

const RECORD = `f:${ASSIGNMENTS_ANNOTATION}`;

/** What `kubectl apply` applied, as it was. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Who but extip writes the Service's spec.externalIPs, and will write it again: `kubectl apply`
 * where the manifest that it applied last has the list, else the field manager that owns it; null
 * when it is nobody. The manifest counts first, because after a change of extip's the list is
 * extip's own, and an empty one nobody's.
 */
export function externalIPsManager({ metadata }: Service): string | null {
  if (lastAppliedIPs(metadata.annotations?.[LAST_APPLIED]) !== null) return 'kubectl apply';
  return metadata.managedFields?.find(isOfOthers)?.manager ?? null;
}

/**
 * The external IPs in the manifest that `kubectl apply` applied last, which it puts back, in canonical form;
 * null: it leaves them alone, or this is no such manifest.
 */
export function lastAppliedIPs(manifest: unknown): string[] | null {
  if (typeof manifest !== 'string') return null;
  try {
    const { externalIPs } = JSON.parse(manifest).spec;
    if (externalIPs === undefined) return null;
    const texts: unknown[] = Array.isArray(externalIPs) ? externalIPs : [];
    return texts.flatMap((text) => parseIp(String(text))?.text ?? []);
  } catch {
    return null;
  }
}

/** Who but extip applied spec.externalIPs on the server's side, and will apply it again; null: nobody. */
export function serverSideApplier({ metadata }: Service): string | null {
  const appliers = metadata.managedFields?.filter(({ operation }) => operation === 'Apply');
  return appliers?.find(isOfOthers)?.manager ?? null;
}

function isOfOthers({ manager, fieldsV1 }: ManagedFieldsEntry): boolean {
  // With --field-manager extip goes by another name: who writes its record is extip.
  const isOwn = manager === 'extip' || has(fieldsV1, 'f:metadata', 'f:annotations', RECORD);
  return !isOwn && has(fieldsV1, 'f:spec', 'f:externalIPs');
}

function has(fields: unknown, ...path: string[]): boolean {
  let value = fields;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value !== undefined;
}
