import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConnections } from '../../src/nodes/parse-connections.ts';

/** As conntrack 1.4.7 prints them on Linux 6.18. */
const LISTED = `tcp      6 431998 ESTABLISHED src=20.1.0.77 dst=20.1.0.167 sport=45678 dport=80 src=192.168.99.39 dst=20.1.0.160 sport=8080 dport=45678 [ASSURED] mark=0 use=1
tcp      6 86 TIME_WAIT src=20.1.0.77 dst=20.1.0.167 sport=45680 dport=80 packets=6 bytes=398 src=192.168.99.39 dst=20.1.0.160 sport=8080 dport=45680 packets=4 bytes=500 [ASSURED] mark=0 use=1
udp      17 29 src=20.1.0.77 dst=20.1.0.167 sport=5000 dport=53 [UNREPLIED] src=192.168.99.39 dst=20.1.0.160 sport=53 dport=5000 mark=65536 use=1
icmp     1 29 src=20.1.0.77 dst=20.1.0.167 type=8 code=0 id=1 src=20.1.0.167 dst=20.1.0.77 type=0 code=0 id=1 mark=0 use=1
tcp      6 431998 ESTABLISHED src=2001:db8::77 dst=2001:db8::167 sport=45678 dport=80 src=2001:db8:99::39 dst=2001:db8::160 sport=8080 dport=45678 [ASSURED] mark=0 use=1
`;

describe('what conntrack -L lists', () => {
  it('is the connections with ports, each as its first packet had it', () => {
    const seen = parseConnections(LISTED).map(
      ({ protocol, source, sourcePort, destination, destinationPort }) =>
        `${protocol} ${source.text} ${sourcePort} > ${destination.text} ${destinationPort}`,
    );
    assert.deepEqual(seen, [
      'tcp 20.1.0.77 45678 > 20.1.0.167 80',
      'tcp 20.1.0.77 45680 > 20.1.0.167 80',
      'udp 20.1.0.77 5000 > 20.1.0.167 53',
      'tcp 2001:db8::77 45678 > 2001:db8::167 80',
    ]);
  });

  it('is nothing of what is no connection', () =>
    assert.deepEqual(
      parseConnections('conntrack v1.4.7: 0 flow entries\ntcp 6 src=a dst=b\n'),
      [],
    ));
});
