import { parseDocument } from 'yaml';
import * as z from 'zod/mini';

const Config = z.looseObject({
  'address-pools': z.nullish(
    z.array(z.looseObject({ name: z.string(), addresses: z.array(z.string()) })),
  ),
});

export interface MetalLbPool {
  name: string;
  /** CIDRs or `FIRST-LAST`. */
  addresses: string[];
}

/**
 * The pools of MetalLB's old ConfigMap (up to 0.12). The rest of it may hold BGP passwords, so what
 * does not parse is told by its place, never by its text.
 */
export function parseMetalLbConfig(text: string): MetalLbPool[] | { problem: string } {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    return { problem: `line ${line}, column ${col}: not valid YAML` };
  }
  const { success, data, error: mismatch } = Config.safeParse(document.toJS() ?? {});
  if (success) return data['address-pools'] ?? [];
  const [issue] = mismatch.issues;
  return { problem: `${issue?.path.map(String).join('.')}: ${issue?.message}` };
}
