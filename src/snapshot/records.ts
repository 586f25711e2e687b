import * as z from 'zod/mini';
import { isInterfaceName } from '../net/interface-name.ts';
import { cidrText, parseIp } from '../net/ip.ts';
import type { Service } from './kubernetes.ts';
import { Name } from './names.ts';

/** The Service's annotation that says which external IPs extip assigned to it. */
export const ASSIGNMENTS_ANNOTATION = 'extip.dev/assignments';

/** Where the node keeps its records, one file an address. */
export const RECORDS_DIRECTORY = '/var/lib/extip';

/** At most so many: more would not be read back. */
export const MAX_ASSIGNMENTS = 64;
export const MAX_SHARERS = 128;
export const MAX_SOURCES = 64;

const text = z.string().check(z.maxLength(512), z.regex(/^[^\p{Cc}]*$/u));
const ip = z.string().check(z.refine((value) => parseIp(value)?.text === value));
const cidr = z.string().check(z.refine((value) => cidrText(value) === value));
const interfaceName = z.string().check(z.refine(isInterfaceName));

/** One external IP of a Service, as extip's annotation holds it. */
export const Assignment = z.strictObject({
  ip,
  node: Name,
  interface: interfaceName,
  method: z.literal('externalIPs'),
  /** `assigning` from before the first change until the last one is verified. */
  phase: z.enum(['assigning', 'assigned', 'releasing']),
  /** spec.externalIPs had the address before: it stays there at release. */
  preexisting: z.boolean(),
  runId: Name,
  by: text,
  /** RFC 3339, UTC. */
  at: z.iso.datetime(),
  /** Only these clients may reach the Service's ports on the address; null: everybody, and no other port. */
  guard: z.optional(
    z.strictObject({
      sources: z.nullable(z.array(cidr).check(z.minLength(1), z.maxLength(MAX_SOURCES))),
    }),
  ),
});
export type Assignment = z.infer<typeof Assignment>;
export type GuardRecord = NonNullable<Assignment['guard']>;

const AssignmentsAnnotation = z.strictObject({
  version: z.literal(1),
  assignments: z.array(Assignment).check(z.maxLength(MAX_ASSIGNMENTS)),
});

/** The node's own record of one address: `/var/lib/extip/<ip>.json`. */
export const NodeRecord = z.strictObject({
  version: z.literal(1),
  ip,
  prefix: z.union([z.literal(32), z.literal(128)]),
  interface: interfaceName,
  /** The label the address was added with, where the whole fits in 15 characters. */
  label: z.nullable(text),
  /** The address was on the node before: it stays when the last Service leaves. */
  preexisting: z.boolean(),
  /** It is put back after a boot; absent in records of extip 0.1, which restored nothing. */
  persist: z.optional(z.boolean()),
  /** uid of the namespace kube-system: which cluster wrote it. */
  cluster: Name,
  /** The Services that use the address; it leaves the node with the last of them. */
  services: z
    .array(z.strictObject({ namespace: Name, name: Name, uid: Name, runId: Name }))
    .check(z.minLength(1), z.maxLength(MAX_SHARERS)),
});
export type NodeRecord = z.infer<typeof NodeRecord>;

/** What the annotation says; `damaged` where it is not what extip writes, with the reason. */
export type AnnotationState =
  | { assignments: Assignment[]; damaged?: undefined }
  | { assignments: []; damaged: string };

/**
 * Reads the Service's annotation. Whoever may edit the Service can write it, so it is a
 * stranger's input: an unknown version, key or value makes the whole of it `damaged`.
 */
export function readAssignments(service: Pick<Service, 'metadata'>): AnnotationState {
  const value = service.metadata.annotations?.[ASSIGNMENTS_ANNOTATION];
  if (value === undefined) return { assignments: [] };
  if (value.length > 65_536) return { assignments: [], damaged: `${value.length} bytes long` };
  const parsed = parseJson(value, AssignmentsAnnotation);
  if ('error' in parsed) return { assignments: [], damaged: parsed.error };
  const ips = parsed.data.assignments.map((assignment) => assignment.ip);
  if (new Set(ips).size < ips.length) return { assignments: [], damaged: 'names an address twice' };
  return { assignments: parsed.data.assignments };
}

/** The annotation's text for these assignments. */
export function writeAssignments(assignments: readonly Assignment[]): string {
  return JSON.stringify({ version: 1, assignments });
}

/** Reads a node's record; `file` is its name, which must be the address it speaks of. */
export function readNodeRecord(file: string, content: string): NodeRecord | { error: string } {
  const parsed = parseJson(content, NodeRecord);
  if ('error' in parsed) return parsed;
  const record = parsed.data;
  if (file !== `${record.ip}.json`) return { error: `speaks of another address, ${record.ip}` };
  const family = parseIp(record.ip)?.family;
  if (record.prefix !== (family === 4 ? 32 : 128)) {
    return { error: `prefix ${record.prefix} is not that of one address` };
  }
  return record;
}

/** The record's text: one line, keys in the schema's order, which the restore script relies on. */
export function nodeRecordText(record: NodeRecord): string {
  return JSON.stringify(NodeRecord.parse(record));
}

function parseJson<T>(content: string, schema: z.ZodMiniType<T>): { data: T } | { error: string } {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return { error: 'is not JSON' };
  }
  const result = schema.safeParse(value);
  if (result.success) return { data: result.data };
  const [issue] = result.error.issues;
  const where = issue?.path.map(String).join('.') || 'document';
  return { error: `${where} is not as extip writes it` };
}
