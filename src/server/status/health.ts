// What works and what does not: the parts of the server each say it, /-/ready and /status tell it.

export interface Degraded {
  readonly component: string;
  readonly reason: string;
}

/** A part's word on itself: undefined when all is well. */
export interface HealthCheck {
  readonly component: string;
  /** Whether the server is not ready while this fails (else it is only degraded). */
  readonly blocksReady: boolean;
  readonly check: () => string | undefined;
}

export class Health {
  readonly #checks: HealthCheck[] = [];

  add(check: HealthCheck): void {
    this.#checks.push(check);
  }

  read(): { readonly ready: boolean; readonly degraded: readonly Degraded[] } {
    const failing = this.#checks.flatMap(({ component, blocksReady, check }) => {
      const reason = check();
      return reason === undefined ? [] : [{ component, blocksReady, reason }];
    });
    return {
      ready: !failing.some(({ blocksReady }) => blocksReady),
      degraded: failing.map(({ component, reason }) => ({ component, reason })),
    };
  }
}
