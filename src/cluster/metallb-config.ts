import * as z from 'zod/mini';
import { parseYaml } from './parse-yaml.ts';

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
  const yaml = parseYaml(text);
  if ('problem' in yaml) return yaml;
  const { success, data, error: mismatch } = Config.safeParse(yaml.value);
  if (success) return data['address-pools'] ?? [];
  const [issue] = mismatch.issues;
  return { problem: `${issue?.path.map(String).join('.')}: ${issue?.message}` };
}
