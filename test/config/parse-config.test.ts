import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clusterConfig } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { UsageError } from '../../src/errors.ts';

test('a configuration says for each cluster how nodes are reached and what is given out', () => {
  const config = parseConfig(
    `
clusters:
  lab:
    nodes:
      k0: {ssh: admin@192.0.2.10}
      k2: {command: [docker, exec, -i, '{node}'], identity: address}
      here: {local: true}
    pools:
      web: 192.0.2.160/28
      mail: [192.0.2.25, 2001:db8::10-2001:db8::20]
    defaults: {node: k0, interface: ens34, pool: web}
`,
    'config.yaml',
  );
  assert.deepEqual(clusterConfig(config, 'lab'), {
    nodes: {
      k0: { ssh: 'admin@192.0.2.10' },
      k2: { command: ['docker', 'exec', '-i', '{node}'], identity: 'address' },
      here: { local: true },
    },
    pools: { web: ['192.0.2.160/28'], mail: ['192.0.2.25', '2001:db8::10-2001:db8::20'] },
    defaults: { node: 'k0', interface: 'ens34', pool: 'web' },
  });
});

test('a cluster that it does not name has nothing, whatever the name', () => {
  const config = parseConfig('clusters: {lab: {}}', 'config.yaml');
  const nothing = { nodes: {}, pools: {}, defaults: {} };
  assert.deepEqual(clusterConfig(config, 'lab'), nothing);
  assert.deepEqual(clusterConfig(config, 'other'), nothing);
  assert.deepEqual(clusterConfig(config, 'constructor'), nothing);
});

test('an empty file, or one of comments, is an empty configuration', () => {
  assert.deepEqual(parseConfig('', 'config.yaml'), { clusters: {} });
  assert.deepEqual(parseConfig('# nothing yet\n', 'config.yaml'), { clusters: {} });
});

const mistakes: [what: string, text: string, message: string, help?: string][] = [
  [
    'an unknown key, with the nearest known one',
    'clusters:\n  lab:\n    nods: {}\n',
    'c.yaml:3:5: clusters.lab.nods: unknown key; known here: nodes, pools, defaults',
    'did you mean nodes?',
  ],
  [
    'an unknown key of a node',
    'clusters:\n  lab:\n    nodes:\n      k0:\n        shh: x\n',
    'c.yaml:5:9: clusters.lab.nodes.k0.shh: unknown key; known here: ssh, command, local, identity',
    'did you mean ssh?',
  ],
  [
    'an unknown key that is like none',
    'kind: Config\n',
    'c.yaml:1:1: kind: unknown key; known here: clusters',
  ],
  ['a wrong type', 'clusters: []\n', 'c.yaml:1:1: clusters: must be a map of keys'],
  [
    'a number for a name',
    'clusters:\n  lab:\n    defaults: {node: 7}\n',
    'c.yaml:3:16: clusters.lab.defaults.node: must be a string',
  ],
  [
    'another value than the ones there are',
    'clusters: {lab: {nodes: {k0: {identity: name}}}}',
    'c.yaml:1:31: clusters.lab.nodes.k0.identity: must be address or machine-id',
  ],
  [
    'local that is not true',
    'clusters: {lab: {nodes: {k0: {local: yes please}}}}',
    'c.yaml:1:31: clusters.lab.nodes.k0.local: must be true',
  ],
  [
    'two ways to one node',
    'clusters: {lab: {nodes: {k0: {ssh: a, local: true}}}}',
    'c.yaml:1:26: clusters.lab.nodes.k0: is reached in one way only: ssh, command or local',
  ],
  [
    'an ssh target that ssh would take for an option',
    'clusters: {lab: {nodes: {k0: {ssh: -oProxyCommand=reboot}}}}',
    'c.yaml:1:31: clusters.lab.nodes.k0.ssh: is no ssh target: user@host, a Host of ssh_config or ssh://…',
  ],
  [
    'a command that is no list',
    'clusters: {lab: {nodes: {k0: {command: docker exec}}}}',
    'c.yaml:1:31: clusters.lab.nodes.k0.command: must be a list',
  ],
  [
    'an empty command',
    'clusters: {lab: {nodes: {k0: {command: []}}}}',
    'c.yaml:1:31: clusters.lab.nodes.k0.command: is empty',
  ],
  [
    'control characters in a command',
    'clusters: {lab: {nodes: {k0: {command: ["a\\u001bb"]}}}}',
    'c.yaml:1:41: clusters.lab.nodes.k0.command.0: has control characters',
  ],
  [
    'a pool that is no range',
    'clusters:\n  lab:\n    pools:\n      web:\n        - 192.0.2.0/28\n        - 192.0.2.9-192.0.2.1\n',
    'c.yaml:6:11: clusters.lab.pools.web.1: is no CIDR (192.0.2.0/28) and no range (192.0.2.10-192.0.2.20)',
  ],
  [
    'a pool of another type',
    'clusters: {lab: {pools: {web: 5}}}',
    'c.yaml:1:26: clusters.lab.pools.web: must be a CIDR, FIRST-LAST, or a list of them',
  ],
  [
    'a default pool that does not exist',
    'clusters: {lab: {pools: {web: 192.0.2.0/28}, defaults: {pool: wep}}}',
    'c.yaml:1:57: clusters.lab.defaults.pool: is none of the pools of this cluster, no CIDR and no range',
  ],
  [
    'an empty name',
    'clusters: {"": {}}',
    'c.yaml:1:12: clusters.: the key is empty or longer than 253 characters',
  ],
  [
    'broken YAML',
    'clusters: {lab: {}\n',
    'c.yaml:2:1: Flow map in block collection must be sufficiently indented and end with a }',
  ],
  ['a duplicate key', 'clusters: {}\nclusters: {}\n', 'c.yaml:2:1: Map keys must be unique'],
  [
    'a tab as indentation',
    'clusters:\n\tlab: {}\n',
    'c.yaml:2:1: Tabs are not allowed as indentation',
  ],
  [
    'two documents',
    'clusters: {}\n---\nclusters: {}\n',
    'c.yaml:2:1: only one document is allowed',
  ],
  ['an anchor', 'clusters: &a {}\n', 'c.yaml:1:14: YAML anchors are not allowed'],
  [
    'an unknown tag',
    'clusters: !!js/function x\n',
    'c.yaml:1:11: Unresolved tag: tag:yaml.org,2002:js/function',
  ],
  ['a list at the top', '- a\n', 'c.yaml:1:1: the file: must be a map of keys'],
];
for (const [what, text, message, help] of mistakes) {
  test(`refused with its place: ${what}`, () => {
    assert.throws(
      () => parseConfig(text, 'c.yaml'),
      (error) => {
        assert(error instanceof UsageError);
        assert.equal(error.message, message);
        assert.equal(error.help, help);
        assert.equal(error.reason, 'config-invalid');
        return true;
      },
    );
  });
}

test('a bomb of aliases is refused at once', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 30; i++) {
    const refs = Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ');
    lines.push(`a${i}: &a${i} [${refs}]`);
  }
  const started = performance.now();
  assert.throws(() => parseConfig(lines.join('\n'), 'c.yaml'), UsageError);
  assert(performance.now() - started < 1000);
});

test('__proto__ is a key like any other: unknown', () => {
  assert.throws(() => parseConfig('__proto__: {clusters: {}}', 'c.yaml'), UsageError);
});

test('whatever the file says, the answer is a configuration or a UsageError', () => {
  const piece = fc.constantFrom(
    ...['clusters', 'lab', 'nodes', 'k0', 'ssh', ':', ' ', '\n', '  ', '- ', '{', '}', '[', ']'],
    ...['"', "'", '|', '>', '&a', '*a', '!!x', '?', '#', ',', '\t', '\x1b', '~', '<<', '---', '%'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        assert(parseConfig(pieces.join(''), 'c.yaml').clusters);
      } catch (error) {
        assert(error instanceof UsageError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
