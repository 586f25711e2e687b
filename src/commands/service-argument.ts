import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { isLabel } from '../snapshot/names.ts';

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
  if (parts.length > 2 || !isLabel(name) || !isLabel(where)) {
    throw new UsageError(`'${oneLine(text)}' is no Service's name`, {
      reason: 'invalid-service',
      help: 'NAME, svc/NAME or NAMESPACE/NAME',
    });
  }
  return { namespace: where, name };
}
