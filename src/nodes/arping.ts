import { quote } from '../quote.ts';
import type { ArpingKind } from '../snapshot/model.ts';

/** What arping is to do; each is shell text that reads `$interface` and `$ip`, about 2 s long. */
interface ArpingCommands {
  /** Is there anyone: asks as 0.0.0.0 and ends at the first answer. */
  askFirst: string;
  /** Who, each. */
  askAll: string;
  /** Gratuitous ARP as requests and as replies: some stacks take only the one or the other. */
  request: string;
  reply: string;
}

const IPUTILS: ArpingCommands = {
  askFirst: 'arping -D -c 2 -w 2 -I "$interface" "$ip"',
  askAll: 'arping -b -c 2 -w 2 -I "$interface" "$ip"',
  request: 'arping -U -c 2 -I "$interface" "$ip"',
  reply: 'arping -A -c 2 -I "$interface" "$ip"',
};

/**
 * The three kinds of arping share a name, not their options. iputils (20221126) and busybox (1.35)
 * agree on these. In Habets' (2.23) -D is only for the display, -0 asks as 0.0.0.0, -U takes the
 * source address from -S, and -P sends replies. Their exit codes differ and are 0 on `lo`, so what
 * they print counts.
 */
export const ARPING: Record<ArpingKind, ArpingCommands> = {
  iputils: IPUTILS,
  busybox: IPUTILS,
  habets: {
    askFirst: 'arping -0 -c 2 -i "$interface" "$ip"',
    askAll: 'arping -0 -c 2 -i "$interface" "$ip"',
    request: 'arping -U -S "$ip" -c 2 -i "$interface" "$ip"',
    reply: 'arping -U -P -S "$ip" -c 2 -i "$interface" "$ip"',
  },
};

/** The announcement as commands that a person types on the node. */
export function announceCommand(
  kind: ArpingKind,
  { ip, interface: name }: { ip: string; interface: string },
): string {
  const { request, reply } = ARPING[kind];
  return `${request}; ${reply}`
    .replaceAll('"$interface"', () => quote(name))
    .replaceAll('"$ip"', () => quote(ip));
}

/** What a cache still holds proves nothing: the neighbour is forgotten, then asked by a ping. */
export const FORGET_NEIGHBOUR = 'bounded 5 ip neigh del "$ip" dev "$interface" 2>/dev/null';
export const PING = 'bounded 5 ping -n -c 2 -w 2 -I "$interface" "$ip"';
export const SHOW_NEIGHBOUR = 'bounded 5 ip neigh show "$ip" dev "$interface"';
