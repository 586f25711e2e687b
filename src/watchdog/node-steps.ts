import { asciiJson } from '../ascii-json.ts';
import {
  type CalicoChange,
  GUARD_ANNOTATION,
  GUARDED_LABEL,
  OWNER_LABEL,
  type OwnObject,
} from '../calico/change.ts';
import { guardMarkText } from '../calico/guard-mark.ts';
import { PLURALS, WRITTEN_API } from '../calico/own-kinds.ts';
import { calicoPath } from '../cluster/stored-calico.ts';
import { quote } from '../quote.ts';

/**
 * Shell text that `nodeStep` needs. `look RESOURCE NAME FIELD` fails where the API does not say; else `found`
 * is `none`, `ours` where the object has that label or annotation, or `theirs`, and `version` its
 * resourceVersion, which each write has to find again.
 */
export const NODE_STEPS = `look() {
  seen=$(kubectl get "$1" "$2" --ignore-not-found \\
    -o "jsonpath={.metadata.resourceVersion} {.metadata.$3}") || return 1
  version=\${seen%% *}
  case $version in *[!0-9A-Za-z/._-]*) return 1 ;; esac
  case $seen in
    '') found=none ;;
    "$version ") found=theirs ;;
    *) found=ours ;;
  esac
}`;

/**
 * The body of a shell function that makes the change on the object as it finds it, as `changeCalico` does
 * on the operator's machine: what is not ours stays, of somebody else's endpoint all but our mark.
 */
export function nodeStep(change: CalicoChange): string {
  switch (change.type) {
    case 'put':
      return put(change.object);
    case 'delete':
      return remove(change);
    case 'mark':
      return mark(change);
  }
}

function remove({ kind, name }: Pick<OwnObject, 'kind' | 'name'>): string {
  return `${look(kind, name, OWNED)}
if [ "$found" != ours ]; then return 0; fi
printf '{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"resourceVersion":"%s"}}' "$version" |
  kubectl delete --raw ${quote(calicoPath({ kind, name }))} -f -`;
}

/** Not `kubectl apply`, which keeps labels that were added and leaves an annotation of its own. */
function put({ kind, name, labels, annotations, spec }: OwnObject): string {
  const metadata = asciiJson({ name, labels, annotations });
  const rest = asciiJson({ apiVersion: WRITTEN_API, kind, spec });
  return `${look(kind, name, OWNED)}
case $found in
  none) set -- create ${quote(calicoPath({ kind }))} && version= ;;
  ours) set -- replace ${quote(calicoPath({ kind, name }))} ;;
  theirs) return 0 ;;
esac
{
  printf '{"metadata":{"resourceVersion":"%s",' "$version"
  cat <<'EOF'
${metadata.slice(1)},${rest.slice(1)}
EOF
} | kubectl "$1" --raw "$2" -f -`;
}

/** Whoever took our mark off, or the endpoint away, has done what was left to do. */
function mark({ name, ips }: Extract<CalicoChange, { type: 'mark' }>): string {
  const endpoint = `${resource('HostEndpoint')} ${quote(name)} --overwrite`;
  const [nothing, label, annotation] =
    ips.length > 0
      ? ['= none', `${GUARDED_LABEL}=true`, `${GUARD_ANNOTATION}=${guardMarkText(ips)}`]
      : ['!= ours', `${GUARDED_LABEL}-`, `${GUARD_ANNOTATION}-`];
  return `${look('HostEndpoint', name, MARKED)}
if [ "$found" ${nothing} ]; then return 0; fi
kubectl label ${endpoint} --resource-version "$version" ${quote(label)} &&
  kubectl annotate ${endpoint} ${quote(annotation)}`;
}

const OWNED = `labels.${escaped(OWNER_LABEL)}`;
const MARKED = `annotations.${escaped(GUARD_ANNOTATION)}`;

function look(kind: OwnObject['kind'], name: string, field: string): string {
  return `look ${resource(kind)} ${quote(name)} ${quote(field)} || return 1`;
}

/** In kubectl's JSONPath a dot in a key needs a backslash. */
function escaped(key: string): string {
  return key.replaceAll('.', '\\.');
}

function resource(kind: OwnObject['kind']): string {
  return `${PLURALS[kind]}.${WRITTEN_API.split('/')[0]}`;
}
