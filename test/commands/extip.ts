import assert from 'node:assert/strict';
import type * as z from 'zod/mini';
import {
  ApplyResultDocument,
  AssignmentListDocument,
  PlanDocument,
} from '../../src/output/documents.ts';
import { ErrorDocument } from '../../src/output/error-document.ts';
import type { Lab } from '../lab/harness.ts';

export type Item = AssignmentListDocument['items'][number];

/** A change that succeeds: runs it with `-y` and returns its ApplyResult. */
export function change(lab: Lab, command: string): Promise<ApplyResultDocument> {
  return documentOf(lab, `${command} -y`, 0, ApplyResultDocument);
}

/** What a change would do, with `--dry-run=client`. */
export function plan(lab: Lab, command: string): Promise<PlanDocument> {
  return documentOf(lab, `${command} --dry-run=client`, 0, PlanDocument);
}

/** A command that fails with this exit code: its Error document. */
export function failure(lab: Lab, exitCode: number, command: string): Promise<ErrorDocument> {
  return documentOf(lab, command, exitCode, ErrorDocument);
}

/** The items of `extip list`. */
export async function list(lab: Lab, flags = '-A'): Promise<Item[]> {
  return (await documentOf(lab, `list ${flags}`, 0, AssignmentListDocument)).items;
}

/** The one item of the list about this address. */
export async function listed(lab: Lab, ip: string): Promise<Item> {
  const items = (await list(lab)).filter((item) => item.ip === ip);
  const [item] = items;
  assert.ok(item && items.length === 1, `${items.length} items for ${ip}`);
  return item;
}

/** Runs extip with `-o json`: the exit code is the one expected, stdout one document of the schema. */
async function documentOf<T>(
  lab: Lab,
  command: string,
  exitCode: number,
  schema: z.ZodMiniType<T>,
): Promise<T> {
  const result = await lab.extip(...command.split(' '), '-o', 'json');
  const said = `extip ${command}\n${result.stdout}${result.stderr}`;
  assert.equal(result.exitCode, exitCode, said);
  const parsed = schema.safeParse(JSON.parse(result.stdout));
  assert.ok(parsed.success, `${said}${JSON.stringify(parsed.error?.issues)}`);
  const { data } = parsed;
  if (schema === (ErrorDocument as unknown)) {
    assert.equal((data as ErrorDocument).exitCode, exitCode, said);
  }
  return data;
}
