// Opens what was asked to listen. A default address that is taken is said and left; one that somebody asked for is an error.
import type { Log } from '../base/log.ts';
import { CodedError, codedError } from '../base/coded-error.ts';
import { definitions, type Origins, type SettingName, type Settings } from '../config/settings.ts';
import { formatAddress, isLoopback, type Address } from '../config/setting-values.ts';
import { serverErrors } from './errors.ts';
import type { Addresses } from './status/addresses.ts';

/** Something that can listen. */
export interface Listening {
  readonly address: Address;
  /** Stops accepting, lets what is under way end within the grace, then cuts it off. */
  close(graceSeconds: number): Promise<void>;
}

type AddressSetting = {
  [Name in SettingName]: Settings[Name] extends Address | undefined ? Name : never;
}[SettingName];

export interface ListenerPlan {
  readonly setting: AddressSetting;
  /** How /status, the log and the metrics call it. */
  readonly name: string;
  /** For a URL, when one makes sense. */
  readonly scheme?: string;
  readonly open: (address: Address) => Promise<Listening>;
}

/** Opens `plan`; undefined when it is off, or when its default address could not be had. Throws ADDRESS_UNUSABLE. */
export async function openListener(
  plan: ListenerPlan,
  settings: Settings,
  origins: Origins,
  addresses: Addresses,
  log: Log,
): Promise<Listening | undefined> {
  const asked = settings[plan.setting];
  if (asked === undefined) return undefined;
  try {
    const listening = await plan.open(asked);
    const { address } = listening;
    addresses.opened(plan.name, asked, address, plan.scheme);
    const shown = plan.scheme === undefined ? formatAddress(address) : `${plan.scheme}://${formatAddress(address)}`;
    const warning = isLoopback(address.host) ? '' : ' (reachable from other machines)';
    log.info(`${plan.name} listens on ${shown}${warning}`);
    return listening;
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    // gRPC says it in a sentence.
    const isTaken = code === 'EADDRINUSE' || message.includes('EADDRINUSE');
    const reason = isTaken ? 'another program listens there' : message;
    const flag = `--${definitions[plan.setting].flag}`;
    if (origins[plan.setting] !== 'default')
      throw codedError(serverErrors, 'ADDRESS_UNUSABLE', flag, formatAddress(asked), reason);
    addresses.failed(plan.name, asked, reason);
    log.warn(
      `${plan.name} does not listen on ${formatAddress(asked)}: ${reason}; ${flag} HOST:PORT chooses another address`,
    );
    return undefined;
  }
}
