import * as z from 'zod/mini';

const fact = z.strictObject({
  fact: z.string(),
  /** The flag or file that would settle it. */
  settledBy: z.nullable(z.string()),
});
const outcome = z.enum(['delivered', 'dropped', 'rejected', 'local', 'forwarded', 'undetermined']);
const text = z.nullable(z.string());
const port = z.nullable(z.int());
const verdict = z.strictObject({
  outcome,
  reason: z.string(),
  /** The rule or policy that decided it; null: none, or several. */
  rule: z.nullable(
    z.strictObject({
      table: z.string(),
      chain: z.string(),
      /** As the dump has it; null: the chain's policy. */
      rule: text,
      line: z.nullable(z.int()),
    }),
  ),
});

/** What `explain` prints. */
export const ExplanationDocument = z.strictObject({
  apiVersion: z.literal('extip.dev/v1'),
  kind: z.literal('Explanation'),
  flows: z.array(
    z.strictObject({
      node: text,
      origin: z.enum(['external', 'pod', 'node']),
      packet: z.strictObject({
        protocol: z.string(),
        source: z.string(),
        destination: z.string(),
        destinationPort: port,
        inInterface: text,
      }),
      verdict,
      /** The first answer's way back; null: there is no answer. */
      reply: z.nullable(verdict),
      backends: z.array(
        z.strictObject({ address: z.string(), port, share: z.nullable(z.number()) }),
      ),
      /** null: only sometimes, or not known. */
      masquerade: z.nullable(z.boolean()),
      /** Why no rule has to do with the packet; null: one has. */
      untouched: text,
      assumed: z.array(
        z.strictObject({
          ...fact.shape,
          /** Both answers were followed and came to the same; false: it was taken to be so. */
          harmless: z.boolean(),
        }),
      ),
      /** Facts that were not known and made one. */
      undetermined: z.array(fact),
      phases: z.array(
        z.strictObject({
          section: z.int(),
          /** null: between hooks. */
          hook: text,
          table: text,
          chain: text,
          rule: text,
          line: z.nullable(z.int()),
          unmatched: z.int(),
          action: z.string(),
          effect: text,
          purpose: z.string(),
          counters: z.nullable(z.strictObject({ packets: z.number(), bytes: z.number() })),
        }),
      ),
      sections: z.array(
        z.strictObject({
          section: z.int(),
          next: z.array(
            z.strictObject({ section: z.int(), answer: text, share: z.nullable(z.number()) }),
          ),
          question: z.nullable(fact),
          end: z.nullable(
            z.strictObject({
              leg: z.enum(['first', 'reply', 'refusal']),
              outcome,
              reason: z.string(),
              source: z.nullable(z.string()),
              destination: z.nullable(z.string()),
              destinationPort: port,
              reply: z.nullable(z.int()),
            }),
          ),
        }),
      ),
    }),
  ),
  problems: z.array(
    z.strictObject({
      input: z.string(),
      line: z.int(),
      column: z.int(),
      message: z.string(),
    }),
  ),
});
export type ExplanationDocument = z.infer<typeof ExplanationDocument>;
