// Cases of Prometheus' scripts without native histograms that fail, each with the reason. The list may only shrink.

/** A case that is known to fail: "FILE:LINE". */
export interface ScriptException {
  readonly place: string;
  readonly reason: string;
}

export const exceptions: readonly ScriptException[] = [];
