/** The document as YAML, as kubectl prints it; the library is loaded when it is needed. */
export async function toYaml(value: object): Promise<string> {
  const { stringify } = await import('yaml');
  // Through JSON, so that both formats have the same fields (undefined ones are dropped).
  return stringify(JSON.parse(JSON.stringify(value)), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}
