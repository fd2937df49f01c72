// /proc/net: devices, protocol counters, sockets; open files beside them.
import type { Exposition } from '../collect/exposition.ts';
import { numberIn, type ProcFiles } from './proc-files.ts';

const received = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'];
const sent = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'];
const NETSTAT =
  /^(?:.*_(?:InErrors|InErrs)|Ip_Forwarding|Ip(?:6|Ext)_(?:InOctets|OutOctets)|Icmp6?_(?:InMsgs|OutMsgs)|TcpExt_(?:Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|Tcp_(?:ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|Udp6?_(?:InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$/;
const PAGE = 4096;

function writeDevices(proc: ProcFiles, out: Exposition): void {
  const devices = (proc.read('net/dev') ?? '').split('\n').flatMap((line) => {
    const [, name, numbers = ''] = /^\s*([^:]+):(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, numbers: numbers.trim().split(/\s+/) }];
  });
  const write = (direction: string, names: readonly string[], offset: number): void => {
    for (const [index, field] of names.entries()) {
      const name = `${direction}_${field}`;
      out.family(`node_network_${name}_total`, 'counter', `Network device statistic ${name}.`);
      for (const device of devices) out.sample(numberIn(device.numbers[offset + index]), { device: device.name });
    }
  };
  if (devices.length === 0) return;
  write('receive', received, 0);
  write('transmit', sent, received.length);
}

/** snmp and netstat have a line of names and a line of numbers each; snmp6 has one of both. */
function writeProtocols(proc: ProcFiles, out: Exposition): void {
  const write = (name: string, value: string | undefined): void => {
    if (NETSTAT.test(name))
      out.single(`node_netstat_${name}`, 'untyped', `Statistic ${name.replace('_', '')}.`, numberIn(value));
  };
  for (const file of ['net/snmp', 'net/netstat']) {
    const rows = proc.rows(file);
    for (let i = 0; i + 1 < rows.length; i += 2) {
      const [protocol = '', ...names] = rows[i]!;
      for (const [index, name] of names.entries()) write(`${protocol.slice(0, -1)}_${name}`, rows[i + 1]![index + 1]);
    }
  }
  for (const [name = '', value] of proc.rows('net/snmp6'))
    write(name.replace(/^(Ip6|Icmp6|Udp6|UdpLite6)/, '$1_'), value);
}

function writeSockets(proc: ProcFiles, out: Exposition): void {
  for (const [protocol = '', ...words] of [...proc.rows('net/sockstat'), ...proc.rows('net/sockstat6')]) {
    for (let i = 0; i + 1 < words.length; i += 2) {
      const name = `${protocol.slice(0, -1)}_${words[i]}`;
      const value = numberIn(words[i + 1]);
      const help = `Number of ${protocol.slice(0, -1)} sockets in state ${words[i]}.`;
      out.single(`node_sockstat_${name}`, 'gauge', help, value);
      if (words[i] === 'mem' && value !== undefined)
        out.single(`node_sockstat_${name}_bytes`, 'gauge', help, value * PAGE);
    }
  }
}

export function writeNetwork(proc: ProcFiles, out: Exposition): void {
  writeDevices(proc, out);
  writeProtocols(proc, out);
  writeSockets(proc, out);
  const [files = []] = proc.rows('sys/fs/file-nr');
  out
    .single('node_filefd_allocated', 'gauge', 'File descriptor statistics: allocated.', numberIn(files[0]))
    .single('node_filefd_maximum', 'gauge', 'File descriptor statistics: maximum.', numberIn(files[2]));
  const conntrack = (name: string): number | undefined => numberIn(proc.read(`sys/net/netfilter/${name}`));
  out
    .single(
      'node_nf_conntrack_entries',
      'gauge',
      'Number of currently allocated flow entries for connection tracking.',
      conntrack('nf_conntrack_count'),
    )
    .single(
      'node_nf_conntrack_entries_limit',
      'gauge',
      'Maximum size of connection tracking table.',
      conntrack('nf_conntrack_max'),
    );
}
