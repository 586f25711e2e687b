import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setInterval } from 'node:timers';
import { execa } from 'execa';
import type { Answer, Case, NodeAnswer } from './case.ts';
import { healthyNode, healthyObject } from './healthy.ts';

const EXTIP = join(import.meta.dirname, '../../bin/extip');

/**
 * Stands for ssh: whatever script it gets, it prints the answer of the case with the script's
 * marker. A target that the real ssh would take for an option, or hand to a shell, is one too many.
 */
const SSH = `#!/bin/sh
case " $* " in *' -G '*) exit 255 ;; esac
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
case $2 in -* | *[!A-Za-z0-9@.:_%/\\[\\]-]*) touch "@CANARY@" ;; esac
mark=$(tee /dev/null | grep -ao 'extip-[0-9a-f]\\{32\\}' | head -n 1)
LC_ALL=C sed "s/@MARK@/$mark/g" "@DIR@/stdout"
LC_ALL=C sed "s/@MARK@/$mark/g" "@DIR@/stderr" >&2
exit "$(cat "@DIR@/code")"
`;

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: lab
clusters: [{ name: lab, cluster: { server: '@SERVER@' } }]
users: [{ name: ops, user: { token: hush-token } }]
contexts: [{ name: lab, context: { cluster: lab, user: ops } }]
`;

const CONFIG = 'clusters: { lab: { nodes: { k0: { ssh: k0 } } } }\n';

/** What came of a case. */
export interface Played {
  exitCode: number | undefined;
  stdout: Buffer;
  stderr: Buffer;
  seconds: number;
  /** The canary is there: something ran that must not. */
  ran: boolean;
}

/** A cluster and a node that are not there, because no real ones lie on demand. */
export interface World {
  play(hostile: Case, output: 'text' | 'json'): Promise<Played>;
  close(): Promise<void>;
}

/** Starts the stand-in of the API server, for all cases; each has a path of its own. */
export async function startWorld(): Promise<World> {
  const cases = new Map<string, Case>();
  const server = createServer((request, response) => {
    const [, number = '', path = ''] = /^\/(\d+)(\/[^?]*)/.exec(request.url ?? '') ?? [];
    request.resume();
    respond(cases.get(number)?.api?.[path], path, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let played = 0;
  return {
    async play(hostile, output) {
      played += 1;
      const server = `${origin}/${played}`;
      cases.set(String(played), hostile);
      const folder = await mkdtemp(join(tmpdir(), 'extip-hostile-'));
      try {
        return await playIn(folder, hostile, output, server);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function respond(answer: Answer | undefined, path: string, response: ServerResponse): void {
  if (answer === 'endless') {
    const timer = setInterval(() => response.write(' '.repeat(4 * 1024 * 1024)), 5);
    response.on('close', () => clearInterval(timer));
    return;
  }
  if (answer === 'more and more') {
    response.end(JSON.stringify({ items: [], metadata: { continue: 'more' } }));
    return;
  }
  if (answer && 'body' in answer) {
    const { body, status = 200, headers } = answer;
    response.writeHead(status, headers);
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    return;
  }
  const healthy = healthyObject(path);
  if (healthy === null) {
    response.writeHead(404).end('{"kind":"Status","message":"not found","reason":"NotFound"}');
    return;
  }
  answer?.change(healthy);
  response.end(JSON.stringify(healthy));
}

async function playIn(
  folder: string,
  hostile: Case,
  output: 'text' | 'json',
  server: string,
): Promise<Played> {
  const canary = join(folder, 'canary');
  const fill = (text: string) =>
    text.replaceAll('@DIR@', folder).replaceAll('@CANARY@', canary).replaceAll('@SERVER@', server);
  const node: NodeAnswer = { ...healthyNode(), ...hostile.node };
  const files: NonNullable<Case['files']> = {
    'bin/ssh': SSH,
    'home/.kube/config': KUBECONFIG,
    'home/.config/extip/config.yaml': CONFIG,
    stdout: node.stdout,
    stderr: node.stderr,
    code: `${node.exitCode}`,
    ...hostile.files,
  };
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), typeof content === 'string' ? fill(content) : content, {
      mode: 0o644,
    });
  }
  await chmod(join(folder, 'bin/ssh'), 0o755);
  const env = Object.fromEntries(
    Object.entries({
      HOME: join(folder, 'home'),
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      DIR: folder,
      ...hostile.env,
    }).map(([name, value]) => [name, value === undefined ? undefined : fill(value)]),
  );
  if (hostile.prepare) await execa('sh', ['-c', hostile.prepare], { env: { DIR: folder } });

  const began = performance.now();
  const args = [...(output === 'json' ? ['-o', 'json'] : []), ...hostile.args.map(fill)];
  const { stdout, stderr, exitCode } = await execa(process.execPath, [EXTIP, ...args], {
    cwd: folder,
    env,
    extendEnv: false,
    input: '',
    encoding: 'buffer',
    reject: false,
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const seconds = (performance.now() - began) / 1000;
  const found = await execa('test', ['-e', canary], { reject: false });
  return {
    exitCode,
    stdout: Buffer.from(stdout ?? []),
    stderr: Buffer.from(stderr ?? []),
    seconds,
    ran: found.exitCode === 0,
  };
}
