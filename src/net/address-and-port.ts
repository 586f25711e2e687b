/** An address, with a port where there is one: `20.1.0.167:80`, `[2001:db8::1]:80`. */
export function addressAndPort(ip: string, port: number | string | null): string {
  if (port === null) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
