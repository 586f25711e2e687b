import type { ErrorCode } from 'yaml';

/** What is wrong with a YAML text; its own words are in none of these. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation is wrong',
  BAD_SCALAR_START: 'a value may not begin so',
  BLOCK_AS_IMPLICIT_KEY: 'a second `key: value` in one line',
  DUPLICATE_KEY: 'a key is there twice',
  MISSING_CHAR: 'something is missing: a colon, a comma or a closing quote or bracket',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, or its colon is missing',
  TAB_AS_INDENT: 'a tab indents it: only spaces may',
  UNEXPECTED_TOKEN: 'something that does not belong there',
};

/** What a fault of the YAML library says, in words that quote nothing of the text, which may hold passwords. */
export function yamlFault(code: ErrorCode): string {
  return WORDS[code] ?? 'not valid YAML';
}
