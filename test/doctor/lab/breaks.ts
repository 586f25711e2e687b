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
  /** Those with a word in common cannot be there, or not be seen, together. */
  of: readonly string[];
}

const ASSIGN = 'extip assign svc-test-1 20.1.0.167 --node k0 --interface ens34 -y >/dev/null 2>&1';

export const BREAKS: readonly Break[] = [
  {
    what: 'the address was taken off its node',
    host: 'operator',
    break: 'ssh k0 ip addr del 20.1.0.167/32 dev ens34',
    mend: ASSIGN,
    finds: ['EXT201 ip/20.1.0.167'],
    of: ['address'],
  },
  {
    what: 'the address was put on a second node',
    host: 'k2',
    break: 'ip addr add 20.1.0.167/32 dev ens34',
    mend: 'ip addr del 20.1.0.167/32 dev ens34 2>/dev/null || true',
    finds: ['EXT202 ip/20.1.0.167'],
    of: ['address', 'ssh'],
  },
  {
    what: 'the selector matches no pod',
    host: 'operator',
    break: `kubectl get svc svc-test-1 -o jsonpath='{.spec.selector}' >/tmp/selector &&
      kubectl patch svc svc-test-1 --type=merge -p '{"spec":{"selector":{"extip-test":"none"}}}'`,
    mend: `kubectl patch svc svc-test-1 --type=json -p "[{\\"op\\":\\"replace\\",\\"path\\":\\"/spec/selector\\",\\"value\\":$(cat /tmp/selector)}]"`,
    finds: ['EXT204 service/default/svc-test-1'],
    of: ['endpoints'],
  },
  {
    what: 'a node does not forward',
    host: 'k0',
    break: 'sysctl -q -w net.ipv4.ip_forward=0',
    mend: 'sysctl -q -w net.ipv4.ip_forward=1',
    finds: ['EXT320 node/k0'],
    of: ['forwarding'],
  },
  {
    what: 'a rule made by hand drops what is forwarded to pods',
    host: 'k0',
    break: 'iptables -I FORWARD -i ens34 -d 192.168.0.0/16 -j DROP',
    mend: 'iptables -D FORWARD -i ens34 -d 192.168.0.0/16 -j DROP',
    finds: ['EXT406 node/k0'],
    // Of an address that no Service has, or that is not there, no packet is walked.
    of: ['rules', 'address', 'endpoints'],
  },
  {
    what: 'a rule made by hand sends the address elsewhere',
    host: 'k0',
    break: 'iptables -t nat -I PREROUTING -d 20.1.0.167 -p tcp --dport 80 -j DNAT --to 10.1.0.9:80',
    mend: 'iptables -t nat -D PREROUTING -d 20.1.0.167 -p tcp --dport 80 -j DNAT --to 10.1.0.9:80',
    finds: ['EXT407 node/k0'],
    // Of an address that no Service has, or that is not there, no packet is walked.
    of: ['rules', 'address', 'endpoints'],
  },
  {
    what: 'rules are left over of a Service that is gone',
    host: 'k0',
    break: `iptables -t nat -A KUBE-SERVICES -d 10.111.99.99/32 -p tcp -m tcp --dport 80 -j $(iptables -t nat -S KUBE-SERVICES | grep -o -m 1 'KUBE-SVC-[A-Z0-9]*')`,
    mend: `iptables -t nat -D KUBE-SERVICES $(iptables -t nat -S KUBE-SERVICES | grep -F 10.111.99.99/32 | cut -d ' ' -f 3-) 2>/dev/null || true`,
    finds: ['EXT403 node/k0'],
    of: ['kube-proxy'],
  },
  {
    what: 'somebody took the record off the node',
    host: 'operator',
    break: 'ssh k0 mv /var/lib/extip/20.1.0.167.json /root/kept',
    // A new record has it that the address was there before, and that nothing is to put it back.
    mend: `ssh k0 mv /root/kept /var/lib/extip/20.1.0.167.json && ${ASSIGN}`,
    finds: ['EXT113 service/default/svc-test-1'],
    // Its mend assigns.
    of: ['record', 'address'],
  },
  {
    what: 'somebody took the address out of spec.externalIPs',
    host: 'operator',
    break: `kubectl patch svc svc-test-1 --type=merge -p '{"spec":{"externalIPs":null}}'`,
    mend: `kubectl patch svc svc-test-1 --type=merge -p '{"spec":{"externalIPs":["20.1.0.167"]}}'`,
    finds: ['EXT112 service/default/svc-test-1'],
    of: ['address'],
  },
  {
    what: 'two Services have the same address and port',
    host: 'operator',
    break: `kubectl patch svc svc-test-2 --type=merge -p '{"spec":{"externalIPs":["20.1.0.167"],"ports":[{"port":80,"targetPort":8080}]}}'`,
    mend: `kubectl patch svc svc-test-2 --type=merge -p '{"spec":{"externalIPs":null}}'`,
    finds: ['EXT211 ip/20.1.0.167'],
    of: ['address'],
  },
  {
    what: 'a node cannot be reached',
    host: 'k2',
    break:
      'nft add table inet broken && nft add chain inet broken in "{ type filter hook input priority -300; }" && nft add rule inet broken in tcp dport 22 reject with tcp reset',
    mend: 'nft delete table inet broken',
    finds: ['EXT301 node/k2'],
    of: ['ssh'],
  },
  {
    what: 'the external IP has the prefix of its network',
    host: 'k0',
    break: 'ip addr del 20.1.0.167/32 dev ens34 && ip addr add 20.1.0.167/24 dev ens34',
    mend: 'ip addr del 20.1.0.167/24 dev ens34; ip addr replace 20.1.0.167/32 dev ens34',
    finds: ['EXT307 ip/20.1.0.167', 'EXT309 ip/20.1.0.167'],
    of: ['address'],
  },
  {
    what: 'the segment has two MTUs',
    host: 'k2',
    break: 'ip link set ens34 mtu 1400',
    mend: 'ip link set ens34 mtu 1500',
    finds: ['EXT324 cluster'],
    of: ['mtu'],
  },
];
