import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { Host } from './topology.ts';

const source = join(import.meta.dirname, 'wire');

/** The program that has the sockets: test/net/kernel/wire, whose comments say what the fields mean. */
export interface Wire {
  /** A path for nsenter --net, for each namespace. */
  paths: Readonly<Record<Host, string>>;
  setSysctls(namespace: Host, sysctls: Readonly<Record<string, string>>): Promise<void>;
  open(socket: WireSocket): Promise<void>;
  /** Forgets all connections that the node and the servers know. */
  forgetConnections(): Promise<void>;
  /** Sends one after the other; what each did, in their order. */
  send(packets: readonly WirePacket[], quietMs: number): Promise<Sent[]>;
  end(): Promise<void>;
}

export interface WireSocket {
  kind: 'link' | 'raw' | 'send' | 'tcp' | 'udp';
  name: string;
  namespace: Host;
  interface?: string;
  peer?: string;
  address?: string;
  protocol?: number;
  port?: number;
}

export interface WirePacket {
  socket: string;
  bytes: string;
  to?: string;
}

export interface Sent {
  /** The error of sending, e.g. `EPERM`. */
  error?: string;
  arrivals: { socket: string; from?: string; to?: string; bytes: string }[];
}

interface WireAnswer {
  error?: string;
  paths?: Record<Host, string>;
  sent?: Sent[];
}

/** Builds the program where it is not built yet, and starts it with these namespaces. */
export async function startWire(namespaces: readonly Host[]): Promise<Wire> {
  const child = execa(await build(), { stdin: 'pipe', buffer: false, stderr: 'inherit' });
  child.catch(() => {});
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (command: object): Promise<WireAnswer> => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error('the wire is gone');
    const answer = JSON.parse(value) as WireAnswer;
    if (answer.error) throw new Error(`the wire: ${answer.error}`);
    return answer;
  };
  const { paths } = await ask({ namespaces });
  return {
    paths: paths as Record<Host, string>,
    setSysctls: async (namespace, sysctls) => void (await ask({ namespace, sysctls })),
    open: async (socket) => void (await ask({ sockets: [socket] })),
    forgetConnections: async () => void (await ask({ reset: true, namespace: 'node' })),
    send: async (packets, quietMs) => (await ask({ packets, quietMs })).sent ?? [],
    end: async () => {
      child.stdin.end();
      await child;
    },
  };
}

async function build(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go', 'socket.go']) {
    hash.update(await readFile(join(source, file)));
  }
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const program = join(cache, 'extip-lab', `wire-${hash.digest('hex').slice(0, 16)}`);
  const built = await access(program).then(
    () => true,
    () => false,
  );
  if (!built)
    await execa('go', ['build', '-o', program, '.'], { cwd: source, env: { CGO_ENABLED: '0' } });
  return program;
}
