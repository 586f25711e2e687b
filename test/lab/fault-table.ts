/** Something that goes wrong in a cluster, made on demand and mended again. */
export interface Fault {
  name: string;
  what: string;
  /** Where its commands run: on the host that it is about, or on the operator. */
  at: 'host' | 'operator';
  /** Shell commands; `fault.ts` says which variables they have. */
  on: string;
  off: string;
}

/** A table of nft's own, which neither kube-proxy nor Calico touches. */
function filter(name: string, rule: string): Pick<Fault, 'at' | 'on' | 'off'> {
  const table = `inet fault-${name}`;
  return {
    at: 'host',
    on: `nft "table ${table} { chain input { type filter hook input priority -300; ${rule}; }; }"`,
    off: `nft delete table ${table}`,
  };
}

function loginShell(shell: string): Pick<Fault, 'at' | 'on' | 'off'> {
  return {
    at: 'host',
    on: `sed -i 's,:/bin/bash$,:${shell},' /etc/passwd`,
    off: `sed -i 's,:${shell}$,:/bin/bash,' /etc/passwd`,
  };
}

/** An admission webhook on the operator refuses every change of a Service. */
function refusal(code: number): Fault {
  const port = 8000 + code;
  return {
    name: `webhook-${code}`,
    what: `an admission webhook refuses every change of a Service, with ${code}`,
    at: 'operator',
    on: `address=$(ip route get "$ADDRESS" | sed -n 's/.* src \\([^ ]*\\).*/\\1/p')
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \\
        -subj /CN=webhook -addext "subjectAltName=IP:$address" \\
        -keyout "$MEMORY.key" -out "$MEMORY.crt" 2>/dev/null
      setsid node /mnt/extip/test/lab/webhook.ts ${port} "$MEMORY.key" "$MEMORY.crt" ${code} \\
        >/dev/null 2>&1 </dev/null &
      echo $! >"$MEMORY"
      kubectl create -f - <<END
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: webhook-${code}}
webhooks:
- name: services.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  clientConfig:
    url: https://$address:${port}/
    caBundle: $(base64 -w 0 "$MEMORY.crt")
  rules:
  - {apiGroups: [''], apiVersions: [v1], operations: [UPDATE], resources: [services]}
END
      until kubectl annotate service -A --all probe=1 --dry-run=server 2>&1 |
        grep -q 'ask the network team'; do sleep 0.2; done`,
    off: `kubectl delete validatingwebhookconfiguration webhook-${code}
      while kubectl annotate service -A --all probe=1 --dry-run=server 2>&1 |
        grep -q 'network team\\|refused'; do sleep 0.2; done
      kill "$(cat "$MEMORY")"
      rm -f "$MEMORY.key" "$MEMORY.crt"`,
  };
}

const KUBECONFIG = '/root/.kube/config';
const RELOAD_SSHD = 'kill -HUP "$(cat /run/sshd.pid)"';
const HIDE_IP = 'mv /usr/bin/ip /usr/bin/ip.hidden';
const KNOWN_HOSTS = '/root/.ssh/known_hosts';
const FORGET_KEY = `sed -i "s/^$HOST,/#&/" ${KNOWN_HOSTS}`;
const REMEMBER_KEY = `sed -i "s/^#$HOST,/$HOST,/" ${KNOWN_HOSTS}`;

/** All faults there are. */
export const faults: readonly Fault[] = [
  {
    name: 'ssh-refused',
    what: 'nothing listens on its port 22',
    ...filter('ssh-refused', 'tcp dport 22 reject with tcp reset'),
  },
  {
    name: 'ssh-timeout',
    what: 'packets to its port 22 are dropped',
    ...filter('ssh-timeout', 'tcp dport 22 drop'),
  },
  {
    name: 'ssh-host-key-unknown',
    what: 'the operator has no key of it in known_hosts',
    at: 'operator',
    on: FORGET_KEY,
    off: REMEMBER_KEY,
  },
  {
    name: 'ssh-host-key-changed',
    what: 'the operator has another key of it in known_hosts',
    at: 'operator',
    on: `${FORGET_KEY}
      printf '%s %s changed\\n' "$HOST,$ADDRESS" "$(cut -d ' ' -f 1,2 /root/.ssh/id_ed25519.pub)" >>${KNOWN_HOSTS}`,
    off: `${REMEMBER_KEY}
      sed -i '/ changed$/d' ${KNOWN_HOSTS}`,
  },
  {
    name: 'ssh-password-wanted',
    what: 'it takes passwords, and no longer the key',
    at: 'host',
    on: `mv /root/.ssh/authorized_keys /root/.ssh/authorized_keys.away
      sed -i '1i PasswordAuthentication yes' /etc/ssh/sshd_config
      ${RELOAD_SSHD}`,
    off: `mv /root/.ssh/authorized_keys.away /root/.ssh/authorized_keys
      sed -i 1d /etc/ssh/sshd_config
      ${RELOAD_SSHD}`,
  },
  {
    name: 'sudo-password-wanted',
    what: 'sudo asks its user ops for a password',
    at: 'host',
    on: "sed -i 's/NOPASSWD: //' /etc/sudoers.d/ops",
    off: "sed -i 's/) ALL/) NOPASSWD: ALL/' /etc/sudoers.d/ops",
  },
  {
    name: 'wrong-machine',
    what: 'ssh by its name comes to the client',
    at: 'operator',
    on: `cp /root/.ssh/config /root/.ssh/config.right
      printf 'Host %s\\n  HostName %s\\n  HostKeyAlias %s\\n' "$HOST" "$CLIENT_ADDRESS" "$CLIENT" |
        cat - /root/.ssh/config.right >/root/.ssh/config`,
    off: 'mv /root/.ssh/config.right /root/.ssh/config',
  },
  {
    name: 'login-banner',
    what: 'its login shell greets on stdout and stderr',
    at: 'host',
    on: `printf '%s\\n' 'echo "Welcome to $HOST"; echo "Authorised use only" >&2' >/root/.bashrc`,
    off: 'rm /root/.bashrc',
  },
  { name: 'login-shell-fish', what: 'its login shell is fish', ...loginShell('/usr/bin/fish') },
  { name: 'login-shell-csh', what: 'its login shell is (t)csh', ...loginShell('/usr/bin/tcsh') },
  {
    name: 'no-ip',
    what: 'iproute2 is not installed',
    at: 'host',
    on: HIDE_IP,
    off: 'mv /usr/bin/ip.hidden /usr/bin/ip',
  },
  {
    name: 'busybox-ip',
    what: "its ip is busybox's",
    at: 'host',
    on: `${HIDE_IP}
      printf '#!/bin/sh\\nexec busybox ip "$@"\\n' >/usr/bin/ip
      chmod 0755 /usr/bin/ip`,
    off: 'mv /usr/bin/ip.hidden /usr/bin/ip',
  },
  {
    name: 'disk-full',
    what: 'its disk has no byte left',
    at: 'host',
    on: 'mount -o remount,size="$(df --output=used -k /mnt | tail -n 1 | tr -d " ")"k /mnt',
    off: 'mount -o remount,size=1g /mnt',
  },
  {
    name: 'read-only-var',
    what: '/var is mounted read-only',
    at: 'host',
    on: 'mount -o remount,bind,ro /var',
    off: 'mount -o remount,bind,rw /var',
  },
  {
    name: 'clock-off',
    what: 'its clock is an hour ahead: for who logs in by ssh, or on the operator for extip',
    at: 'host',
    // In sshd itself the library would run into its sandbox.
    on: `echo +1h >/etc/faketimerc
      library=$(dpkg -L libfaketime | grep '/libfaketime.so.1$')
      if [ -e /run/sshd.pid ]; then
        sed -i "1i SetEnv SYSTEMD_OFFLINE=1 LD_PRELOAD=$library" /etc/ssh/sshd_config
        ${RELOAD_SSHD}
      else
        echo "$library" >/etc/ld.so.preload
      fi`,
    off: `rm /etc/faketimerc
      if [ -e /run/sshd.pid ]; then
        sed -i 1d /etc/ssh/sshd_config
        ${RELOAD_SSHD}
      else
        rm /etc/ld.so.preload
      fi`,
  },
  {
    name: 'interface-down',
    what: 'its last interface is down; IPv4 only comes back',
    at: 'host',
    on: `ip -4 route show dev "$LAST_INTERFACE" | grep -v 'proto kernel' >"$MEMORY"
      ip link set "$LAST_INTERFACE" down`,
    off: `ip link set "$LAST_INTERFACE" up
      while read -r route; do ip route add $route dev "$LAST_INTERFACE"; done <"$MEMORY"
      while ip addr show dev "$LAST_INTERFACE" tentative | grep -q .; do sleep 0.2; done`,
  },
  {
    name: 'duplicate-address',
    what: 'it answers for 20.1.0.167, on its first interface',
    at: 'host',
    on: 'ip addr add 20.1.0.167/32 dev "$FIRST_INTERFACE"',
    off: 'ip addr del 20.1.0.167/32 dev "$FIRST_INTERFACE"',
  },
  {
    name: 'api-down',
    what: 'nothing listens on its port 6443 (the control plane)',
    ...filter('api-down', 'tcp dport 6443 reject with tcp reset'),
  },
  {
    name: 'api-hang',
    what: 'its API server is stopped (SIGSTOP)',
    at: 'host',
    on: 'kill -STOP "$(pgrep -x kube-apiserver)"',
    off: 'kill -CONT "$(pgrep -x kube-apiserver)"',
  },
  ...[403, 409, 429, 500].map(refusal),
  {
    name: 'api-unauthorized',
    what: "the tokens in the operator's kubeconfig are good no longer",
    at: 'operator',
    on: `cp ${KUBECONFIG} "$MEMORY"; sed -i 's/token: .*/token: expired/' ${KUBECONFIG}`,
    off: `cp "$MEMORY" ${KUBECONFIG}`,
  },
  {
    name: 'node-drained',
    what: 'the node is cordoned, its pods are gone from the API',
    at: 'operator',
    on: `pods() { kubectl get pods --field-selector "spec.nodeName=$HOST" -o yaml; }
      pods | sed '/^ *\\(resourceVersion\\|uid\\):/d' >"$MEMORY"
      kubectl cordon "$HOST"
      pods | kubectl delete --force -f -`,
    off: `kubectl uncordon "$HOST"
      kubectl create -f "$MEMORY"
      kubectl replace --subresource=status -f "$MEMORY"`,
  },
  {
    name: 'service-deleted',
    what: "the scenario's first Service is deleted; off: a new one of its name",
    at: 'operator',
    on: 'printf %s "$SERVICE" | kubectl delete -f -',
    off: 'printf %s "$SERVICE" | kubectl create -f -',
  },
];
