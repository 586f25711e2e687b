import type { Service } from '../snapshot/kubernetes.ts';

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
    const spec = fieldsV1?.['f:spec'] as Record<string, unknown> | undefined;
    return manager !== 'extip' && spec?.['f:externalIPs'] !== undefined;
  });
  return owner?.manager ?? null;
}

function hasList(manifest: string | undefined): boolean {
  try {
    return JSON.parse(manifest ?? '').spec.externalIPs !== undefined;
  } catch {
    return false;
  }
}
