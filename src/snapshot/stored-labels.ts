import * as z from 'zod/mini';

/**
 * The annotation in which Calico keeps an object's own metadata as JSON, where the object is one of
 * crd.projectcalico.org/v1 (ConvertCalicoResourceToK8sResource,
 * libcalico-go/lib/backend/k8s/resources/resources.go, 3.28).
 */
export const STORED_METADATA = 'projectcalico.org/metadata';

const StoredMetadata = z.looseObject({ labels: z.nullish(z.record(z.string(), z.string())) });

/** The labels in that annotation's text; null where it is not as Calico writes it. */
export function storedLabels(text: string): Record<string, string> | null {
  try {
    return StoredMetadata.parse(JSON.parse(text)).labels ?? {};
  } catch {
    return null;
  }
}
