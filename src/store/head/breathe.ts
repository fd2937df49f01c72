/** Rows that are worked on in one go: pings and queries go on in between. */
export const ROWS_A_BREATH = 10_000;

/** Lets everything else have its turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
