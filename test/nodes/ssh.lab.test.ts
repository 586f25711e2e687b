import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { applyNodeChange } from '../../src/nodes/change.ts';
import type { collectNode, collectNodes } from '../../src/nodes/collect.ts';
import type { findReach } from '../../src/nodes/reach.ts';
import type { NodeChange } from '../../src/plan/action.ts';
import type { Node } from '../../src/snapshot/kubernetes.ts';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { unpackedPackages } from './debian-packages.ts';

const FENCE = { cluster: 'c1', transitions: 1, step: 1 };
const IP = '20.1.0.167';
const ADD: NodeChange = {
  type: 'add-address',
  ip: IP,
  prefix: 32,
  interface: 'ens34',
  label: null,
};
const REMOVE: NodeChange = { type: 'remove-address', ip: IP, prefix: 32, interface: 'ens34' };

describe('nodes by ssh, from the host of an operator', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let k0: Node;
  before(async () => {
    lab = await startLab('s2');
    k0 = JSON.parse((await lab.kubectl('get', 'node', 'k0', '-o', 'json')).stdout);
  });
  after(() => lab?.down());

  /** Runs a shell script on a host. */
  async function on(host: string, script: string): Promise<string> {
    const { stdout, stderr, exitCode } = await lab.exec(host, ['sh', '-ec', script]);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  }

  interface Failure {
    message: string;
    reason: string;
    nothingChanged: boolean;
  }

  /** Calls a function of src/nodes on the operator. */
  async function call<F extends (...args: never[]) => Promise<unknown>>(
    file: string,
    name: string,
    ...args: Parameters<F>
  ): Promise<{ result: Awaited<ReturnType<F>>; error?: undefined } | { error: Failure }> {
    const { stdout, stderr } = await lab.exec(
      'operator',
      ['node', '/mnt/extip/test/nodes/call.ts'],
      {
        input: JSON.stringify({ file, name, args }),
      },
    );
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout);
  }

  async function collect(target?: string, node = k0) {
    const ssh: Record<string, string> =
      target === undefined ? {} : { [node.metadata.name]: target };
    const answer = await call<typeof collectNode>('collect', 'collectNode', node, {
      ssh,
      config: {},
    });
    assert.ok(answer.error === undefined);
    return answer.result;
  }

  async function change(target: string, step: NodeChange) {
    const reach = await call<typeof findReach>('reach', 'findReach', k0, {
      ssh: { k0: target },
      config: {},
    });
    assert.ok(reach.error === undefined);
    return call<typeof applyNodeChange>('change', 'applyNodeChange', reach.result, step, FENCE);
  }

  it('reads the node that the Node object speaks of', async () => {
    const { status, reachedBy, facts } = await collect();
    assert.equal(status, 'ok');
    assert.match(reachedBy, /^k0 \(the Node's name: the ssh configuration has its own hostname/);
    assert.equal(facts?.machineId, k0.status?.nodeInfo?.machineID);
    assert.equal(facts?.hostname, 'k0');
    assert.equal(facts?.sshAddress, '10.1.0.180');
    assert.equal(facts?.root, true);
    const ens34 = facts?.interfaces.find(({ name }) => name === 'ens34');
    assert.equal(ens34?.addresses[0]?.ip, '20.1.0.160');
  });

  it('a name that ssh does not know is reached by its InternalIP', async () => {
    const unknown = { ...k0, metadata: { name: 'worker-7' } };
    assert.equal(
      (await collect(undefined, unknown)).reachedBy,
      "10.1.0.180 (the Node's InternalIP)",
    );
  });

  it('becomes root by sudo; without it reads all the same, and changes nothing', async () => {
    assert.equal((await collect('ops@k0')).facts?.root, true);
    assert.equal((await collect('nosudo@k0')).facts?.root, false);
    assert.deepEqual(await change('ops@k0', ADD), { result: { changed: true } });
    assert.deepEqual(await change('ops@k0', REMOVE), { result: { changed: true } });
    const { error } = await change('nosudo@k0', ADD);
    assert.equal(error?.reason, 'node-denied');
    assert.equal(error?.nothingChanged, true);
    assert.match(error?.message ?? '', /`sudo -n sh` was refused: sudo: a password is required/);
  });

  describe('login shells that are no POSIX shell, and one that talks', () => {
    const shells: [name: string, prepare: () => Promise<unknown>][] = [
      ['/usr/bin/fish', async () => {}],
      [
        '/usr/local/bin/csh',
        async () =>
          cpSync(join(unpackedPackages('tcsh'), 'bin/tcsh'), lab.path('k0', '/usr/local/bin/csh')),
      ],
      [
        '/bin/bash',
        () =>
          on(
            'k0',
            `echo 'echo Welcome; echo "Last login: never" >&2; printf "no newline"' > /home/ops/.bashrc`,
          ),
      ],
    ];
    for (const [shell, prepare] of shells) {
      it(shell, async () => {
        await prepare();
        await on('k0', `sed -i 's#^\\(ops:.*:\\).*#\\1${shell}#' /etc/passwd`);
        const talk = await lab.exec('operator', ['ssh', 'ops@k0', 'echo', '$version', '$0']);
        assert.notEqual(talk.stdout, '');
        const { status, message, facts } = await collect('ops@k0');
        assert.equal(status, 'ok', message);
        assert.equal(facts?.hostname, 'k0');
        assert.deepEqual(await change('ops@k0', REMOVE), { result: { changed: false } });
        await on('k0', 'rm -f /home/ops/.bashrc');
      });
    }
  });

  describe('why it cannot be reached, in one clear line', { concurrency: 3 }, () => {
    const faults: [what: string, target: string, status: string, message: RegExp][] = [
      ['nobody listens', 'ssh://root@k0:2222', 'unreachable', /connection refused/],
      ['no such host', '10.1.0.77', 'unreachable', /no route to it/],
      ['no such name', 'nowhere.invalid', 'unreachable', /does not resolve/],
      ['no key fits', 'ghost@k0', 'denied', /ssh-agent, or run once by hand: ssh ghost@k0 true/],
      ['silence', 'silent', 'unreachable', /timed out/],
      ['an unknown host key', 'stranger', 'unreachable', /not known yet.*ssh stranger true/],
      ['another host key', 'changed', 'unreachable', /not the one in known_hosts.*ssh-keygen -R/],
      ['a key with a passphrase', 'locked', 'denied', /no password or passphrase is asked for/],
    ];
    before(async () => {
      await on('k2', 'iptables-nft -I INPUT -p tcp --dport 2200 -j DROP');
      await on(
        'operator',
        `cd ~/.ssh
ssh-keygen -q -t ed25519 -N '' -f other
echo "changed $(cut -d' ' -f1,2 other.pub)" > others
ssh-keygen -q -t ed25519 -N secret -f locked
cat >> config <<END
Host silent
  HostName 10.1.0.179
  Port 2200
Host stranger
  HostName 10.1.0.180
  HostKeyAlias stranger
Host changed
  HostName 10.1.0.180
  HostKeyAlias changed
  UserKnownHostsFile ~/.ssh/others
Host locked
  HostName 10.1.0.180
  IdentityFile ~/.ssh/locked
  IdentitiesOnly yes
END`,
      );
    });
    for (const [what, target, status, message] of faults) {
      it(what, async () => {
        const state = await collect(target);
        assert.equal(state.status, status);
        assert.match(state.message ?? '', message);
        assert.ok(state.message?.endsWith(`; reached by ${target} (--ssh)`), state.message);
      });
    }
  });

  it("the user's own options: a master connection, a remote command, no log at all", async () => {
    await on(
      'operator',
      `cat >> ~/.ssh/config <<END
Host shared
  HostName 10.1.0.180
  HostKeyAlias k0
  ControlMaster auto
  ControlPath ~/.ssh/%C
  ControlPersist 20
  RemoteCommand echo mine
  RequestTTY force
  LogLevel QUIET
END`,
    );
    for (const _ of ['opens the master', 'goes through it']) {
      const { status, message } = await collect('shared');
      assert.equal(status, 'ok', message);
    }
    await on('operator', 'ssh -O exit shared');
    const refused = await collect('ssh://ghost@shared:2222');
    assert.match(refused.message ?? '', /connection refused/);
  });

  it('sshd drops connections past MaxStartups: tried again until all are through', async () => {
    const restart = (setting: string) =>
      on(
        'k0',
        `sed -i '/^MaxStartups/d' /etc/ssh/sshd_config
printf '%s' '${setting}' >> /etc/ssh/sshd_config
kill -HUP "$(cat /run/sshd.pid)"; sleep 0.5`,
      );
    await restart('MaxStartups 2:60:8\n');
    const plain = 'for i in $(seq 12); do ssh k0 true 2>/dev/null || echo dropped & done; wait';
    assert.match(await on('operator', plain), /dropped/);
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
    const answer = await call<typeof collectNodes>(
      'collect',
      'collectNodes',
      names.map((name) => ({ metadata: { name } })),
      { ssh: Object.fromEntries(names.map((name) => [name, 'k0'])), config: {} },
    );
    await restart('');
    assert.ok(answer.error === undefined);
    for (const { name, status, message } of Object.values(answer.result)) {
      assert.equal(status, 'ok', `${name}: ${message}`);
    }
    assert.equal(Object.keys(answer.result).length, names.length);
  });

  it('a connection that dies in the middle leaves the step whole, and says that it does not know', async () => {
    // Adding an IPv6 address takes a second or two: duplicate address detection.
    const slow: NodeChange = { ...ADD, ip: 'fd00::167', prefix: 128 };
    const pending = change('k0', slow);
    await on(
      'k0',
      `while ! ip -6 -o addr show to fd00::167 | grep -q tentative; do sleep 0.05; done
for pid in $(pgrep -f '[s]shd: root@notty'); do kill -9 "$pid"; done`,
    );
    const { error } = await pending;
    assert.equal(error?.reason, 'node-failed');
    assert.equal(error?.nothingChanged, false);
    assert.match(
      error?.message ?? '',
      /connection ended in section change.*whether it was done is not known/,
    );
    await on(
      'k0',
      'while ip -6 -o addr show to fd00::167 | grep -q tentative; do sleep 0.1; done; sleep 0.5',
    );
    assert.equal((await on('k0', 'cat /proc/sys/net/ipv6/conf/ens34/ndisc_notify')).trim(), '0');
    assert.deepEqual(await change('k0', slow), { result: { changed: false } });
    assert.deepEqual(await change('k0', { ...REMOVE, ip: 'fd00::167', prefix: 128 }), {
      result: { changed: true },
    });
  });
});
