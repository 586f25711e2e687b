import { isPlainWord } from './plain-word.ts';
import { RECORDS_DIRECTORY } from './records.ts';

/**
 * The command, for root on the node, that removes a file from the records' folder; where its name
 * is no plain word, the one that shows what is there.
 */
export function removeFileCommand(node: string, file: string): string {
  return isPlainWord(file)
    ? `on ${node}: rm -r -- ${RECORDS_DIRECTORY}/${file}`
    : `on ${node}: ls -lb ${RECORDS_DIRECTORY}`;
}
