import assert from 'node:assert/strict';

const LABEL = String.raw`"((?:[\p{L}\p{N} .,:()/→…+=-]|#\d+;|<br/>)*)"`;
const NODE = new RegExp(
  String.raw`^  (n\d+)(?:\(\[${LABEL}\]\)|\[${LABEL}\]|\{${LABEL}\}|\{\{${LABEL}\}\}):::(\w+)$`,
  'u',
);
const EDGE = new RegExp(String.raw`^  (n\d+) -->(?:\|${LABEL}\|)? (n\d+)$`, 'u');
const FRAME = new RegExp(String.raw`^  subgraph flow\d+ \[${LABEL}\]$`, 'u');
const STYLE = /^ {2}classDef (\w+) ((?:[a-z-]+:[#\w]+,?)+)$/;

export interface ReadChart {
  /** By name; `text` with its character references read. */
  nodes: Map<string, { text: string; style: string }>;
  edges: { from: string; to: string; says: string | null }[];
  frames: string[];
}

/**
 * Reads a flowchart as we write it, which is far less than mermaid takes: throws at any line that is
 * none of ours, at a box or a style that is not there, and at what is larger than mermaid takes.
 */
export function readMermaid(text: string): ReadChart {
  const [first, ...lines] = text.split('\n');
  assert.equal(first, 'flowchart TB');
  assert.equal(lines.pop(), '');
  assert.ok(text.length < 50_000, `${text.length} characters`);
  const chart: ReadChart = { nodes: new Map(), edges: [], frames: [] };
  const styles = new Set<string>();
  let isInFrame = false;
  for (const line of lines) {
    const [, name, ...ofNode] = NODE.exec(line) ?? [];
    const [, from, says, to] = EDGE.exec(line) ?? [];
    const [, title] = FRAME.exec(line) ?? [];
    const [, style] = STYLE.exec(line) ?? [];
    if (name) {
      assert.ok(!chart.nodes.has(name), line);
      const [label] = ofNode.slice(0, -1).filter((it) => it !== undefined);
      chart.nodes.set(name, { text: plain(label ?? ''), style: ofNode.at(-1) ?? '' });
    } else if (from && to) {
      chart.edges.push({ from, to, says: says === undefined ? null : plain(says) });
    } else if (title !== undefined) {
      assert.ok(!isInFrame, line);
      isInFrame = true;
      chart.frames.push(plain(title));
    } else if (line === '  end') {
      assert.ok(isInFrame, line);
      isInFrame = false;
    } else {
      assert.ok(style, `not a line of a flowchart: ${line}`);
      styles.add(style);
    }
  }
  assert.ok(!isInFrame, 'a frame is not closed');
  assert.ok(chart.edges.length < 500, `${chart.edges.length} edges`);
  for (const { from, to } of chart.edges) assert.ok(chart.nodes.has(from) && chart.nodes.has(to));
  for (const { style } of chart.nodes.values()) assert.ok(styles.has(style), style);
  return chart;
}

function plain(label: string): string {
  return label
    .replaceAll('<br/>', '\n')
    .replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}
