/** The kernel's IFNAMSIZ is 16, with the final NUL. */
const MAX_NAME = 15;

/** Whether Linux accepts it as the name of a network interface (dev_valid_name, net/core/dev.c). */
export function isInterfaceName(name: string): boolean {
  return (
    /^[^\s/:\p{Cc}]+$/u.test(name) &&
    Buffer.byteLength(name) <= MAX_NAME &&
    name !== '.' &&
    name !== '..'
  );
}

/** Whether a label is the interface's own: its name, `:` and a word. */
export function isLabelOf(label: string, interfaceName: string): boolean {
  return (
    label.startsWith(`${interfaceName}:`) &&
    /^[A-Za-z0-9_-]+$/.test(label.slice(interfaceName.length + 1)) &&
    Buffer.byteLength(label) <= MAX_NAME
  );
}
