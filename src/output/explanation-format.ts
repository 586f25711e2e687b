import type { ChalkInstance } from 'chalk';
import type { Explanation } from '../explain/explanation.ts';
import { shortLines } from './explanation-short.ts';
import { explanationText } from './explanation-text.ts';
import { document, toJson } from './json.ts';
import { toYaml } from './yaml.ts';

export interface FormatOptions {
  /** What `-o` asks for. */
  output: string;
  /** With every rule, and what is of no consequence. */
  all: boolean;
  /** Of the text. */
  colors: ChalkInstance;
}

/** The explanation as `-o` asks for it; what draws is loaded when it is needed. */
export async function formatExplanation(
  explanation: Explanation,
  { output, all, colors }: FormatOptions,
): Promise<string> {
  switch (output) {
    case 'json':
      return toJson(document('Explanation', explanation));
    case 'yaml':
      return toYaml(document('Explanation', explanation));
    case 'short':
      return shortLines(explanation).join('\n');
    case 'mermaid': {
      const { explanationMermaid } = await import('./mermaid/explanation-mermaid.ts');
      return explanationMermaid(explanation, { all });
    }
    case 'html': {
      const { explanationPage } = await import('./page/explanation-page.ts');
      return explanationPage(explanation, { all });
    }
    default:
      return explanationText(explanation, { all, colors });
  }
}
