import type { Case } from './case.ts';

const CONFIG = 'home/.config/extip/config.yaml';
const KUBECONFIG = 'home/.kube/config';

/** A list of lists of lists …: nine levels of ten, a billion words. */
const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...[...'bcdefghi'].map((name, level) => {
    const before = `*${'abcdefgh'[level]}`;
    return `${name}: &${name} [${Array(10).fill(before).join(', ')}]`;
  }),
].join('\n');

/** The configuration. */
const configCases: Case[] = [
  config(
    'an option of ssh as the target',
    node('ssh: "-oProxyCommand=touch @CANARY@"'),
    /ssh: is no ssh target/,
    true,
  ),
  config(
    'a command as the target',
    node('ssh: "k0;touch$IFS@CANARY@"'),
    /ssh: is no ssh target/,
    true,
  ),
  config('a command as the user of the target', node('ssh: "$(id)@k0"'), /is no ssh target/),
  config('escapes in the target', node('ssh: "k0\\e[2J"'), /control characters|no ssh target/),
  config('escapes in a command', node('command: ["\\e[2J"]'), /control characters/),
  config('NUL in a command', node('command: ["a\\0b"]'), /control characters/),
  config('an empty command', node('command: []'), /is empty/),
  config('two ways at once', node('ssh: k0, local: true'), /one way only/),
  config('an unknown key with escapes', node('"s\\e[2Jsh": k0'), /unknown key/),
  config('an unknown key near a known one', node('shs: k0'), /did you mean ssh/),
  config('a key of 1 MB', `clusters: { ${'a'.repeat(900_000)}: {} }`, /longer|empty or longer/),
  config('more than 1 MiB', `#${'a'.repeat(1_100_000)}`, /larger than 1 MiB/),
  config(
    'aliases (a billion laughs)',
    BOMB,
    /aliases are not allowed|anchors are not allowed/,
    true,
  ),
  config('a merge of itself', 'a: &a { <<: *a }', /anchors are not allowed|aliases/),
  config('100,000 brackets', '['.repeat(100_000), /nested|YAML|config/i, true),
  config('100,000 maps in each other', '{a: '.repeat(100_000), /nested|YAML|config/i),
  config('not UTF-8', Buffer.from([0x63, 0xff, 0xfe]), /not UTF-8/),
  config('NUL bytes', 'clusters:\0 {}', /config\.yaml/),
  config('no map at all', '[1, 2]', /must be a map/),
  config('a tag of another language', 'clusters: !!js/function "function () { }"', /tag|must be/i),
  config('__proto__ as a key', '__proto__: { clusters: { lab: {} } }', /unknown key/),
  config('several documents', '{}\n---\nclusters: {}', /only one document/),
  config(
    'a pool that is a command',
    'clusters: { lab: { pools: { p: "$(touch @CANARY@)" } } }',
    /must be a CIDR|is no CIDR/,
  ),
  {
    ...config('writable by everybody', 'clusters: {}', /can be written by everybody/),
    prepare: `chmod 666 $DIR/${CONFIG}`,
  },
  {
    ...config('a link to a device', null, /not a regular file/),
    prepare: `mkdir -p $DIR/home/.config/extip; ln -s /dev/zero $DIR/${CONFIG}`,
  },
  { ...config('a folder', null, /not a regular file|EISDIR/), prepare: `mkdir -p $DIR/${CONFIG}` },
  {
    name: 'configuration: defaults with escapes',
    args: ['assign', 'web', '198.51.100.1', '-y'],
    files: {
      [CONFIG]:
        'clusters: { lab: { nodes: { k0: { ssh: k0 } }, defaults: { node: "\\e[2J$(touch @CANARY@)" } } }',
    },
    exitCode: 2,
    says: /no node \\x1b\[2J|control characters/,
  },
  {
    name: 'configuration: {node} in a command, of a Node named like an option',
    args: ['list'],
    api: {
      '/api/v1/nodes': {
        change: (list) => {
          list.items[0].metadata.name = '-oProxyCommand=touch x';
        },
      },
    },
    files: {
      [CONFIG]:
        'clusters: { lab: { nodes: { "-oProxyCommand=touch x": { command: [touch, "@CANARY@", "{node}"] } } } }',
    },
    exitCode: 1,
    says: /metadata\.name/,
  },
];

/** The kubeconfig. */
const kubeconfigCases: Case[] = [
  kubeconfig('aliases (a billion laughs)', BOMB, /alias/i, true),
  kubeconfig('100,000 brackets', '['.repeat(100_000), /YAML|nested/i, true),
  kubeconfig('100,000 maps in each other', '{a: '.repeat(100_000), /YAML|nested/i),
  kubeconfig('not UTF-8', Buffer.from([0x63, 0xff, 0xfe, 0x3a]), /not UTF-8|kubeconfig/),
  kubeconfig('NUL bytes', 'clusters: \0', /kubeconfig/),
  kubeconfig('20 MB', `#${'a'.repeat(20_000_000)}`, /larger than/),
  kubeconfig('no map at all', '- 1', /kubeconfig/),
  kubeconfig('empty', '', /no current context/),
  kubeconfig(
    'a current context with escapes',
    'current-context: "a\\e[2J\\u202e"',
    /control characters/,
  ),
  kubeconfig(
    'a current context that is not there',
    'current-context: "$(touch @CANARY@)"',
    /no context/,
  ),
  kubeconfig('a server that is a file', entry('file:///etc/passwd'), /not an http or https URL/),
  kubeconfig('a server that is a command', entry('$(touch @CANARY@)'), /not an http or https URL/),
  kubeconfig('a server with escapes', entry('https://x\\e[2J'), /control characters/),
  kubeconfig('a server that is a number', entry('12', ''), /kubeconfig/),
  kubeconfig(
    'a proxy that is a command',
    entry('http://x', ', proxy-url: "$(touch @CANARY@)"'),
    /proxy-url/,
  ),
  kubeconfig(
    'a namespace to be pasted',
    withContext('namespace: "x;touch @CANARY@"'),
    /namespace/,
    true,
  ),
  kubeconfig('a namespace that is a path', withContext('namespace: ../../../x'), /namespace/),
  kubeconfig('a namespace with escapes', withContext('namespace: "\\e[2J"'), /control characters/),
  kubeconfig('a namespace that is a list', withContext('namespace: [a]'), /namespace/),
  kubeconfig('a user of a wrong kind', withUser('[1]'), /kubeconfig/),
  kubeconfig(
    'a token with a line break',
    withUser('{ token: "a\\nX-Evil: 1" }'),
    /control characters/,
  ),
  kubeconfig(
    'a token file that is a device',
    withUser('{ tokenFile: /dev/zero }'),
    /larger than|token/i,
  ),
  kubeconfig(
    'a certificate that is none',
    withUser('{ client-certificate-data: "!!!", client-key-data: "aGk=" }', 'https://127.0.0.1:1'),
    /credentials|PEM|certificate|error/i,
  ),
  kubeconfig(
    'an exec plugin that is not there',
    withUser(
      '{ exec: { apiVersion: client.authentication.k8s.io/v1, command: "nothere\\n", args: [] } }',
    ),
    /control characters/,
  ),
  {
    ...kubeconfig(
      'an exec plugin with a hint of escapes',
      withUser(
        '{ exec: { apiVersion: client.authentication.k8s.io/v1, command: nothere-at-all, installHint: "\\e[2Jrun this" } }',
      ),
      /ENOENT[\s\S]*\\x1b\[2Jrun this/,
    ),
    exitCode: 1,
  },
  {
    ...kubeconfig(
      'an exec plugin that prints escapes',
      withUser('{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin } }'),
      /exec plugin/,
    ),
    files: {
      [KUBECONFIG]: withUser(
        '{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin } }',
      ),
      'home/.kube/plugin': '#!/bin/sh\nprintf \'\\033[2J{"status":{"token":"secret\\\\u001b"}}\'\n',
    },
    prepare: 'chmod +x $DIR/home/.kube/plugin',
    exitCode: 1,
  },
];

export const fileCases = [...configCases, ...kubeconfigCases];

function config(name: string, text: string | Buffer | null, says: RegExp, quick = false): Case {
  return {
    name: `configuration: ${name}`,
    args: ['list'],
    files: { [CONFIG]: text },
    exitCode: 2,
    says,
    ...(quick && { quick }),
  };
}

function kubeconfig(name: string, text: string | Buffer, says: RegExp, quick = false): Case {
  return {
    name: `kubeconfig: ${name}`,
    args: ['list'],
    files: { [KUBECONFIG]: text },
    exitCode: 2,
    says,
    ...(quick && { quick }),
  };
}

function node(reach: string): string {
  return `clusters: { lab: { nodes: { k0: { ${reach} } } } }`;
}

function entry(server: string, more = ''): string {
  return `current-context: c\ncontexts: [{name: c, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: "${server}"${more}}}]`;
}

function withContext(more: string): string {
  return `current-context: c\ncontexts: [{name: c, context: {cluster: c, ${more}}}]\nclusters: [{name: c, cluster: {server: "@SERVER@"}}]`;
}

function withUser(user: string, server = '@SERVER@'): string {
  return `current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: ${user}}]\nclusters: [{name: c, cluster: {server: "${server}"}}]`;
}
