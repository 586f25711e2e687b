import { link, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SnapshotInfo } from '../src/snapshot/info.ts';
import { clusterPath, NODE_FILE, nodePath, SNAPSHOT_FILE } from '../src/snapshot/layout.ts';
import {
  buildAssigned,
  buildAssignment,
  buildEndpointSlice,
  buildRecord,
} from '../test/build-snapshot.ts';
import { address, kubeProxyDump, RULES_A_SERVICE } from './kube-proxy-dump.ts';

/** A file of a snapshot; the rules are the same object on every node. */
export interface SnapshotFile {
  path: string;
  content: string;
}

/**
 * The files of a snapshot of so many nodes and Services. Every node has the rules of all Services, as
 * kube-proxy writes them; each Service has two pods, and an address from extip on one of the nodes.
 */
export function largeSnapshot(nodeCount: number, serviceCount: number): SnapshotFile[] {
  const { dump } = kubeProxyDump(serviceCount * RULES_A_SERVICE);
  const services = Array.from({ length: serviceCount }, (_, index) => serviceOf(index, nodeCount));
  const nodes = Array.from({ length: nodeCount }, (_, index) => index);
  const lists = {
    services: services.map(({ service }) => service),
    endpointslices: services.map(({ slice }) => slice),
    nodes: nodes.map(nodeObject),
    namespaces: [{ metadata: { name: 'kube-system', uid: buildRecord().cluster } }],
  };
  return [
    { path: SNAPSHOT_FILE, content: JSON.stringify(INFO) },
    ...Object.entries(lists).map(([resource, items]) => ({
      path: clusterPath(resource),
      content: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    })),
    ...nodes.flatMap((index) => {
      const own = services.filter((_, service) => service % nodeCount === index);
      const files = { ...nodeFiles(index, own), 'iptables-nft-save.txt': dump };
      return Object.entries(files).map(([file, content]) => ({
        path: nodePath(nodeName(index), file),
        content,
      }));
    }),
  ];
}

/** Writes the files; what is the same object is written once, and linked to. */
export async function writeFolder(files: readonly SnapshotFile[], folder: string): Promise<void> {
  const written = new Map<string, string>();
  for (const { path, content } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const same = content.length > SHARED ? written.get(content) : undefined;
    if (same !== undefined) await link(same, target);
    else await writeFile(target, content);
    if (content.length > SHARED) written.set(content, target);
  }
}

/**
 * Writes the files as a FILE.tar.gz. It consists of many small ones, as gzip allows, so that what is the
 * same object is compressed once.
 */
export async function writeArchive(files: readonly SnapshotFile[], archive: string): Promise<void> {
  const packed = new Map<string, Buffer>();
  const handle = await open(archive, 'w');
  for (const { path, content } of files) {
    const bytes = packed.get(content) ?? gzipSync(padded(Buffer.from(content)));
    if (content.length > SHARED) packed.set(content, bytes);
    await handle.writeFile(gzipSync(tarHeader(path, Buffer.byteLength(content))));
    await handle.writeFile(bytes);
  }
  await handle.writeFile(gzipSync(Buffer.alloc(2 * BLOCK)));
  await handle.close();
}

const BLOCK = 512;

function padded(content: Buffer): Buffer {
  const rest = (BLOCK - (content.length % BLOCK)) % BLOCK;
  return Buffer.concat([content, Buffer.alloc(rest)]);
}

/** As POSIX has it (ustar, pax(1)). */
function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  const fields: [at: number, text: string][] = [
    [0, path],
    [100, octal(0o644, 7)],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(size, 11)],
    [136, octal(0, 11)],
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\u000000'],
  ];
  for (const [at, text] of fields) header.write(text, at, 'latin1');
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    ),
    148,
    'latin1',
  );
  return header;
}

/** More than any file but the rules has, in characters. */
const SHARED = 12 * 1024 ** 2;

function serviceOf(index: number, nodeCount: number) {
  const name = `svc-${index}`;
  // The addresses of kubeProxyDump.
  const ip = address(20, index);
  const node = nodeName(index % nodeCount);
  const assigned = buildAssigned(
    [buildAssignment({ ip, node })],
    { name },
    {
      externalIPs: [ip],
      clusterIP: address(172, index),
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
    },
  );
  const endpoints = [2 * index, 2 * index + 1].map((pod) => ({
    addresses: [address(10, pod)],
    nodeName: nodeName(pod % nodeCount),
    conditions: { ready: true },
  }));
  const slice = {
    ...buildEndpointSlice(assigned),
    endpoints,
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
  const user = { namespace: 'default', name, uid: `uid-${name}`, runId: 'run-1' };
  return { service: assigned, slice, ip, record: buildRecord({ ip, services: [user] }) };
}

function nodeObject(index: number) {
  return {
    metadata: { name: nodeName(index) },
    spec: { podCIDR: `${address(11, index * 256)}/24` },
    status: { addresses: [{ type: 'InternalIP', address: address(12, index) }] },
  };
}

function nodeFiles(index: number, own: readonly ReturnType<typeof serviceOf>[]) {
  const [management, external] = [address(12, index), address(20, index + 65_536)];
  const links = [
    linkOf('lo', [{ local: '127.0.0.1', prefixlen: 8 }]),
    linkOf('ens33', [{ local: management, prefixlen: 8 }]),
    linkOf('ens34', [
      { local: external, prefixlen: 8 },
      ...own.map(({ ip }) => ({ local: ip, prefixlen: 32 })),
    ]),
  ];
  const routes = [
    { dst: 'default', gateway: '20.255.0.1', dev: 'ens34' },
    { dst: '12.0.0.0/8', dev: 'ens33', scope: 'link', prefsrc: management },
    { dst: '20.0.0.0/8', dev: 'ens34', scope: 'link', prefsrc: external },
    ...links.flatMap(({ ifname, addr_info }) =>
      addr_info.map(({ local }) => ({ type: 'local', dst: local, dev: ifname, table: 'local' })),
    ),
  ];
  const machine = {
    machineId: `machine-${index}`,
    hostname: nodeName(index),
    root: true,
    arping: 'iputils',
    sshAddress: management,
  };
  return {
    [NODE_FILE]: JSON.stringify({
      status: 'ok',
      message: null,
      reachedBy: `${management} (the Node's InternalIP)`,
      machine,
      missing: {},
    }),
    'iptables-legacy-save.txt': '',
    'nft.json': '{"nftables": []}',
    'ipset-save.txt': '',
    'ip-addr.json': JSON.stringify(links),
    'ip-route.json': JSON.stringify(routes),
    'ip-rule.json': '[{"priority":0,"table":"local"},{"priority":32766,"table":"main"}]',
    'ip-neigh.json': '[]',
    'sysctl.txt': 'net.ipv4.ip_forward = 1\n',
    'persistence.txt': 'unit: current\nobstacle: none\n',
    'extip-records.json': JSON.stringify({ records: own.map(({ record }) => record), damaged: [] }),
  };
}

function linkOf(ifname: string, addresses: { local: string; prefixlen: number }[]) {
  return {
    ifname,
    flags: ['UP'],
    addr_info: addresses.map((it) => ({ family: 'inet', scope: 'global', ...it })),
  };
}

function nodeName(index: number): string {
  return `node-${index}`;
}

const INFO: SnapshotInfo = {
  apiVersion: 'extip.dev/v1',
  kind: 'Snapshot',
  takenAt: '2026-03-01T10:00:00.000Z',
  extip: '0.1.0',
  server: 'v1.36.3',
  apiServerAddresses: ['12.255.0.1'],
  unread: [],
};
