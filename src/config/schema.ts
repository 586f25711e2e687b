import * as z from 'zod/mini';
import { parseRange } from '../net/ip.ts';
import { MAX_SSH_TARGET, SSH_TARGET } from '../nodes/ssh-target.ts';
import { hasUnsafe } from '../output/sanitize.ts';

const name = z.string().check(z.minLength(1), z.maxLength(253));

const word = z.string().check(
  z.minLength(1),
  z.maxLength(4096),
  z.refine((text) => !hasUnsafe(text), { error: 'has control characters' }),
);

const sshTarget = z
  .string()
  .check(
    z.maxLength(MAX_SSH_TARGET),
    z.regex(SSH_TARGET, { error: 'is no ssh target: user@host, a Host of ssh_config or ssh://…' }),
  );

/** How one node is reached, instead of by what ssh's own configuration says. */
const NodeConfig = z
  .strictObject({
    ssh: z.optional(sshTarget.check(z.describe('ssh target, e.g. admin@192.0.2.10'))),
    command: z.optional(
      z
        .array(word)
        .check(
          z.minLength(1),
          z.maxLength(64),
          z.describe(
            'words to put before `sh -s` to run it on the node; {node} in one is its name',
          ),
        ),
    ),
    local: z.optional(z.literal(true).check(z.describe('the node is this machine'))),
    identity: z.optional(
      z
        .enum(['address', 'machine-id'])
        .check(z.describe('what alone is enough to take a machine for this node')),
    ),
  })
  .check(
    z.refine((node) => [node.ssh, node.command, node.local].filter(Boolean).length < 2, {
      error: 'is reached in one way only: ssh, command or local',
    }),
  );
export type NodeConfig = z.infer<typeof NodeConfig>;

const range = z.string().check(
  z.refine((text) => parseRange(text) !== null, {
    error: 'is no CIDR (192.0.2.0/28) and no range (192.0.2.10-192.0.2.20)',
  }),
);

/** Addresses to choose from: the text form alone, or a list of them. */
const Pool = z.pipe(
  z.union([z.array(range).check(z.minLength(1)), range], {
    error: 'must be a CIDR, FIRST-LAST, or a list of them',
  }),
  z.transform((pool) => (typeof pool === 'string' ? [pool] : pool)),
);

const ClusterConfig = z
  .strictObject({
    nodes: z._default(z.record(name, NodeConfig), {}),
    pools: z._default(z.record(name, Pool), {}),
    defaults: z._default(
      z.strictObject({
        node: z.optional(name),
        interface: z.optional(name),
        pool: z.optional(name),
      }),
      {},
    ),
  })
  .check(
    z.refine(({ pools, defaults: { pool } }) => pool === undefined || isPool(pool, pools), {
      path: ['defaults', 'pool'],
      error: 'is none of the pools of this cluster, no CIDR and no range',
    }),
  );
export type ClusterConfig = z.infer<typeof ClusterConfig>;

/** The whole file: what is known about each cluster, by its name in the kubeconfig. */
export const Config = z.strictObject({
  clusters: z._default(z.record(name, ClusterConfig), {}),
});
export type Config = z.infer<typeof Config>;

function isPool(pool: string, pools: object): boolean {
  return Object.hasOwn(pools, pool) || parseRange(pool) !== null;
}
