import { oneLine } from './sanitize.ts';

export interface Column<Row> {
  header: string;
  /** An empty cell is shown as `<none>`, as kubectl does. */
  value(row: Row): string;
  /** Colours the padded cell. */
  style?(text: string, row: Row): string;
}

const GAP = '   ';

/**
 * The rows as kubectl shows them: left-aligned columns, three spaces apart, no trailing spaces.
 * Cells are made safe for a terminal here. Ends with a newline; empty when there is nothing.
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { headers = true } = {},
): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.value(row)) || '<none>'));
  const head = headers && rows.length > 0 ? [columns.map((column) => column.header)] : [];
  // One by one: a call takes no hundred thousand arguments.
  const widths = columns.map((_, index) =>
    [...head, ...cells].reduce((width, line) => Math.max(width, line[index]?.length ?? 0), 0),
  );

  const line = (texts: string[], row?: Row) =>
    texts
      .map((text, index) => {
        const last = index === texts.length - 1;
        const padded = last ? text : text.padEnd(widths[index] ?? 0);
        const style = columns[index]?.style;
        return style && row !== undefined ? style(padded, row) : padded;
      })
      .join(GAP);

  return [
    ...head.map((texts) => line(texts)),
    ...cells.map((texts, index) => line(texts, rows[index])),
  ]
    .map((text) => `${text}\n`)
    .join('');
}
