/** What a reader of rules could not take as it stands; line and column count from 1. */
export interface Problem {
  line: number;
  column: number;
  message: string;
}
