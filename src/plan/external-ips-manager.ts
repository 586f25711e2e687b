import type { Service } from '../snapshot/kubernetes.ts';
import { ASSIGNMENTS_ANNOTATION } from '../snapshot/records.ts';

const RECORD = `f:${ASSIGNMENTS_ANNOTATION}`;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Who but extip writes the Service's spec.externalIPs, and will write it again: `kubectl apply`
 * where the manifest that it applied last has the list, else the field manager that owns it; null
 * when it is nobody. The manifest counts first, because after a change of extip's the list is
 * extip's own, and an empty one nobody's.
 */
export function externalIPsManager({ metadata }: Service): string | null {
  if (hasList(metadata.annotations?.[LAST_APPLIED])) return 'kubectl apply';
  const owner = metadata.managedFields?.find(({ manager, fieldsV1 }) => {
    // With --field-manager extip goes by another name: who writes its record is extip.
    const isOwn = manager === 'extip' || has(fieldsV1, 'f:metadata', 'f:annotations', RECORD);
    return !isOwn && has(fieldsV1, 'f:spec', 'f:externalIPs');
  });
  return owner?.manager ?? null;
}

function has(fields: unknown, ...path: string[]): boolean {
  let value = fields;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value !== undefined;
}

function hasList(manifest: string | undefined): boolean {
  try {
    return JSON.parse(manifest ?? '').spec.externalIPs !== undefined;
  } catch {
    return false;
  }
}
