import { findPrograms } from './programs.ts';

export async function provision(_say: (text: string) => void): Promise<Record<string, string>> {
  const { paths } = await findPrograms();
  return paths;
}
