/** The version of every document that extip prints. */
export const API_VERSION = 'extip.dev/v1';

/** A document of this kind, with the fields in the order that people expect. */
export function document<Kind extends string, Content extends object>(
  kind: Kind,
  content: Content,
): { apiVersion: typeof API_VERSION; kind: Kind } & Content {
  return { apiVersion: API_VERSION, kind, ...content };
}

/** The document as JSON, two spaces deep; on one line where it is one of a `stream`. */
export function toJson(value: object, { stream = false } = {}): string {
  return `${escapeControls(JSON.stringify(value, null, stream ? 0 : 2))}\n`;
}

/**
 * JSON and YAML leave DEL, C1 controls and bidirectional controls as they are between quotes, and
 * a terminal obeys them: here they are escaped as both formats allow.
 */
export function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
