import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doctorSnapshot } from '../../src/commands/doctor-snapshot.ts';
import type { DoctorReport } from '../../src/doctor/report.ts';
import { clusterPath, type NODE_FILE, nodePath } from '../../src/snapshot/layout.ts';
import type { NodeFile } from '../../src/snapshot/node-files.ts';
import type { ResourceName } from '../../src/snapshot/resources.ts';
import { extractSnapshot } from '../../src/store/extract.ts';
import { kubeProxyCatchesUp } from './kube-proxy-rules.ts';

/** An object of a snapshot, of which a test changes whatever it wants. */
// biome-ignore lint/suspicious/noExplicitAny: what a test puts there need not be what Kubernetes has.
export type Loose = any;

/** A snapshot in a folder, to be changed. */
export class Broken {
  readonly folder: string;
  /** Of what kube-proxy serves something was changed. */
  isServedOtherwise = false;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Changes the objects of a resource; what it returns takes their place. */
  async list(resource: ResourceName, change: (items: Loose[]) => Loose[] | undefined) {
    if (resource === 'services' || resource === 'endpointslices') this.isServedOtherwise = true;
    await this.#text(clusterPath(resource), (text) => {
      const list = text === '' ? { apiVersion: 'v1', kind: 'List', items: [] } : JSON.parse(text);
      const changed = change(list.items);
      return JSON.stringify({ ...list, items: changed ?? list.items });
    });
  }

  /** Changes one object, by its name. */
  async object(resource: ResourceName, name: string, change: (object: Loose) => void) {
    await this.list(resource, (items) => {
      const found = items.find((item) => item.metadata.name === name);
      if (!found) throw new Error(`there is no ${name} among the ${resource} of the snapshot`);
      change(found);
      return items;
    });
  }

  /** Changes a node's file; the text has to become another one. */
  async file(node: string, file: NodeFile, change: (text: string) => string) {
    await this.#text(nodePath(node, file), change);
  }

  /** Changes a node's file of JSON. */
  async json(node: string, file: NodeFile | typeof NODE_FILE, change: (value: Loose) => void) {
    await this.#text(nodePath(node, file), (text) => {
      const value = JSON.parse(text);
      change(value);
      return JSON.stringify(value);
    });
  }

  /** The objects of a resource, as they are now. */
  async items<T>(resource: ResourceName): Promise<T[]> {
    return JSON.parse(await readFile(join(this.folder, clusterPath(resource)), 'utf8')).items;
  }

  /** What a node's file says. */
  async read(node: string, file: NodeFile): Promise<string> {
    return await readFile(join(this.folder, nodePath(node, file)), 'utf8');
  }

  /** Takes a file of a node, or a resource, out of it: it is not known then. */
  async remove(path: string) {
    await rm(join(this.folder, path));
  }

  async #text(path: string, change: (text: string) => string) {
    const file = join(this.folder, path);
    const text = await readFile(file, 'utf8').catch(() => '');
    const changed = change(text);
    if (changed === text) throw new Error(`${path} is as it was`);
    await writeFile(file, changed);
  }
}

/**
 * What `extip doctor` says of a recorded snapshot, after it was broken. Where Services or endpoints were changed,
 * kube-proxy has seen it, unless it is said to be behind.
 */
export async function examine(
  snapshot: string,
  change?: (broken: Broken) => Promise<unknown>,
  { isProxyBehind = false } = {},
): Promise<DoctorReport> {
  const folder = await mkdtemp(join(tmpdir(), 'extip-doctor-'));
  try {
    const archive = join(import.meta.dirname, 'snapshots', `${snapshot}.tar.gz`);
    await extractSnapshot(archive, folder, () => true);
    const broken = new Broken(folder);
    await change?.(broken);
    if (broken.isServedOtherwise && !isProxyBehind) await kubeProxyCatchesUp(broken);
    return (await doctorSnapshot(folder, null, { only: [], ignore: [] })).report;
  } finally {
    await rm(folder, { recursive: true });
  }
}
