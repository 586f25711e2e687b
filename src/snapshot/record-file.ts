import { RECORDS_DIRECTORY } from './records.ts';

/** A name that is the same word for every shell and terminal. */
const PLAIN = /^[A-Za-z0-9._:-]+$/;

/**
 * The command, for root on the node, that removes a file from the records' folder; where its name
 * is no plain word, the one that shows what is there.
 */
export function removeFileCommand(node: string, file: string): string {
  return PLAIN.test(file)
    ? `on ${node}: rm -r -- ${RECORDS_DIRECTORY}/${file}`
    : `on ${node}: ls -lb ${RECORDS_DIRECTORY}`;
}
