import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** A Go module of programs, in `programs/`, and what the lab takes from it. */
export interface GoModule {
  name: string;
  /** What the lab calls a program, and what `go build` calls it. */
  programs: Record<string, string>;
  /** Packages that tell the program its version, and of which module it is. */
  version?: { module: string; packages: string[] };
  /** A folder to keep besides the programs: of which module, and where in it. */
  data?: { name: string; module: string; folder: string };
  /** How long the first build takes on two cores, downloads included. */
  minutes: number;
}

export const goModules: GoModule[] = [
  {
    name: 'kubernetes',
    programs: {
      etcd: 'server',
      'kube-apiserver': 'kube-apiserver',
      'kube-controller-manager': 'kube-controller-manager',
      'kube-proxy': 'kube-proxy',
      kubectl: 'kubectl',
    },
    version: {
      module: 'k8s.io/kubernetes',
      packages: ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'],
    },
    minutes: 7,
  },
  {
    name: 'calico',
    programs: { 'calico-felix': 'calico-felix', 'calico-apiserver': 'apiserver' },
    data: {
      name: 'crd',
      module: 'github.com/projectcalico/calico',
      folder: 'libcalico-go/config/crd',
    },
    minutes: 4,
  },
];

/** Where a module's go.mod is. */
export function sourceDirectory({ name }: GoModule): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
}

/** The version of Go that builds a module, or why none does. */
export async function goVersion(module: GoModule): Promise<{ version?: string; problem?: string }> {
  const { stdout, stderr, code, failed } = await execa('go', ['env', 'GOVERSION'], {
    cwd: sourceDirectory(module),
    reject: false,
  });
  if (code === 'ENOENT') return { problem: 'Go is not installed' };
  if (failed) return { problem: stderr.trim().replaceAll(/\s*\n\s*/g, '; ') };
  return { version: stdout };
}

/** Where a module's programs are kept once they are built by this version of Go. */
export async function cacheDirectory(module: GoModule, goVersion: string): Promise<string> {
  const hash = createHash('sha256').update(goVersion + JSON.stringify(module));
  for (const file of ['go.mod', 'go.sum']) {
    hash.update(await readFile(join(sourceDirectory(module), file)));
  }
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'extip-lab', `${module.name}-${hash.digest('hex').slice(0, 16)}`);
}

/** The environment variable that names a program to use instead of the built one. */
export function environmentVariable(program: string): string {
  return `EXTIP_LAB_${program.toUpperCase().replaceAll('-', '_')}`;
}

/** The paths of all programs and data folders that are there, and what is missing, in words. */
export async function findPrograms(): Promise<{
  paths: Record<string, string>;
  missing: { module: GoModule; what: string; problem: string }[];
}> {
  const paths: Record<string, string> = {};
  const missing: { module: GoModule; what: string; problem: string }[] = [];
  for (const module of goModules) {
    const { version, problem = 'not built yet' } = await goVersion(module);
    const cache = version && (await cacheDirectory(module, version));
    for (const name of [
      ...Object.keys(module.programs),
      ...(module.data ? [module.data.name] : []),
    ]) {
      const variable = environmentVariable(name);
      const named = process.env[variable];
      const path = named ?? (cache && join(cache, name));
      if (path && (await exists(path))) paths[name] = path;
      else if (named) missing.push({ module, what: variable, problem: `there is no ${named}` });
      else missing.push({ module, what: name, problem });
    }
  }
  return { paths, missing };
}

/** Whether there is a file or folder. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
