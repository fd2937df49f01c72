/** One row that cannot be stored; the others of its request are. Thrown while a row is decoded, caught by the row loop. */
export class BadRow extends Error {}
