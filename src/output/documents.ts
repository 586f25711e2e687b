import * as z from 'zod/mini';
import { fix } from './explanation-document.ts';

const apiVersion = z.literal('extip.dev/v1');
const port = z.strictObject({ port: z.int(), protocol: z.string() });
const persistence = z.nullable(z.enum(['survives reboot', 'until reboot']));
const serviceRef = z.strictObject({ namespace: z.string(), name: z.string() });

const plan = {
  /** One an address. */
  changes: z.array(
    z.strictObject({
      verb: z.enum(['assign', 'release', 'guard', 'unguard']),
      /** null for an orphan, which has no Service. */
      service: z.nullable(serviceRef),
      ip: z.string(),
      node: z.string(),
      interface: z.string(),
      /** Of an assignment; null where that is not extip's to say. */
      persistence,
    }),
  ),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      /** The literal command that does the same by hand. */
      command: z.string(),
    }),
  ),
  notes: z.array(z.string()),
  warnings: z.array(z.string()),
};

/** What `assign`, `release`, `guard set` and `guard remove` with `--dry-run` print. */
export const PlanDocument = z.strictObject({ apiVersion, kind: z.literal('Plan'), ...plan });
export type PlanDocument = z.infer<typeof PlanDocument>;

/** What `assign`, `release`, `guard set` and `guard remove` print when they are done. */
export const ApplyResultDocument = z.strictObject({
  apiVersion,
  kind: z.literal('ApplyResult'),
  /** false: there was nothing to do. */
  changed: z.boolean(),
  ...plan,
  checks: z.array(
    z.strictObject({
      name: z.enum([
        'persistence',
        'announce',
        'rules',
        'connect',
        'neighbour',
        'outside',
        'access',
      ]),
      outcome: z.enum(['passed', 'failed', 'skipped']),
      detail: z.string(),
    }),
  ),
});
export type ApplyResultDocument = z.infer<typeof ApplyResultDocument>;

/** What `list` prints. */
export const AssignmentListDocument = z.strictObject({
  apiVersion,
  kind: z.literal('AssignmentList'),
  items: z.array(
    z.strictObject({
      namespace: z.nullable(z.string()),
      service: z.nullable(z.string()),
      ip: z.nullable(z.string()),
      ports: z.array(port),
      node: z.nullable(z.string()),
      interface: z.nullable(z.string()),
      state: z.enum([
        'assigned',
        'unfinished',
        'incomplete',
        'unmanaged',
        'orphan',
        'damaged',
        'unknown',
      ]),
      problems: z.array(z.string()),
      fix: z.nullable(z.string()),
      holders: z.array(
        z.strictObject({ node: z.string(), interface: z.string(), prefix: z.int() }),
      ),
      /** RFC 3339, UTC. */
      assignedAt: z.nullable(z.string()),
      by: z.nullable(z.string()),
      /** Who may reach its ports, as recorded; `sources` null: everybody. null: it is not guarded. */
      guard: z.nullable(z.strictObject({ sources: z.nullable(z.array(z.string())) })),
      persistence,
    }),
  ),
  /** Nodes that could not be read: what they hold is not known. */
  unread: z.array(z.strictObject({ node: z.string(), status: z.string(), message: z.string() })),
});
export type AssignmentListDocument = z.infer<typeof AssignmentListDocument>;

/** What `snapshot capture` and `snapshot show` print. */
export const SnapshotReportDocument = z.strictObject({
  apiVersion,
  kind: z.literal('SnapshotReport'),
  path: z.string(),
  /** RFC 3339, UTC; null, as the next two: made by hand. */
  takenAt: z.nullable(z.string()),
  extip: z.nullable(z.string()),
  server: z.nullable(z.string()),
  cluster: z.array(
    z.strictObject({
      resource: z.string(),
      /** null: not known. */
      objects: z.nullable(z.int()),
      /** Why it is not known, or these are not all. */
      problem: z.nullable(z.string()),
    }),
  ),
  nodes: z.array(
    z.strictObject({
      node: z.string(),
      status: z.string(),
      message: z.nullable(z.string()),
      files: z.array(z.strictObject({ file: z.string(), bytes: z.int() })),
      missing: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
    }),
  ),
  /** What of its files cannot be read; null: not looked at, without `--check`. */
  problems: z.nullable(
    z.array(
      z.strictObject({
        file: z.string(),
        line: z.int(),
        column: z.int(),
        message: z.string(),
      }),
    ),
  ),
});
export type SnapshotReportDocument = z.infer<typeof SnapshotReportDocument>;

/** What `guard show` prints. */
export const GuardReportDocument = z.strictObject({
  apiVersion,
  kind: z.literal('GuardReport'),
  subject: z.strictObject({ service: z.nullable(z.string()), ip: z.nullable(z.string()) }),
  /** The only client that was asked about; null: everybody. */
  from: z.nullable(z.string()),
  calico: z.strictObject({
    presence: z.enum(['present', 'absent', 'unknown']),
    /** The API that its objects were read from. */
    api: z.nullable(z.string()),
  }),
  addresses: z.array(
    z.strictObject({
      ip: z.string(),
      services: z.array(z.strictObject({ service: z.string(), ports: z.array(port) })),
      holders: z.array(z.strictObject({ node: z.string(), interface: z.string() })),
      /** Those that hold the address, or whose subnet it is in. */
      interfaces: z.array(
        z.strictObject({
          node: z.string(),
          interface: z.string(),
          /** The host endpoint that governs it; null: none, or it is not known. */
          endpoint: z.nullable(
            z.strictObject({
              name: z.string(),
              by: z.enum(['name', 'address', 'all']),
              automatic: z.boolean(),
              /** Others for this interface, which do nothing beside it. */
              idle: z.array(z.string()),
            }),
          ),
          ports: z.array(
            z.strictObject({
              ...port.shape,
              reach: z.array(
                z.strictObject({
                  /** CIDRs; empty where they are the rest. */
                  sources: z.array(z.string()),
                  /** They are all that no other entry has. */
                  isRest: z.boolean(),
                  outcome: z.enum(['allowed', 'denied', 'unknown']),
                  /** Which decides; null: something else does. */
                  policy: z.nullable(
                    z.strictObject({
                      kind: z.enum(['GlobalNetworkPolicy', 'NetworkPolicy']),
                      name: z.string(),
                      namespace: z.nullable(z.string()),
                      tier: z.string(),
                    }),
                  ),
                  /** The number of its rule, the first being 1; null: no rule took the packet. */
                  rule: z.nullable(z.int()),
                  stage: z.nullable(z.enum(['untracked', 'preDNAT', 'forward', 'normal'])),
                  reason: z.string(),
                }),
              ),
            }),
          ),
        }),
      ),
      notCovered: z.array(
        z.strictObject({
          kind: z.enum([
            'segment-interface',
            'other-interface',
            'node-port',
            'pods',
            'nodes',
            'unread-node',
          ]),
          object: z.string(),
          message: z.string(),
        }),
      ),
    }),
  ),
  /** Without Calico: what else there is. */
  advice: z.array(z.string()),
  notes: z.array(z.string()),
  /** What could not be read. */
  unread: z.array(z.strictObject({ object: z.string(), reason: z.string() })),
});
export type GuardReportDocument = z.infer<typeof GuardReportDocument>;

const unanswered = z.array(z.strictObject({ code: z.string(), reason: z.string() }));

/** What `doctor` prints. */
export const DoctorReportDocument = z.strictObject({
  apiVersion,
  kind: z.literal('DoctorReport'),
  /** What was asked about; all null: everything. */
  subject: z.strictObject({
    service: z.nullable(z.string()),
    ip: z.nullable(z.string()),
    node: z.nullable(z.string()),
  }),
  findings: z.array(
    z.strictObject({
      code: z.string(),
      severity: z.enum(['error', 'warning', 'info']),
      /** e.g. `service/default/web`, `node/k0`, `ip/20.1.0.167`, `cluster`. */
      object: z.string(),
      /** Other objects that it is about. */
      touches: z.optional(z.array(z.string())),
      message: z.string(),
      /** The facts that prove it, with where they are from. */
      evidence: z.array(z.string()),
      fix,
      /** Where the code is explained. */
      docs: z.string(),
    }),
  ),
  /** Checks that had nothing to look at. */
  skipped: unanswered,
  /** Checks of which an input could not be read. */
  unknown: unanswered,
  summary: z.strictObject({
    errors: z.int(),
    warnings: z.int(),
    infos: z.int(),
    passed: z.int(),
  }),
});
export type DoctorReportDocument = z.infer<typeof DoctorReportDocument>;
