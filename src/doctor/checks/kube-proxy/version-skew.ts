import type { NodeCheck } from '../../check.ts';

/** So many minor releases kube-proxy may be behind the API server, and none before it (version skew policy, 1.28). */
const MOST_BEHIND = 3;

/** As its metrics have it: `kubernetes_build_info{…,git_version="v1.36.2",…} 1`. */
const BUILD = /^kubernetes_build_info\{[^}]*git_version="([^"]+)"[^}]*\} 1$/m;

/** By what kube-proxy says of itself: what a Node reports of it is the kubelet's version. */
export const versionSkew: NodeCheck = {
  code: 'EXT143',
  title: "kube-proxy's version does not go with the API server's",
  severity: 'warning',
  reads: [],
  ofNode: ['kube-proxy-gates.txt'],
  findOn({ state: { name }, files }, { serverVersion }) {
    const [, version] = BUILD.exec(files.bytes['kube-proxy-gates.txt']?.toString() ?? '') ?? [];
    const behind = minorOf(serverVersion) - minorOf(version ?? null);
    if (Number.isNaN(behind) || (behind >= 0 && behind <= MOST_BEHIND)) return [];
    return [
      {
        object: `node/${name}`,
        message: `kube-proxy on ${name} is ${version}, and the API server ${serverVersion}: it may be at most ${MOST_BEHIND} minor releases behind, and none before it`,
        evidence: [
          `${name} kube-proxy-gates.txt: git_version is ${version}`,
          `snapshot.json: the server is ${serverVersion}`,
        ],
        fix: { advice: `bring kube-proxy on ${name} to the API server's release` },
      },
    ];
  },
};

/** NaN: not known, or not of release 1. */
function minorOf(version: string | null): number {
  return Number(/^v1\.(\d+)\./.exec(version ?? '')?.[1] ?? Number.NaN);
}
