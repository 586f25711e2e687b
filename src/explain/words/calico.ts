import type { CalicoChain } from '../../net/calico/describe-chain.ts';
import type { KnownPhase } from './known-phase.ts';

const OF_ENDPOINT: Readonly<Record<string, string>> = {
  fh: 'what comes in by the host endpoint',
  th: 'what leaves by the host endpoint',
  fhfw: 'what is forwarded from the host endpoint',
  thfw: 'what is forwarded to the host endpoint',
  fw: 'what comes from the pod behind',
  tw: 'what goes to the pod behind',
};

const COMMON: Readonly<Record<string, string>> = {
  'from-host-endpoint': 'is there a host endpoint where it comes in?',
  'to-host-endpoint': 'is there a host endpoint where it leaves?',
  'from-hep-forward': 'is there a host endpoint where it comes in, to be forwarded?',
  'to-hep-forward': 'is there a host endpoint where it leaves, forwarded?',
  'from-wl-dispatch': 'which pod does it come from?',
  'to-wl-dispatch': 'which pod does it go to?',
  'wl-to-host': 'from a pod to the node itself',
  'failsafe-in': 'ports that no policy can close',
  'failsafe-out': 'ports that no policy can close',
  'nat-outgoing': 'masquerades what pods send out of their pools',
  'fip-dnat': 'floating IPs of pods',
  'fip-snat': 'floating IPs of pods',
  'rpf-skip': 'pods that may use any source',
  'cidr-block': 'addresses of pools that no pod has',
  gi: 'policies, one after another',
  go: 'policies, one after another',
};

/** What Calico's chain is about. */
export function calicoPurpose({ kind, owner }: CalicoChain): string {
  if (owner?.type === 'policy') return `Calico: the policy ${owner.name}`;
  if (owner?.type === 'profile') return `Calico: the profile ${owner.name}`;
  if (owner) return `Calico: ${OF_ENDPOINT[kind] ?? kind} ${owner.name}`;
  if (kind === 'pi' || kind === 'po') return 'Calico: a policy';
  if (kind === 'pri' || kind === 'pro') return 'Calico: a profile';
  return `Calico: ${COMMON[kind] ?? `its rules of ${kind}`}`;
}

/**
 * What a rule in one of Calico's chains does. `acceptMark`: what Calico marks accepted packets
 * with; null: not known.
 */
export function calicoWords(
  chain: CalicoChain,
  { phase, target }: KnownPhase,
  acceptMark: number | null,
): string | null {
  const { action, rule } = phase;
  const whose = chain.owner && chain.owner.type !== 'endpoint' ? chain.owner : null;
  const by = whose ? `the ${whose.type} ${whose.name}` : null;
  const note = noteOf(rule?.comment ?? '');
  switch (action) {
    case 'jump':
    case 'goto':
      return target?.purpose ?? null;
    case 'mark': {
      const bits = marked(rule?.text ?? '');
      if (bits?.value === 0) return "takes Calico's marks away";
      if (bits === null || acceptMark === null || bits.value !== acceptMark) return note;
      return by ? `${by} allows it` : `allows it${note ? `: ${note}` : ''}`;
    }
    case 'drop':
    case 'reject':
      return by ? `${by} denies it` : `drops it${note ? `: ${note}` : ''}`;
    case 'return':
      return by ? `${by} has decided` : note;
    case 'accept':
      return `lets it pass${note ? `: ${note}` : ''}`;
    default:
      return note;
  }
}

/** What Calico's comment says besides the rule's hash, `cali:…`. */
function noteOf(comment: string): string | null {
  const note = comment.replace(/^cali:\S+\s*;?\s*/, '').replace(/\.$/, '');
  return note === '' ? null : note;
}

function marked(text: string): { value: number } | null {
  const [, value] =
    /--set-x?mark (0x[0-9a-f]+)/.exec(text) ??
    /mark set meta mark \| (0x[0-9a-f]+)/.exec(text) ??
    [];
  return value === undefined ? null : { value: Number(value) };
}
