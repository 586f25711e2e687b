// include/uapi/linux/netfilter_ipv4.h NF_IP_PRI_…; nft 1.0.6 src/rule.c std_prios.
const NAMES: Record<string, number> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/** Reads `-110`, `filter`, `dstnat - 10`. Returns null for anything else. */
export function parsePriority(text: string): number | null {
  const match = /^([a-z]+)?(?:\s*([+-])?\s*(\d+))?$/.exec(text.trim());
  if (!match) return null;
  const [, name, sign, number = '0'] = match;
  const base = name === undefined ? 0 : NAMES[name];
  if (base === undefined || (name === undefined && match[3] === undefined)) return null;
  return base + (sign === '-' ? -1 : 1) * Number(number);
}
