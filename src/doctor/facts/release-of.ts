/** The minor release of Kubernetes 1, e.g. 36 of `v1.36.2`; null: not known, or another one. */
export function releaseOf(version: string | null): number | null {
  const [, minor] = /^v1\.(\d+)/.exec(version ?? '') ?? [];
  return minor === undefined ? null : Number(minor);
}
