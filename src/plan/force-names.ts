/** What `--force` may name: a safety check and nothing else. */
export const FORCE_NAMES = [
  'answered',
  'node-address',
  'api-server',
  'cluster-ip',
  'pod-range',
  'pool',
  'port-taken',
  'machine',
  'unprobed',
  'lock-out',
  'no-undo',
] as const;
export type ForceName = (typeof FORCE_NAMES)[number];
