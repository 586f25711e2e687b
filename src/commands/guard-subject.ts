import type { GuardSubject } from '../apply/guard.ts';
import { UsageError } from '../errors.ts';
import { parseIp } from '../net/ip.ts';
import { serviceArgument } from './service-argument.ts';

/** What a guard command is about; throws UsageError. */
export function guardSubject(
  action: string,
  text: string | undefined,
  namespace: string,
): GuardSubject {
  if (text === undefined) {
    throw new UsageError(`it is not said what to ${action}`, {
      reason: 'missing-argument',
      help: `extip guard ${action} SERVICE: a Service's NAME or NAMESPACE/NAME, or an address`,
    });
  }
  const ip = parseIp(text);
  return ip ? { ip } : { service: serviceArgument(text, namespace) };
}
