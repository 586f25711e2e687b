import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CalicoChange } from '../../src/calico/change.ts';
import type { Right } from '../../src/calico/rights.ts';
import type { Reach } from '../../src/nodes/reach.ts';
import { armNode, whyNotOnNode } from '../../src/watchdog/arm-node.ts';
import { createShells } from '../nodes/shells.ts';
import { HOLD, isAlive, until } from './ground.ts';

const SKIP = process.getuid?.() !== 0 && 'SKIPPED: a mount namespace needs root';
const RIGHTS: Right[] = [{ verb: 'delete', resource: 'hostendpoints' }];
const SERVER = 'https://20.1.0.160:6443';

const UNDO: CalicoChange[] = [
  { type: 'delete', kind: 'HostEndpoint', name: 'k0-ens34' },
  { type: 'mark', name: 'theirs', ips: [] },
  {
    type: 'put',
    object: {
      kind: 'GlobalNetworkPolicy',
      name: 'extip-allow-20-1-0-167',
      labels: { 'extip.dev/owner': 'guard' },
      annotations: {},
      spec: { selector: "it's == 'true'" },
    },
  },
];

/**
 * Stands in for kubectl: notes its words and what it is given, and fails while a file says so. Of the Lease and of
 * objects it says what stands in files. The real one is asked in the lab.
 */
const KUBECTL = (state: string) => `#!/bin/dash
printf '%s\\n' "$*" >>${state}/calls
case "$*" in *' -f -') cat >>${state}/given ;; esac
case "$*" in
  *' get leases'*) if [ -e ${state}/no-lease ]; then exit 1; fi; exec cat ${state}/lease ;;
  *' patch leases'*) exit 0 ;;
esac
if [ -e ${state}/refuses ]; then echo 'connection refused' >&2; exit 1; fi
case "$*" in
  *' get hostendpoints'*' theirs '*) cat ${state}/theirs ;;
  *' get '*policies*) cat ${state}/policy ;;
  *' get '*endpoints*) cat ${state}/endpoint ;;
  *selfsubjectaccessreviews*) cat ${state}/review ;;
esac
`;

const LEASE = (number: number, holder: string) => `${HOLD.uid} 55 ${number} ${holder}\n`;
const HEIR = 'undo of root@ops1 (process 4711)';

/** The machine's own kubectl is not to be found. */
const MOUNT = `mount --bind "$1" /run && shift
if [ -e /usr/bin/kubectl ]; then mount --bind /dev/null /usr/bin/kubectl; fi
exec "$@"`;

/** A node: this machine with a /run of its own, which outlives each script, as a node's does. */
function node(t: TestContext, shell: string) {
  const folder = mkdtempSync(join(tmpdir(), 'extip-node-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  for (const name of ['run', 'bin', 'state']) mkdirSync(at(name));
  writeFileSync(at('bin/kubectl'), KUBECTL(at('state')), { mode: 0o755 });
  writeFileSync(at('admin.conf'), '');
  const SAID = {
    lease: LEASE(HOLD.transitions, HOLD.holderIdentity),
    theirs: '12 {"version":1,"ips":["20.1.0.167"]}',
    policy: '13 guard',
    endpoint: '14 guard',
    review: '{"kind":"SelfSubjectAccessReview","status":{"allowed":true}}',
  };
  for (const [name, text] of Object.entries(SAID)) writeFileSync(at(`state/${name}`), text);
  const reach: Reach = {
    node: 'k0',
    description: 'test',
    argv: [
      ...['unshare', '-m', 'sh', '-c', MOUNT, 'sh', at('run')],
      ...['env', `PATH=${shell}:${at('bin')}:/usr/bin:/bin`, 'sh', '-s'],
    ],
  };
  const access = { adminKubeconfig: at('admin.conf'), server: SERVER };
  const read = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : '');
  return {
    at,
    reach,
    access,
    arm: (seconds: number) => armNode(reach, { ...access, undo: UNDO, seconds, hold: HOLD }),
    read,
    /** The calls that were to change something, without the flags that all have. */
    calls: () =>
      [...read('state/calls').matchAll(/^.* --request-timeout=10s (.*)$/gm)]
        .map(([, words = '']) => words)
        .filter((words) => !/^get|leases/.test(words)),
    /** Nothing of it is left. */
    isClean: () => !existsSync(at('run/extip')),
    /** The folder and the process of the watchdog. */
    watchdog: () => {
      const [name = ''] = existsSync(at('run/extip')) ? readdirSync(at('run/extip')) : [];
      const directory = join(at('run/extip'), name);
      return { directory, pid: name === '' ? 0 : Number(read(`run/extip/${name}/pid`)) };
    },
  };
}

const POLICIES = '/apis/projectcalico.org/v3/globalnetworkpolicies';
const ALL = [
  'delete --raw /apis/projectcalico.org/v3/hostendpoints/k0-ens34 -f -',
  'label hostendpoints.projectcalico.org theirs --overwrite --resource-version 12 extip-external-',
  'annotate hostendpoints.projectcalico.org theirs --overwrite extip.dev/guard-',
  `replace --raw ${POLICIES}/extip-allow-20-1-0-167 -f -`,
];

describe('a watchdog on a node', { skip: SKIP }, () => {
  const shells = createShells();
  after(() => shells.remove());

  for (const [name, path] of Object.entries(shells.paths)) {
    describe(`whose shell is ${name}`, { concurrency: true }, () => {
      it('that is disarmed has changed nothing, and leaves nothing', async (t) => {
        const { arm, at, calls, watchdog, isClean } = node(t, path);
        const armed = await arm(60);
        const { directory, pid } = watchdog();
        assert.ok(isAlive(pid));
        assert.equal(statSync(directory).mode & 0o777, 0o700);
        assert.equal(statSync(at('run/extip')).mode & 0o777, 0o700);
        await armed.disarm();
        assert.equal(isAlive(pid), false);
        assert.ok(isClean());
        assert.deepEqual(calls(), []);
      });

      it('that is not disarmed takes all back with kubectl, and leaves nothing', async (t) => {
        const { arm, calls, read, access, isClean } = node(t, path);
        const armed = await arm(1);
        await until('its folder is gone', isClean);
        assert.deepEqual(calls(), ALL);
        const given = read('state/given');
        assert.match(
          given,
          /^\{"apiVersion":"v1","kind":"DeleteOptions",.*"resourceVersion":"14"\}\}/,
        );
        const { metadata, spec } = JSON.parse(given.slice(given.indexOf('{"metadata"')));
        assert.equal(metadata.resourceVersion, '13');
        assert.equal(metadata.name, 'extip-allow-20-1-0-167');
        assert.equal(spec.selector, "it's == 'true'");
        const flags = `--kubeconfig ${access.adminKubeconfig} --server ${SERVER} `;
        for (const line of read('state/calls').trimEnd().split('\n')) {
          assert.ok(line.startsWith(flags), line);
        }
        await assert.rejects(armed.disarm(), {
          reason: 'watchdog-fired',
          message: /^the watchdog on node k0 has fired: /,
        });
      });

      it('tries until the API has taken each change, and says so meanwhile', async (t) => {
        const { arm, at, read, calls, isClean } = node(t, path);
        const armed = await arm(1);
        writeFileSync(at('state/refuses'), '');
        const tries = () => read('state/calls').match(/get globalnetworkpolicies/g) ?? [];
        await until('two tries', () => tries().length > 1);
        await assert.rejects(armed.disarm(), /what was done is being taken back$/);
        rmSync(at('state/refuses'));
        rmSync(at('state/calls'));
        await until('its folder is gone', isClean);
        assert.deepEqual(calls(), ALL);
      });
    });
  }

  const path = shells.paths.dash;

  it('needs no unmarking of an endpoint that is gone', async (t) => {
    const { arm, at, calls, isClean } = node(t, path);
    writeFileSync(at('state/theirs'), '');
    await arm(1);
    await until('its folder is gone', isClean);
    assert.deepEqual(calls(), [ALL[0], ALL[3]]);
  });

  it('leaves what has come to be somebody else’s', async (t) => {
    const { arm, at, calls, isClean } = node(t, path);
    for (const name of ['endpoint', 'policy', 'theirs']) writeFileSync(at(`state/${name}`), '15 ');
    await arm(1);
    await until('its folder is gone', isClean);
    assert.deepEqual(calls(), []);
  });

  it('makes anew what was deleted meanwhile', async (t) => {
    const { arm, at, calls, read, isClean } = node(t, path);
    writeFileSync(at('state/policy'), '');
    await arm(1);
    await until('its folder is gone', isClean);
    assert.deepEqual(calls(), [...ALL.slice(0, 3), `create --raw ${POLICIES} -f -`]);
    assert.match(read('state/given'), /"resourceVersion":"","name":"extip-allow/);
  });

  it('takes the lock over before it changes anything, and keeps it no longer than needed', async (t) => {
    const { arm, read, isClean } = node(t, path);
    await arm(1);
    await until('its folder is gone', isClean);
    const words = read('state/calls')
      .split('\n')
      .filter((line) => / (?:patch|delete|label|replace) |"/.test(line))
      .join('\n');
    const heir = `"path":"/spec/holderIdentity","value":"${HEIR}"`;
    const [taken, removed, kept] = [
      words.indexOf(`{"op":"add",${heir}}`),
      words.indexOf('delete --raw'),
      words.indexOf('"path":"/spec/leaseDurationSeconds","value":15'),
    ];
    assert.ok(taken >= 0 && taken < removed && removed < kept, words);
    assert.match(words, /"op":"test","path":"\/metadata\/resourceVersion","value":"55"/);
  });

  const STILL = {
    'the run still has': HOLD.holderIdentity,
    'the undo has, wherever it is carried out': HEIR,
    'the run gave back': '',
  };
  for (const [what, holder] of Object.entries(STILL)) {
    it(`undoes under a lock that ${what}`, async (t) => {
      const { arm, at, calls } = node(t, path);
      writeFileSync(at('state/lease'), LEASE(HOLD.transitions, holder));
      await arm(1);
      await until('all is taken back', () => calls().length === 4);
    });
  }

  const OTHERS = {
    'that another run has': LEASE(HOLD.transitions + 1, 'eve@elsewhere/x/1/2/3'),
    'that another run has had': LEASE(HOLD.transitions + 1, ''),
    'of another Lease, which counts anew': `another 55 ${HOLD.transitions} ${HOLD.holderIdentity}\n`,
    'with the same number, after a Lease that was restored': LEASE(
      HOLD.transitions,
      'eve@elsewhere/x/1/2/3 "$(id)"',
    ),
  };
  for (const [what, lease] of Object.entries(OTHERS)) {
    it(`changes nothing under a lock ${what}, and ends`, async (t) => {
      const { arm, at, read, calls, isClean } = node(t, path);
      writeFileSync(at('state/lease'), lease);
      await arm(1);
      await until('its folder is gone', isClean);
      assert.deepEqual(calls(), []);
      assert.doesNotMatch(read('state/calls'), / patch /);
    });
  }

  it('asks for a lock again that it cannot read, before it changes anything', async (t) => {
    const { arm, at, read, calls } = node(t, path);
    writeFileSync(at('state/no-lease'), '');
    await arm(1);
    await until(
      'a second round',
      () => (read('state/calls').match(/get leases/g) ?? []).length > 4,
    );
    assert.deepEqual(calls(), []);
    rmSync(at('state/no-lease'));
    await until('all is taken back', () => calls().length === 4);
  });

  it('outlives the hang-up of the session, and takes back at once when it is ended', async (t) => {
    const { arm, calls, watchdog } = node(t, path);
    await arm(60);
    const { pid } = watchdog();
    process.kill(pid, 'SIGHUP');
    process.kill(pid, 'SIGINT');
    await sleep(1500);
    assert.ok(isAlive(pid));
    assert.deepEqual(calls(), []);
    process.kill(pid, 'SIGTERM');
    await until('all is taken back', () => calls().length === 4);
  });

  it('that was killed is disarmed all the same', async (t) => {
    const { arm, watchdog, isClean } = node(t, path);
    const armed = await arm(60);
    process.kill(watchdog().pid, 'SIGKILL');
    await armed.disarm();
    assert.ok(isClean());
  });

  it('that is stopped is killed', async (t) => {
    const { arm, watchdog, isClean } = node(t, path);
    const armed = await arm(60);
    const { pid } = watchdog();
    process.kill(pid, 'SIGSTOP');
    await armed.disarm();
    assert.equal(isAlive(pid), false);
    assert.ok(isClean());
  });

  it('that cannot be reached any more may fire: it is no success', async (t) => {
    const { reach, arm } = node(t, path);
    const armed = await arm(2);
    reach.argv.splice(0, reach.argv.length, 'false');
    await assert.rejects(armed.disarm(), { reason: 'watchdog-not-disarmed', exitCode: 1 });
  });

  it('several at once know nothing of each other', async (t) => {
    const { arm, at } = node(t, path);
    const [one, two] = await Promise.all([arm(60), arm(60)]);
    await one?.disarm();
    assert.equal(readdirSync(at('run/extip')).length, 1);
    await two?.disarm();
  });

  const OBSTACLES: [string, (at: (name: string) => string) => void, RegExp][] = [
    ['no kubectl', (at) => rmSync(at('bin/kubectl')), /^there is no kubectl$/],
    ['no kubeconfig', (at) => rmSync(at('admin.conf')), /^there is no \/.*\/admin\.conf$/],
    [
      'an account that may not undo',
      (at) => writeFileSync(at('state/review'), '{"status":{"allowed":false}}'),
      /^\/.*\/admin\.conf may not delete hostendpoints$/,
    ],
    [
      'an API that refuses',
      (at) => writeFileSync(at('state/refuses'), ''),
      /^a request with .*\/admin\.conf to https:\/\/20\.1\.0\.160:6443 fails: connection refused$/,
    ],
  ];
  for (const [what, make, said] of OBSTACLES) {
    it(`is not there with ${what}`, async (t) => {
      const { at, reach, access, arm, isClean } = node(t, path);
      assert.equal(await whyNotOnNode(reach, access, RIGHTS), null);
      make(at);
      assert.match((await whyNotOnNode(reach, access, RIGHTS)) ?? '', said);
      // Rights are asked for beforehand, and once.
      if (what !== 'an account that may not undo') {
        await assert.rejects(arm(60), { reason: 'watchdog-not-armed', nothingChanged: true });
      }
      assert.ok(isClean());
    });
  }
});
