// Targets by DNS: the records of names. A name that nobody has is no target; a server that fails keeps what was found before.
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import type { Discovery, DnsRecordType } from '../../config/prometheus/discovery.ts';
import type { LabelPair } from '../../model/series-identity.ts';
import type { DiscoveredGroup, TargetSource } from './discovered-group.ts';

const META = '__meta_dns_';
/** The server knows that there is nothing. */
const NOTHING: readonly unknown[] = ['ENOTFOUND', 'ENODATA'];

const joinPort = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
/** Rooted names look more usual without their last dot. */
const withoutDot = (name: string): string => name.replace(/\.+$/, '');
const rooted = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

/** Asks for one kind of record: the labels of each. */
const lookUps: Readonly<
  Record<DnsRecordType, (resolver: Resolver, name: string, port: number) => Promise<LabelPair[][]>>
> = {
  A: async (resolver, name, port) =>
    (await resolver.resolve4(name)).map((host) => [['__address__', joinPort(host, port)]]),
  AAAA: async (resolver, name, port) =>
    (await resolver.resolve6(name)).map((host) => [['__address__', joinPort(host, port)]]),
  SRV: async (resolver, name) =>
    (await resolver.resolveSrv(name)).map((record) => [
      ['__address__', joinPort(withoutDot(record.name), record.port)],
      [`${META}srv_record_target`, rooted(record.name)],
      [`${META}srv_record_port`, String(record.port)],
    ]),
  MX: async (resolver, name, port) =>
    (await resolver.resolveMx(name)).map(({ exchange }) => [
      ['__address__', joinPort(withoutDot(exchange), port)],
      [`${META}mx_record_target`, rooted(exchange)],
    ]),
  NS: async (resolver, name, port) =>
    (await resolver.resolveNs(name)).map((server) => [
      ['__address__', joinPort(withoutDot(server), port)],
      [`${META}ns_record_target`, rooted(server)],
    ]),
};

/** The names to try for one, by the search list of resolv.conf. */
export function searchNames(name: string, resolvConf: string): readonly string[] {
  if (name.endsWith('.')) return [name];
  const lines = resolvConf.split('\n').map((line) => line.trim().split(/\s+/));
  const search = lines.findLast(([word]) => word === 'search' || word === 'domain')?.slice(1) ?? [];
  const dots = /\bndots:(\d+)/.exec(lines.findLast(([word]) => word === 'options')?.join(' ') ?? '')?.[1] ?? '1';
  const longer = search.map((domain) => `${name}.${withoutDot(domain)}`);
  return name.split('.').length > Number(dots) ? [name, ...longer] : [...longer, name];
}

export interface DnsOptions {
  /** Instead of those of resolv.conf. */
  readonly servers?: readonly string[];
}

export function dnsSource(
  { names, type, port, refreshInterval }: Extract<Discovery, { kind: 'dns' }>,
  { servers }: DnsOptions = {},
): TargetSource {
  const known = new Map<string, DiscoveredGroup>();
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);

  const lookUp = async (name: string, resolvConf: string): Promise<LabelPair[][]> => {
    let failure: unknown;
    for (const candidate of searchNames(name, resolvConf)) {
      try {
        return await lookUps[type](resolver, candidate, port);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // The name is there without such records: that is an answer.
        if (code === 'ENODATA') return [];
        if (!NOTHING.includes(code)) failure = error;
      }
    }
    if (failure !== undefined) throw failure as Error;
    return [];
  };

  return {
    interval: refreshInterval,

    async find(_signal, report) {
      const resolvConf = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
      const look = async (name: string): Promise<void> => {
        try {
          const targets = await lookUp(name, resolvConf);
          known.set(name, {
            targets: targets.map((labels) => [...labels, [`${META}name`, name] as const]),
            labels: [],
          });
        } catch (error) {
          report(`${name}: ${(error as Error).message}`);
        }
      };
      await Promise.all(names.map(look));
      return names.flatMap((name) => known.get(name) ?? []);
    },
  };
}
