import * as z from 'zod/mini';

const fact = z.strictObject({
  fact: z.string(),
  /** The flag or file that would settle it. */
  settledBy: z.nullable(z.string()),
});
const outcome = z.enum(['delivered', 'dropped', 'rejected', 'local', 'forwarded', 'undetermined']);
const text = z.nullable(z.string());
const port = z.nullable(z.int());
const rule = z.nullable(
  z.strictObject({
    /** Which of the node's files has it; null: the dump that was given. */
    file: text,
    table: z.string(),
    chain: z.string(),
    /** As the dump has it; null: the chain's policy. */
    rule: text,
    line: z.nullable(z.int()),
  }),
);
const verdict = z.strictObject({
  outcome,
  reason: z.string(),
  /** The rule or policy that decided it; null: none, or several. */
  rule,
});
const share = z.nullable(z.number());
/** What helps: a command or words; null: nothing that is known. */
export const fix = z.nullable(
  z.union([z.strictObject({ command: z.string() }), z.strictObject({ advice: z.string() })]),
);

/** What `explain` prints. */
export const ExplanationDocument = z.strictObject({
  apiVersion: z.literal('extip.dev/v1'),
  kind: z.literal('Explanation'),
  /** null: a packet through a dump. */
  subject: z.nullable(z.strictObject({ service: text, ip: text })),
  flows: z.array(
    z.strictObject({
      /** null: the dump does not say, or the packet comes to none. */
      node: text,
      /** All of which the same is so; the way told is that of the first. */
      nodes: z.array(z.string()),
      service: text,
      /** Whether the node has the address that the packet is sent to. */
      holder: z.nullable(z.boolean()),
      origin: z.enum(['external', 'pod', 'node']),
      packet: z.strictObject({
        protocol: z.string(),
        source: z.string(),
        destination: z.string(),
        destinationPort: port,
        inInterface: text,
      }),
      /** Whom the source stands for; null: itself alone, or it is not from outside. */
      clients: z.nullable(
        z.strictObject({
          /** On the network of the address that is asked, on any other, or on whichever. */
          where: z.enum(['anywhere', 'segment', 'elsewhere']),
          /** null: anywhere. */
          network: text,
        }),
      ),
      verdict,
      /** What helps where it is not delivered. */
      fix,
      /** The first answer's way back; null: there is no answer. */
      reply: z.nullable(verdict),
      backends: z.array(z.strictObject({ address: z.string(), port, share })),
      /** What loses packets, and what the answers to others, with its share of the connections. */
      lost: z.array(
        z.strictObject({
          /** `reply`: the answer to it. */
          leg: z.enum(['first', 'reply']),
          share,
          outcome,
          reason: z.string(),
          rule,
          /** The node that it went on to; null: it is lost on the node itself. */
          node: text,
          /** In words, what the rule of that node is for. */
          purpose: text,
          /** Where the kernel decided it: the interface that it came in by. */
          inInterface: text,
        }),
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
          next: z.array(z.strictObject({ section: z.int(), answer: text, share })),
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
  /** What is known besides the packets' ways and bears on them. */
  observations: z.array(
    z.strictObject({
      code: z.string(),
      severity: z.enum(['error', 'warning', 'info']),
      object: z.string(),
      message: z.string(),
      fix,
    }),
  ),
  /** The nodes that could not be read. */
  unread: z.array(z.strictObject({ node: z.string(), status: z.string(), message: z.string() })),
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
