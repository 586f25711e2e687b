/** What is in a snapshot, and what is not. */
export interface SnapshotReport {
  path: string;
  /** RFC 3339, UTC; null, as the next two: made by hand. */
  takenAt: string | null;
  extip: string | null;
  server: string | null;
  cluster: {
    resource: string;
    /** null: not known. */
    objects: number | null;
    /** Why it is not known, or these are not all. */
    problem: string | null;
  }[];
  nodes: {
    node: string;
    status: string;
    message: string | null;
    files: { file: string; bytes: number }[];
    missing: { file: string; reason: string }[];
  }[];
  /** What of its files cannot be read; null: not looked at. */
  problems: { file: string; line: number; column: number; message: string }[] | null;
}
