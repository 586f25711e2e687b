import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** The cluster's keys and certificates, as PEM. */
export interface Certificates {
  ca: string;
  apiServer: KeyPair;
  /** With which kube-apiserver shows itself to aggregated API servers. */
  frontProxy: KeyPair;
  serviceAccount: { key: string; publicKey: string };
}

interface KeyPair {
  key: string;
  certificate: string;
}

/** Makes a CA of the lab's own and what it signs; `names` are the API server's names and addresses. */
export async function createCertificates(
  directory: string,
  names: string[],
): Promise<Certificates> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const openssl = async (...args: string[]): Promise<void> => {
    await execa('openssl', args, { cwd: directory });
  };
  const read = (file: string) => readFile(join(directory, file), 'utf8');
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

  const sign = async (name: string, extensions: string): Promise<KeyPair> => {
    await writeFile(join(directory, `${name}.ext`), extensions);
    await openssl(
      ...[
        'req',
        ...newKey,
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
      ],
    );
    await openssl(
      ...[
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-days',
        '365',
      ],
      ...['-extfile', `${name}.ext`, '-out', `${name}.crt`],
    );
    return { key: await read(`${name}.key`), certificate: await read(`${name}.crt`) };
  };

  await openssl(
    ...['req', '-x509', ...newKey, '-subj', '/CN=lab', '-days', '365'],
    ...['-keyout', 'ca.key', '-out', 'ca.crt'],
  );
  const subjects = names.map((name) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`));
  const [apiServer, frontProxy] = await Promise.all([
    sign('kube-apiserver', `subjectAltName=${subjects.join(',')}\nextendedKeyUsage=serverAuth\n`),
    sign('front-proxy-client', 'extendedKeyUsage=clientAuth\n'),
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'sa.key').then(() =>
      openssl('pkey', '-in', 'sa.key', '-pubout', '-out', 'sa.pub'),
    ),
  ]);
  return {
    ca: await read('ca.crt'),
    apiServer,
    frontProxy,
    serviceAccount: { key: await read('sa.key'), publicKey: await read('sa.pub') },
  };
}
