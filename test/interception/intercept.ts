import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { readFileOn, writeFileOn } from '../lab/files.ts';
import type { ExecResult, HostProcess, Lab } from '../lab/harness.ts';
import { findHost } from '../lab/state.ts';
import type { Upstream } from './api-proxy.ts';
import { type Decide, startController } from './controller.ts';
import type { Point } from './point.ts';

const FOLDER = '/run/interception';
const EXTIP = `${FOLDER}/extip/bin`;
const SYSTEM_PATH = '/mnt/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What becomes of each point of a run; `process` is the command that was started. */
export type DecideRun = (point: Point, process: HostProcess) => ReturnType<Decide>;

/** Stands between extip on the operator of a lab and the lab's nodes and API. */
export interface Interception {
  lab: Lab;
  /** Starts a command on the operator; every point of the extip in it waits for `decide`. */
  start(command: string[], decide: DecideRun): Promise<HostProcess>;
  /** Runs extip with nothing in its way. */
  extip(...args: string[]): Promise<ExecResult>;
  close(): Promise<void>;
}

/**
 * Sets it up on a lab. extip is the bundle, unmodified, and copied, so that a build meanwhile does
 * not change what is tested. Only PATH and kubeconfig are others than a user's.
 */
export async function intercept(lab: Lab): Promise<Interception> {
  const operator = findHost(lab.state, 'operator');
  const shim = await readFile(new URL('ssh.sh', import.meta.url), 'utf8');
  await writeFileOn(operator, `${FOLDER}/bin/ssh`, shim, 0o755);
  const copy = `mkdir ${FOLDER}/extip && cp -r bin dist package.json ${FOLDER}/extip`;
  const copied = await lab.exec('operator', ['sh', '-c', `cd /mnt/extip && ${copy}`]);
  assert.equal(copied.exitCode, 0, copied.stderr);

  const controller = await startController(lab.path('operator', `${FOLDER}/socket`));
  const config = parse(await readFileOn(operator, '/root/.kube/config'));
  const proxy = lab.spawn(
    'operator',
    ['node', '/mnt/extip/test/interception/api-proxy.ts', FOLDER],
    {
      input: JSON.stringify(upstreamOf(config)),
    },
  );
  await Promise.race([controller.ready, proxy.result.then(({ stderr }) => assert.fail(stderr))]);

  let runs = 0;
  return {
    lab,
    async start(command, decide) {
      runs += 1;
      const kubeconfig = `${FOLDER}/kubeconfig-${runs}`;
      await writeFileOn(operator, kubeconfig, throughProxy(config, runs), 0o600);
      const started = Promise.withResolvers<HostProcess>();
      controller.watch(runs, async (point) => decide(point, await started.promise));
      started.resolve(
        lab.spawn('operator', command, {
          env: {
            PATH: `${FOLDER}/bin:${EXTIP}:${SYSTEM_PATH}`,
            KUBECONFIG: kubeconfig,
            INTERCEPTION: FOLDER,
            INTERCEPTED_RUN: String(runs),
          },
        }),
      );
      return started.promise;
    },
    extip: (...args) =>
      lab.exec('operator', ['extip', ...args], { env: { PATH: `${EXTIP}:${SYSTEM_PATH}` } }),
    async close() {
      proxy.kill('SIGKILL');
      await proxy.result;
      controller.close();
    },
  };
}

/** The part of the operator's kubeconfig that is looked at; its first user is the admin. */
interface Kubeconfig {
  clusters: { name: string; cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { name: string; user: { token: string } }[];
}

function upstreamOf({ clusters: [cluster], users: [admin] }: Kubeconfig): Upstream {
  assert.ok(cluster && admin);
  return {
    server: cluster.cluster.server,
    ca: Buffer.from(cluster.cluster['certificate-authority-data'], 'base64').toString(),
    token: admin.user.token,
  };
}

function throughProxy(config: Kubeconfig, run: number): string {
  const clusters = config.clusters.map(({ name }) => ({
    name,
    cluster: { server: `http://127.0.0.1:8001/${run}` },
  }));
  const users = config.users.map(({ name }) => ({ name, user: {} }));
  return stringify({ ...config, clusters, users });
}
