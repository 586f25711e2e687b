import { WRITTEN_API } from './own-kinds.ts';
import type { CalicoObjects } from './read-objects.ts';
import { WITHOUT_CALICO } from './without-calico.ts';

/** Why Calico's objects cannot be written. */
export interface Unwritable {
  reason: 'no-calico' | 'calico-unknown' | 'calico-read-only' | 'calico-migrating';
  message: string;
  help?: string;
}

/**
 * Why extip cannot write Calico's objects; null: it can. They are written in projectcalico.org/v3 alone: what
 * goes into crd.projectcalico.org/v1 directly is neither completed nor validated, and Calico keeps names and
 * labels otherwise there, so that calicoctl may not find it. While objects move from there to CRDs of v3
 * (3.32) both are served, and what is written is lost or undone: ClusterInformation then has
 * `datastoreReady: false`.
 */
export function whyUnwritable(
  objects: Pick<CalicoObjects, 'api' | 'presence' | 'unread' | 'clusterInformations'>,
): Unwritable | null {
  const { api, presence, unread, clusterInformations } = objects;
  if (presence === 'absent') {
    return {
      reason: 'no-calico',
      message: 'the cluster has no Calico, whose policies a guard is made of',
      help: ['what else there is:', ...WITHOUT_CALICO].join('\n'),
    };
  }
  if (presence === 'unknown') {
    const why = unread.map(({ resource, reason }) => `${resource}: ${reason}`).join('; ');
    return { reason: 'calico-unknown', message: `whether there is Calico is not known: ${why}` };
  }
  if (api !== WRITTEN_API) {
    return {
      reason: 'calico-read-only',
      message: `Calico's objects can be read, not written: its API ${WRITTEN_API} is not served${api === null ? '' : `, only ${api}, past which it completes and validates what is written`}`,
      help: "kubectl get apiservice v3.projectcalico.org shows whether Calico's API server is there and answers",
    };
  }
  if (clusterInformations.some(({ spec }) => spec?.datastoreReady === false)) {
    return {
      reason: 'calico-migrating',
      message:
        "Calico's objects are being migrated: ClusterInformation has datastoreReady: false, and what is written now may be lost",
      help: 'wait until kubectl get clusterinformations.projectcalico.org default -o yaml has datastoreReady: true',
    };
  }
  return null;
}
