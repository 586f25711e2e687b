import { explainFlow, tellingOfDump } from '../../src/explain/explain.ts';
import type { Explanation, Flow } from '../../src/explain/explanation.ts';
import { lineNaming } from '../../src/explain/line-naming.ts';
import { readRules } from '../../src/explain/read-rules.ts';
import { type ExplainFlags, readRequest } from '../../src/explain/request.ts';
import { readIpsetSave } from '../../src/net/netfilter/ipset/read-save.ts';

/** The flow from 203.0.113.9, unless the flags say another, through the rules of a dump. */
export function explainDump(
  dump: string,
  flags: Partial<ExplainFlags> & { to: string },
  ipsets = '',
): Flow {
  const bytes = Buffer.from(dump);
  const all: ExplainFlags = { from: '203.0.113.9', protocol: 'tcp', local: [], ...flags };
  const request = readRequest(all, readIpsetSave(ipsets).sets);
  const { tables } = readRules(bytes, 'dump', request.asked.packet.family);
  return explainFlow(
    request,
    tables,
    tellingOfDump(tables, (address) => lineNaming(bytes, address)),
  );
}

/** What `explain --rules` finds, of one flow. */
export function explanationOf(flow: Flow): Explanation {
  return { subject: null, flows: [flow], observations: [], unread: [], problems: [] };
}
