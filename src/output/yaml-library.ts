// A file of its own: in the bundle, import() of a CommonJS package has no names but `default`.
export { Document, visit } from 'yaml';
