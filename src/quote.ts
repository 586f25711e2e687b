const BARE_WORD = /^[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:=@%+,-]*$/;

/**
 * One word of a POSIX shell command: as it is where no shell reads anything into it, else in single
 * quotes. The only way a value gets into a script or a command that is shown, unless what it is
 * read by lets no other characters through (names of Kubernetes, addresses).
 */
export function quote(value: string): string {
  if (value.includes('\0')) throw new TypeError('a shell word cannot hold a NUL character');
  return BARE_WORD.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
