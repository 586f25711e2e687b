import type { Family } from '../net/ip.ts';
import { quote } from '../quote.ts';
import { lastLine } from './plain-line.ts';
import type { Reach } from './reach.ts';
import { type RunOptions, runScript } from './run-script.ts';

/** Calico's agent writes what has changed within a second or so, on a busy node later. */
const WAIT_SECONDS = 30;

/**
 * Both variants of iptables are read, whole: to ask a table by its name would create it; and the table of the
 * agent's own nftables mode (Calico 3.29 on). Addresses stand there without the prefix of a single one, or with it.
 */
const LOOK = `saved() {
  for program in "$nft_save" "$legacy_save"; do
    if command -v "$program" >/dev/null 2>&1; then bounded 60 "$program"; fi
  done
  if command -v nft >/dev/null 2>&1; then bounded 60 nft list table "$table" calico; fi
}
look() {
  end=$(($(date +%s) + ${WAIT_SECONDS}))
  while :; do
    rules=$(saved 2>/dev/null | grep -F cali-)
    case $rules in
      *"cali-fh-$interface"[!A-Za-z0-9.-]*)
        if printf '%s\n' "$rules" | grep -qwF -e "$ip"; then printf yes; return; fi ;;
    esac
    if [ "$(date +%s)" -ge "$end" ]; then printf no; return; fi
    sleep 1
  done
}
section guard look`;

/**
 * Waits until the guard of the address is in the node's kernel, at the interface; why it is not, null: it is.
 * Until then nothing that is tried there says anything of it.
 */
export async function whyNotGuarded(
  reach: Reach,
  { ip, family, interface: name }: { ip: string; family: Family; interface: string },
  options: RunOptions = {},
): Promise<string | null> {
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  const body = `interface=${quote(name)}
ip=${quote(ip)}
if command -v ${tool}-nft-save >/dev/null 2>&1; then nft_save=${tool}-nft-save; else nft_save=${tool}-save; fi
legacy_save=${tool}-legacy-save
table=${family === 4 ? 'ip' : 'ip6'}
${LOOK}`;
  const run = await runScript(
    reach,
    { privilege: 'require', body },
    { timeoutSeconds: 120, ...options },
  );
  const section = run.sections.get('guard');
  if (section?.stdout === 'yes') return null;
  if (section?.stdout === 'no') {
    return `Calico's agent has not written it within ${WAIT_SECONDS} s: is calico-node running there?`;
  }
  return run.message ?? (lastLine(section?.stderr ?? '') || run.status);
}
