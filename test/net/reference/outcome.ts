/** One recorded packet: what is expected of it, and what the walk says. */
export interface Outcome {
  name: string;
  expected: string;
  found: string;
}
