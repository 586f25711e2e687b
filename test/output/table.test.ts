import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { table } from '../../src/output/table.ts';

interface Row {
  name: string;
  ip: string;
}
const columns = [
  { header: 'NAME', value: (row: Row) => row.name },
  { header: 'IP', value: (row: Row) => row.ip },
];
const rows = [
  { name: 'web', ip: '192.0.2.10' },
  { name: 'longer-name', ip: '' },
];

test('columns are three spaces apart, an empty cell is <none>', () => {
  assert.equal(
    table(columns, rows),
    'NAME          IP\n' + 'web           192.0.2.10\n' + 'longer-name   <none>\n',
  );
});

test('headers can be left out', () => {
  assert.equal(table(columns, rows.slice(0, 1), { headers: false }), 'web   192.0.2.10\n');
});

test('nothing is nothing, not a lonely header', () => {
  assert.equal(table(columns, []), '');
});

test('a cell cannot break its line or colour the terminal', () => {
  const evil = table(columns, [{ name: 'a\nb', ip: '\x1b[31m' }], { headers: false });
  assert.equal(evil, 'a\\x0ab   \\x1b[31m\n');
});

test('colour does not count as width', () => {
  const red = new Chalk({ level: 1 }).red;
  const colored = [{ ...columns[0], style: (text: string) => red(text) }, columns[1]];
  const text = table(colored as typeof columns, rows);
  assert.equal(text.replaceAll(/\x1b\[\d+m/g, ''), table(columns, rows));
  assert.match(text, /\x1b\[31mweb/);
});

test('as many rows as a hostile node makes records', () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => `${index}`);
  const text = table([{ header: 'FILE', value: (row: string) => row }], rows);
  assert.equal(text.split('\n').length, rows.length + 2);
});
