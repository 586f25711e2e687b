import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';

/** RFC 1123 and 1035 labels, of which Services' and namespaces' names are made. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const TYPES = new Set(['svc', 'service', 'services']);

/** Reads `NAME`, `svc/NAME`, `service/NAME` or `NAMESPACE/NAME`; throws UsageError. */
export function serviceArgument(
  text: string,
  namespace: string,
): { namespace: string; name: string } {
  const parts = text.split('/');
  const [first = '', second] = parts;
  const name = second ?? first;
  const where = second === undefined || TYPES.has(first) ? namespace : first;
  if (parts.length > 2 || !LABEL.test(name) || !LABEL.test(where)) {
    throw new UsageError(`'${oneLine(text)}' is no Service's name`, {
      reason: 'invalid-service',
      help: 'NAME, svc/NAME or NAMESPACE/NAME',
    });
  }
  return { namespace: where, name };
}
