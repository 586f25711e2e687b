/** A way to break the lab s2, where svc-test-1 has 20.1.0.167 on k0's ens34. */
export interface Break {
  what: string;
  /** Where both commands run. */
  host: string;
  break: string;
  /** Makes it as it was, whatever a fix has done meanwhile. */
  mend: string;
  /** `CODE OBJECT` of every error and warning that it makes. */
  finds: readonly string[];
  /** Those with the same word cannot be there together. */
  of: string;
}

const ASSIGN = 'extip assign svc-test-1 20.1.0.167 --node k0 --interface ens34 -y >/dev/null 2>&1';

export const BREAKS: readonly Break[] = [
  {
    what: 'the address was taken off its node',
    host: 'operator',
    break: 'ssh k0 ip addr del 20.1.0.167/32 dev ens34',
    mend: ASSIGN,
    finds: ['EXT201 ip/20.1.0.167'],
    of: 'address',
  },
  {
    what: 'the address was put on a second node',
    host: 'k2',
    break: 'ip addr add 20.1.0.167/32 dev ens34',
    mend: 'ip addr del 20.1.0.167/32 dev ens34 2>/dev/null || true',
    finds: ['EXT202 ip/20.1.0.167'],
    of: 'address',
  },
  {
    what: 'the selector matches no pod',
    host: 'operator',
    break: `kubectl get svc svc-test-1 -o jsonpath='{.spec.selector}' >/tmp/selector &&
      kubectl patch svc svc-test-1 --type=merge -p '{"spec":{"selector":{"extip-test":"none"}}}'`,
    mend: `kubectl patch svc svc-test-1 --type=json -p "[{\\"op\\":\\"replace\\",\\"path\\":\\"/spec/selector\\",\\"value\\":$(cat /tmp/selector)}]"`,
    finds: ['EXT204 service/default/svc-test-1'],
    of: 'endpoints',
  },
];
