/** Whether the text is the same one word for every shell and terminal: it may stand in a command. */
export function isPlainWord(text: string): boolean {
  return /^[A-Za-z0-9._:-]+$/.test(text);
}
