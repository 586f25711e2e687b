import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { Chalk } from 'chalk';
import { validateXML } from 'xmllint-wasm';
import { CHECKS } from '../../src/doctor/checks/index.ts';
import type { DoctorReport } from '../../src/doctor/report.ts';
import { doctorFormat } from '../../src/output/doctor/format.ts';
import { DoctorReportDocument } from '../../src/output/documents.ts';
import { examine } from './broken-snapshot.ts';

/** The report of a snapshot with an error and what cannot be known, with whatever a cluster may call things. */
async function someReport(): Promise<DoctorReport> {
  const report = await examine('s2-assigned', async (broken) => {
    await broken.json('k2', 'node.json', (info) => {
      Object.assign(info, {
        status: 'unreachable',
        message: 'a <b> & "c"\u001b[31m\u202e',
        machine: null,
      });
    });
    await broken.remove('cluster/endpointslices.json');
  });
  assert.ok(report.findings.length > 0 && report.unknown.length > 0);
  return report;
}

function print(report: DoctorReport, output: string, showInfo = false): string {
  return doctorFormat(report, CHECKS, { output, colors: new Chalk({ level: 0 }), showInfo });
}

function schema(file: string): Promise<string> {
  return readFile(join(import.meta.dirname, 'schemas', file), 'utf8');
}

describe('extip doctor -o', () => {
  it('table: findings with their facts, what is not known, and the sums', async () => {
    const lines = print(await someReport(), 'table').split('\n');
    assert.ok(lines.some((line) => /^ {2}error EXT301 node\/k2: k2 is unreachable/.test(line)));
    assert.ok(lines.some((line) => /^ {2}EXT204 is not known: endpointslices: /.test(line)));
    assert.match(lines.at(-2) ?? '', /^1 error; \d+ checks? passed, \d+ unknown/);
    assert.ok(!lines.join('').includes('\u001b') && !lines.join('').includes('\u202e'));
  });

  it('short: a line a finding', async () => {
    assert.match(
      print(await someReport(), 'short'),
      /^EXT301 error node\/k2: k2 is unreachable.*\n$/,
    );
  });

  it('json: as its schema says', async () => {
    DoctorReportDocument.parse(JSON.parse(print(await someReport(), 'json')));
  });

  it('sarif: as SARIF 2.1.0 has it', async () => {
    const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(await schema('sarif-2.1.0-rtm.5.json')));
    const sarif = JSON.parse(print(await someReport(), 'sarif'));
    const isValid: boolean = validate(sarif);
    assert.ok(isValid, JSON.stringify(validate.errors, null, 2));
    const [{ results, tool }] = sarif.runs;
    assert.equal(tool.driver.rules.length, CHECKS.length);
    assert.deepEqual(
      results.map(({ ruleId, level }: Record<string, string>) => `${ruleId} ${level}`),
      ['EXT101 note', 'EXT301 error', 'EXT410 note'],
    );
    assert.equal(tool.driver.rules[results[1].ruleIndex].id, 'EXT301');
  });

  it("junit: as Jenkins' schema has it, whatever the objects are called", async () => {
    const contents = print(await someReport(), 'junit');
    const { valid, errors } = await validateXML({
      xml: [{ fileName: 'junit.xml', contents }],
      schema: [{ fileName: 'jenkins-junit.xsd', contents: await schema('jenkins-junit.xsd') }],
    });
    assert.ok(valid, JSON.stringify(errors));
    assert.match(contents, /<testsuites name="extip doctor" tests="\d+" failures="1"/);
    assert.match(contents, /<skipped>\s*endpointslices: /);
  });
});
