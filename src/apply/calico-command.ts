import { asciiJson } from '../ascii-json.ts';
import {
  type CalicoChange,
  GUARD_ANNOTATION,
  GUARDED_LABEL,
  type OwnObject,
} from '../calico/change.ts';
import { guardMarkText } from '../calico/guard-mark.ts';
import { PLURALS, WRITTEN_API } from '../calico/own-kinds.ts';
import { quote } from '../quote.ts';

/** The literal command that makes the change by hand. */
export function calicoCommand(change: CalicoChange): string {
  switch (change.type) {
    case 'put':
      return `kubectl apply -f - <<'EOF'\n${manifest(change.object)}\nEOF`;
    case 'delete':
      return `kubectl delete ${resource(change.kind)} ${quote(change.name)} --ignore-not-found`;
    case 'mark':
      return change.ips.length > 0
        ? onEndpoint(change.name, `${GUARDED_LABEL}=true`, markOf(change.ips))
        : onEndpoint(change.name, `${GUARDED_LABEL}-`, `${GUARD_ANNOTATION}-`);
  }
}

function markOf(ips: readonly string[]): string {
  return `${GUARD_ANNOTATION}=${guardMarkText(ips)}`;
}

function onEndpoint(name: string, label: string, annotation: string): string {
  const endpoint = `${resource('HostEndpoint')} ${quote(name)} --overwrite`;
  return `kubectl label ${endpoint} ${quote(label)} && kubectl annotate ${endpoint} ${quote(annotation)}`;
}

/** Plain ASCII of which no line is `EOF`: nothing in it can end the text or reach a terminal. */
function manifest({ kind, name, labels, annotations, spec }: OwnObject): string {
  const metadata = { name, labels, annotations };
  return asciiJson({ apiVersion: WRITTEN_API, kind, metadata, spec }, 2);
}

function resource(kind: OwnObject['kind']): string {
  return `${PLURALS[kind]}.${WRITTEN_API.split('/')[0]}`;
}
