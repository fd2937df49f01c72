// Which hosts are asked without a proxy: NO_PROXY as Go's httpproxy reads it.
import { BlockList, isIP } from 'node:net';

function addNetwork(list: BlockList, word: string): boolean {
  const [address = '', bits] = word.split('/');
  const version = isIP(address);
  if (version === 0 || bits === undefined || !/^\d{1,3}$/.test(bits)) return false;
  list.addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
  return true;
}

function matchesName(word: string, host: string): boolean {
  const name = word.replace(/^\*\./, '.');
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

/**
 * Whether `url` is asked directly. `noProxy` is a comma-separated list of names (with their subdomains; with a leading dot only
 * those), addresses, networks (10.0.0.0/8), each perhaps with a port, or `*`. This machine itself is always asked directly.
 */
export function goesDirectly(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const version = isIP(host);
  if (host === 'localhost' || host === '::1' || (version === 4 && host.startsWith('127.'))) return true;
  for (const item of noProxy.split(',').map((word) => word.trim().toLowerCase())) {
    if (item === '') continue;
    if (item === '*') return true;
    const list = new BlockList();
    if (addNetwork(list, item)) {
      if (version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4')) return true;
      continue;
    }
    const [, bracketed, plain, wanted] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(item) ?? [];
    const name = bracketed ?? plain ?? item;
    if (wanted !== undefined && wanted !== port) continue;
    if (version === 0 ? matchesName(name, host) : name === host) return true;
  }
  return false;
}
