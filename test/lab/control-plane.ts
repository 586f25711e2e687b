import { randomBytes } from 'node:crypto';
import { type Certificates, createCertificates } from './certificates.ts';
import { LabError } from './error.ts';
import { writeFileOn } from './files.ts';
import { adminConfig, type Cluster, users } from './kubeconfig.ts';
import { startProgram } from './program.ts';
import { internalIP, type Node, type Scenario } from './scenario.ts';
import { findHost, type LabState } from './state.ts';

const pki = '/etc/kubernetes/pki';

/** The scenario's feature gates as flags of a Kubernetes program. */
export function featureGates(scenario: Scenario): string[] {
  const gates = Object.entries(scenario.featureGates ?? {});
  return gates.length ? [`--feature-gates=${gates.map((gate) => gate.join('=')).join(',')}`] : [];
}

/** Runs etcd and kube-apiserver on the control plane's node, as kubeadm does it. */
export async function startApiServer(
  lab: LabState,
  scenario: Scenario,
  cluster: Cluster,
  certificates: Certificates,
): Promise<void> {
  const node = scenario.controlPlane;
  const host = findHost(lab, node);
  const { apiServer, frontProxy, serviceAccount } = certificates;
  const tokens = Object.entries(cluster.tokens).map(([user, token]) => {
    const group = user === users[0] ? 'system:masters' : '';
    return `${token},${user},${user},"${group}"\n`;
  });
  const secrets: Record<string, string> = {
    'ca.crt': cluster.ca,
    'apiserver.crt': apiServer.certificate,
    'apiserver.key': apiServer.key,
    'front-proxy-client.crt': frontProxy.certificate,
    'front-proxy-client.key': frontProxy.key,
    'sa.key': serviceAccount.key,
    'sa.pub': serviceAccount.publicKey,
    'tokens.csv': tokens.join(''),
  };
  await Promise.all(
    Object.entries(secrets).map(([name, content]) =>
      writeFileOn(host, `${pki}/${name}`, content, 0o600),
    ),
  );
  await startProgram(lab, node, 'etcd', [
    '/mnt/bin/etcd',
    '--unsafe-no-fsync',
    '--data-dir=/var/lib/etcd',
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--log-level=warn',
  ]);
  await startProgram(lab, node, 'kube-apiserver', [
    '/mnt/bin/kube-apiserver',
    '--etcd-servers=http://127.0.0.1:2379',
    `--service-cluster-ip-range=${scenario.serviceCIDRs.join()}`,
    '--bind-address=0.0.0.0',
    `--advertise-address=${cluster.address}`,
    `--tls-cert-file=${pki}/apiserver.crt`,
    `--tls-private-key-file=${pki}/apiserver.key`,
    `--service-account-key-file=${pki}/sa.pub`,
    `--service-account-signing-key-file=${pki}/sa.key`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--token-auth-file=${pki}/tokens.csv`,
    '--authorization-mode=Node,RBAC',
    // No controller makes ServiceAccounts here, and none takes the not-ready taint off a Node.
    '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
    `--client-ca-file=${pki}/ca.crt`,
    `--requestheader-client-ca-file=${pki}/ca.crt`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${pki}/front-proxy-client.crt`,
    `--proxy-client-key-file=${pki}/front-proxy-client.key`,
    '--enable-aggregator-routing',
    ...(scenario.admissionPlugins ?? []).map((name) => `--enable-admission-plugins=${name}`),
    ...featureGates(scenario),
  ]);
}

/** Runs the controllers that a lab needs: those behind Services, and the end of namespaces. */
export async function startControllers(lab: LabState, scenario: Scenario): Promise<void> {
  const controllers = [
    'endpoints-controller',
    'endpointslice-controller',
    'namespace-controller',
    'garbage-collector-controller',
  ];
  await startProgram(lab, scenario.controlPlane, 'kube-controller-manager', [
    '/mnt/bin/kube-controller-manager',
    `--kubeconfig=${adminConfig}`,
    `--controllers=${controllers.join(',')}`,
    '--leader-elect=false',
    '--secure-port=0',
    ...featureGates(scenario),
  ]);
}

/** The node that the API server runs on. */
export function controlPlaneNode(scenario: Scenario): Node {
  const node = scenario.nodes.find(({ name }) => name === scenario.controlPlane);
  if (!node) throw new LabError(`the control plane's node ${scenario.controlPlane} is not there`);
  return node;
}

/** A cluster yet to be started, with certificates and tokens of its own. */
export async function describeCluster(
  scenarioName: string,
  scenario: Scenario,
  directory: string,
): Promise<{ cluster: Cluster; certificates: Certificates }> {
  const address = internalIP(controlPlaneNode(scenario));
  const names = [scenario.controlPlane, 'localhost', 'kubernetes.default', '127.0.0.1', address];
  const certificates = await createCertificates(directory, names);
  const tokens = users.map((user) => [user, randomBytes(16).toString('hex')]);
  const cluster = {
    name: scenarioName,
    address,
    ca: certificates.ca,
    tokens: Object.fromEntries(tokens),
  };
  return { cluster, certificates };
}
