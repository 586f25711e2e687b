import * as z from 'zod/mini';
import { Config } from '../src/config/schema.ts';
import * as documents from '../src/output/documents.ts';
import { ErrorDocument } from '../src/output/error-document.ts';
import { ExplanationDocument } from '../src/output/explanation-document.ts';

/** The files of docs/schema: one for each kind of document, one for the configuration. */
export function jsonSchemas(): Map<string, string> {
  const files = [ErrorDocument, ExplanationDocument, ...Object.values(documents)].map((schema) => {
    const kind = String(schema.shape.kind.def.values[0]);
    return [`${kind}.schema.json`, toFile(schema, kind, 'output')] as const;
  });
  const config = toFile(Config, 'The configuration of extip', 'input');
  return new Map([...files, ['config.schema.json', config]]);
}

/** `io`: of the configuration what a person may write, of a document what extip prints. */
function toFile(schema: z.core.$ZodType, title: string, io: 'input' | 'output'): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
