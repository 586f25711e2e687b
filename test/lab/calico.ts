import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Api, ApiError } from './api.ts';
import { run } from './exec.ts';
import { writeFileOn } from './files.ts';
import { adminConfig, type Cluster } from './kubeconfig.ts';
import { startProgram } from './program.ts';
import { isIPv6, type Scenario } from './scenario.ts';
import { findHost, type LabState } from './state.ts';
import { waitFor } from './wait.ts';

const group = '/apis/crd.projectcalico.org/v1';

/** Installs Calico, runs its agent on every node and its API server, and waits for both. */
export async function startCalico(
  lab: LabState,
  api: Api,
  scenario: Scenario,
  cluster: Cluster,
  crdDirectory: string,
): Promise<void> {
  // Before anything else: the API server does not start without the CRDs.
  await installCalico(api, scenario, crdDirectory);
  await Promise.all([
    startCalicoApiServer(lab, api, scenario, cluster),
    ...scenario.nodes.map(({ name }) => startFelix(lab, scenario, name)),
  ]);
  await waitForCalico(lab, api, scenario);
}

/** Creates Calico's CRDs and the objects that its agent waits for. */
async function installCalico(api: Api, scenario: Scenario, crdDirectory: string): Promise<void> {
  const files = await readdir(crdDirectory);
  await Promise.all(
    files.map(async (file) =>
      api.request(
        'POST',
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        parse(await readFile(join(crdDirectory, file), 'utf8')),
      ),
    ),
  );
  const create = (resource: string, kind: string, name: string, spec: object) =>
    waitFor(`Calico's ${resource} to be served`, () =>
      api
        .request('POST', `${group}/${resource}`, {
          apiVersion: 'crd.projectcalico.org/v1',
          kind,
          metadata: { name },
          spec,
        })
        .catch((error) => {
          // A try before that was answered too late did it after all.
          if (!(error instanceof ApiError && error.status === 409)) throw error;
        }),
    );
  await Promise.all([
    create('clusterinformations', 'ClusterInformation', 'default', {
      datastoreReady: true,
      clusterType: 'k8s,kdd',
    }),
    create('felixconfigurations', 'FelixConfiguration', 'default', { ipipEnabled: false }),
    ...scenario.podCIDRs.map((cidr) => {
      const six = isIPv6(cidr);
      return create('ippools', 'IPPool', `default-ipv${six ? 6 : 4}-ippool`, {
        cidr,
        blockSize: six ? 122 : 26,
        ipipMode: 'Never',
        vxlanMode: 'Never',
        natOutgoing: true,
        nodeSelector: 'all()',
        allowedUses: ['Workload', 'Tunnel'],
      });
    }),
  ]);
}

/** Runs Calico's agent on a node. It ends when its configuration changes, and is to be started again. */
export const FELIX = '/mnt/bin/calico-felix --config-file=/etc/calico/felix.cfg';

async function startFelix(lab: LabState, scenario: Scenario, node: string): Promise<void> {
  await writeFileOn(findHost(lab, node), '/etc/calico/felix.cfg', '');
  await startProgram(
    lab,
    node,
    'calico-felix',
    // It ends itself when its configuration changes, and is started again, as calico-node does it.
    ['sh', '-c', `while :; do ${FELIX}; sleep 0.5; done`],
    {
      KUBECONFIG: adminConfig,
      FELIX_DATASTORETYPE: 'kubernetes',
      FELIX_FELIXHOSTNAME: node,
      // Left to itself it may take the legacy tables.
      FELIX_IPTABLESBACKEND: 'nft',
      FELIX_IPV6SUPPORT: String(scenario.podCIDRs.some(isIPv6)),
      FELIX_DEFAULTENDPOINTTOHOSTACTION: 'ACCEPT',
      FELIX_LOGFILEPATH: 'none',
      FELIX_LOGSEVERITYSYS: 'none',
      FELIX_USAGEREPORTINGENABLED: 'false',
      FELIX_HEALTHENABLED: 'true',
      FELIX_HEALTHHOST: '127.0.0.1',
    },
  );
}

/** Runs Calico's aggregated API server and has kube-apiserver serve it. */
async function startCalicoApiServer(
  lab: LabState,
  api: Api,
  scenario: Scenario,
  cluster: Cluster,
): Promise<void> {
  await startProgram(
    lab,
    scenario.controlPlane,
    'calico-apiserver',
    [
      '/mnt/bin/calico-apiserver',
      '--secure-port=5443',
      `--kubeconfig=${adminConfig}`,
      `--authentication-kubeconfig=${adminConfig}`,
      `--authorization-kubeconfig=${adminConfig}`,
      '--cert-dir=/var/lib/calico-apiserver',
    ],
    { DATASTORE_TYPE: 'kubernetes', KUBECONFIG: adminConfig },
  );
  const namespace = 'calico-apiserver';
  await api.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await api.request('POST', `/api/v1/namespaces/${namespace}/services`, {
    metadata: { name: 'calico-api' },
    spec: { ports: [{ port: 443, targetPort: 5443 }] },
  });
  await api.request('POST', `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
    metadata: { name: 'calico-api', labels: { 'kubernetes.io/service-name': 'calico-api' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [cluster.address], conditions: { ready: true } }],
    ports: [{ port: 5443, protocol: 'TCP' }],
  });
  await api.request('POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
    metadata: { name: 'v3.projectcalico.org' },
    spec: {
      group: 'projectcalico.org',
      version: 'v3',
      groupPriorityMinimum: 1500,
      versionPriority: 200,
      insecureSkipTLSVerify: true,
      service: { name: 'calico-api', namespace, port: 443 },
    },
  });
}

/** Waits until the agents say that the kernels hold what the API says, and Calico's API answers. */
async function waitForCalico(lab: LabState, api: Api, scenario: Scenario): Promise<void> {
  await Promise.all([
    ...scenario.nodes.map(({ name }) =>
      waitFor(`Calico's agent on ${name}`, () =>
        run(findHost(lab, name), ['curl', '-sSf', 'http://127.0.0.1:9099/readiness']),
      ),
    ),
    waitFor("Calico's API", () =>
      api.request('GET', '/apis/projectcalico.org/v3/globalnetworkpolicies'),
    ),
  ]);
}
