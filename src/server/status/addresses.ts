// The addresses that were asked for, and what became of each.
import { formatAddress, type Address } from '../../config/setting-values.ts';
import type { StatusResponse } from '../../api/status.ts';

interface AddressState {
  readonly name: string;
  readonly asked: Address;
  /** Where it really listens, when it does. */
  readonly open?: Address;
  readonly scheme?: string;
  readonly reason?: string;
}

export class Addresses {
  readonly #states: AddressState[] = [];

  opened(name: string, asked: Address, open: Address, scheme?: string): void {
    this.#states.push({ name, asked, open, ...(scheme === undefined ? {} : { scheme }) });
  }

  failed(name: string, asked: Address, reason: string): void {
    this.#states.push({ name, asked, reason });
  }

  /** The real address of `name`, when it is open. */
  find(name: string): Address | undefined {
    return this.#states.find((state) => state.name === name)?.open;
  }

  failures(): readonly string[] {
    return this.#states.flatMap(({ name, asked, reason }) =>
      reason === undefined ? [] : [`${name} does not listen on ${formatAddress(asked)}: ${reason}`],
    );
  }

  describe(): StatusResponse['addresses'] {
    return this.#states.map(({ name, asked, open, scheme, reason }) => ({
      name,
      address: formatAddress(open ?? asked),
      ...(open === undefined || scheme === undefined ? {} : { url: `${scheme}://${formatAddress(open)}` }),
      state: open === undefined ? 'failed' : 'open',
      ...(reason === undefined ? {} : { reason }),
    }));
  }
}
