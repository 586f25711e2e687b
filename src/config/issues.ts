import type * as z from 'zod/mini';
import { Config } from './schema.ts';

/** What is wrong at one place of the configuration, in words. */
export interface IssueDescription {
  what: string;
  /** Where a key is unknown: that key, and those that are known there. */
  unknown?: { key: string; known: string[] };
}

/** Where the issue is: the path of keys, down to the unknown key itself. */
export function issuePath(issue: z.core.$ZodIssue): PropertyKey[] {
  return issue.code === 'unrecognized_keys'
    ? [...issue.path, ...issue.keys.slice(0, 1)]
    : issue.path;
}

/** The issue in words, e.g. `clusters.lab.nodes.k0.ssh: must be a string`. */
export function describeIssue(issue: z.core.$ZodIssue): IssueDescription {
  const path = issuePath(issue).map(keyText).join('.') || 'the file';
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path);
    const what = `${path}: unknown key; known here: ${known.join(', ')}`;
    return { what, unknown: { key: issue.keys[0] ?? '', known } };
  }
  return { what: `${path}: ${describeValue(issue)}` };
}

/** A key of a megabyte would leave no room for what is wrong with it. */
function keyText(key: PropertyKey): string {
  const text = String(key);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function describeValue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return 'is empty';
    case 'too_big':
      return `is longer than ${issue.maximum}`;
    case 'invalid_key':
      return 'the key is empty or longer than 253 characters';
    default:
      return issue.message;
  }
}

const EXPECTED: Record<string, string> = {
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
};

/** The keys that the schema has at this path. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: z.core.$ZodType | undefined = Config;
  for (const key of path) {
    const def: z.core.$ZodTypeDef = unwrap(schema)?._zod.def ?? { type: 'unknown' };
    schema = isObject(def) ? def.shape[String(key)] : isRecord(def) ? def.valueType : undefined;
  }
  const def = unwrap(schema)?._zod.def;
  return def && isObject(def) ? Object.keys(def.shape) : [];
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const def = schema?._zod.def as { innerType?: z.core.$ZodType } | undefined;
  return def?.innerType ? unwrap(def.innerType) : schema;
}

function isObject(def: z.core.$ZodTypeDef): def is z.core.$ZodObjectDef {
  return def.type === 'object';
}

function isRecord(def: z.core.$ZodTypeDef): def is z.core.$ZodRecordDef {
  return def.type === 'record';
}
