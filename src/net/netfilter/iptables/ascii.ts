/** Bytes that lines of a dump are told apart by. */
export const LF = 10;
export const CR = 13;
export const BLANK = 32;
export const DASH = 45;
export const OPEN = 91;
export const CLOSE = 93;
export const COLON = 58;
export const DOT = 46;
export const SLASH = 47;
export const ZERO = 48;
export const NINE = 57;
export const A = 65;
export const D = 100;
