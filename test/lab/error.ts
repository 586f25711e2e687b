/** A failure to tell in one line: what was tried, what came back, where to look. */
export class LabError extends Error {
  override name = 'LabError';
}
