import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { AssignmentListDocument } from '../../../src/output/documents.ts';
import { change, failure, list, plan } from '../../commands/extip.ts';
import { on, recordsOn, unchanged } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

const ip = '20.1.0.167';

/** What docs/permissions.md grants, as it stands there. */
const document = await readFile(join(import.meta.dirname, '../../../docs/permissions.md'), 'utf8');
const blocks = (language: string) =>
  [...document.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(
    ([, text = '']) => text,
  );

interface Rule {
  resources: string[];
  verbs: string[];
}

interface Granted {
  kind: string;
  metadata: { name: string };
  rules?: Rule[];
}

const granted: Granted[] = blocks('yaml').flatMap((text) =>
  parseAllDocuments(text).map((one) => one.toJS() as Granted),
);

describe('docs/permissions.md', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    await grant(granted);
  });
  after(() => lab?.down());

  async function grant(objects: Granted[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const { stderr, exitCode } = await lab.exec('operator', ['kubectl', 'apply', '-f', '-'], {
      input,
    });
    assert.equal(exitCode, 0, stderr);
  }

  /** Runs `work` while one verb on one resource is not granted. */
  async function without<T>(verb: string, resource: string, work: () => Promise<T>): Promise<T> {
    let taken = 0;
    const less = structuredClone(granted);
    for (const rule of less.flatMap(({ rules }) => rules ?? [])) {
      if (!rule.resources.includes(resource) || !rule.verbs.includes(verb)) continue;
      taken += 1;
      rule.verbs = rule.verbs.filter((other) => other !== verb);
      // RBAC knows no rule without a verb.
      if (rule.verbs.length === 0) rule.verbs = ['none'];
    }
    assert.equal(taken, 1, `rules that grant ${verb} ${resource}`);
    await grant(less.filter(({ rules }) => rules));
    try {
      return await work();
    } finally {
      await grant(granted.filter(({ rules }) => rules));
    }
  }

  const assign = `assign svc-test-1 ${ip} --node k0 --context extip`;
  const release = `release svc-test-1 ${ip} --context extip`;

  it('needs create for the first lock of the cluster, which stays for good', async () => {
    const error = await unchanged(lab, () =>
      without('create', 'leases', () => failure(lab, 1, `${assign} -y`)),
    );
    assert.ok(error.message.includes('(needs: create leases in namespace kube-system)'));
  });

  it('is enough to assign and to list, with nothing left unchecked', async () => {
    const { warnings } = await change(lab, assign);
    assert.deepEqual(warnings, []);
    const [item] = await list(lab, '-A --context extip');
    assert.equal(item?.state, 'assigned');
  });

  const needed: [verb: string, resource: string, needs: string, command: string][] = [
    ['list', 'services', 'list services', 'list --context extip'],
    ['list', 'nodes', 'list nodes', 'list --context extip'],
    ['get', 'namespaces', 'get namespaces', 'list --context extip'],
    ['get', 'services', 'get services in namespace default', `${release} -y`],
    ['patch', 'services', 'patch services in namespace default', `${release} -y`],
    ['get', 'leases', 'get leases in namespace kube-system', `${release} -y`],
    ['update', 'leases', 'update leases in namespace kube-system', `${release} -y`],
  ];
  for (const [verb, resource, needs, command] of needed) {
    it(`is not more than needed: without ${verb} ${resource} the error says so`, async () => {
      const error = await unchanged(lab, () =>
        without(verb, resource, () => failure(lab, 1, command)),
      );
      assert.equal(error.reason, 'forbidden');
      assert.ok(error.message.includes(`(needs: ${needs})`), error.message);
      assert.match(error.help ?? '', /docs\/permissions\.md/);
    });
  }

  it('lists, selects and watches one namespace where only its Services may be read, and says that it is not all', async () => {
    const name = 'one-namespace';
    const rules = [{ apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] }];
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace: 'default' },
      rules,
    };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'extip' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
    await grant([
      role,
      { ...role, kind: 'RoleBinding', rules: undefined, roleRef, subjects } as Granted,
    ]);
    await without('list', 'services', async () => {
      const { exitCode, stdout, stderr } = await lab.extip('list', '--context', 'extip');
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /svc-test-1/);
      assert.match(
        stderr,
        /warning: services: only namespace default was read: .*needs: list services/,
      );
      const selected = await list(lab, '-l app!=none --context extip');
      assert.deepEqual(
        selected.map((item) => item.service),
        ['svc-test-1'],
      );
      await watchSeesChange();
    });
    await on(lab, 'operator', `kubectl delete role,rolebinding ${name}`);
  });

  /** `list -w` prints the list, and once more when an external IP is set by hand. */
  async function watchSeesChange(): Promise<void> {
    const file = '/root/watched';
    const command = `exec extip list -w -o json --context extip >${file}`;
    const watch = lab.spawn('operator', ['sh', '-c', command]);
    const printed = (ips: string[]) =>
      waitFor(
        `a list with ${ips}`,
        async () => {
          const lines = (await readFile(lab.path('operator', file), 'utf8')).trim().split('\n');
          const { items } = AssignmentListDocument.parse(JSON.parse(lines.at(-1) ?? ''));
          assert.deepEqual(
            items.map((item) => item.ip),
            ips,
          );
        },
        15,
      );
    await printed([ip]);
    const setByHand = (ips: string) =>
      on(lab, 'operator', `kubectl patch svc svc-test-2 -p '{"spec":{"externalIPs":${ips}}}'`);
    await setByHand('["20.1.0.171"]');
    await printed([ip, '20.1.0.171']);
    await setByHand('null');
    watch.kill('SIGINT');
    assert.equal((await watch.result).exitCode, 130);
  }

  it('needs watch for list -w alone', async () => {
    const { exitCode, stderr } = await without('watch', 'services', () =>
      lab.extip('list', '-w', '--context', 'extip'),
    );
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /\(needs: watch services\)/);
  });

  for (const [verb, resource] of [
    ['list', 'endpointslices'],
    ['list', 'ippools'],
    ['get', 'configmaps'],
  ] as const) {
    it(`only warns without ${verb} ${resource}`, async () => {
      const { warnings } = await without(verb, resource, () => plan(lab, assign));
      assert.match(warnings.join('\n'), new RegExp(`needs: ${verb} ${resource}`));
    });
  }

  it('is enough on a node with the line for sudoers, and nothing is tried without', async () => {
    const [line = ''] = blocks('sudoers');
    await writeFile(lab.path('k0', '/etc/sudoers.d/ops'), line);
    const denied = await unchanged(lab, () => failure(lab, 1, `${release} --ssh k0=nosudo@k0 -y`));
    assert.equal(denied.reason, 'node-denied');
    assert.match(denied.message, /k0 cannot be changed: reached by nosudo@k0 .* not root/);
    await change(lab, `${release} --ssh k0=ops@k0`);
    assert.deepEqual(await recordsOn(lab, 'k0'), []);
  });
});
