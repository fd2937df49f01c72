import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HostMetrics } from './host-metrics.ts';
import { ProcFiles } from './proc-files.ts';
import { programName } from './python-processes.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holter-proc-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The samples of a /proc with these files, by series. */
async function read(): Promise<Record<string, string>> {
  const text = await new HostMetrics(new ProcFiles(root)).read();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );
}

test('the files of a /proc, under the names of node_exporter', async () => {
  put(
    'stat',
    'cpu  100 0 0 0\ncpu0 150 1 50 1000 25 0 5 2 10 0\nintr 99 1 2\nctxt 1234\nbtime 1700000000\nprocesses 77\nprocs_running 3\nprocs_blocked 1\n',
  );
  put('loadavg', '0.50 1.25 2.00 3/400 12345\n');
  put('meminfo', 'MemTotal:       16384 kB\nActive(anon):    10 kB\nHugePages_Total:       4\n');
  put('vmstat', 'nr_free_pages 5\npgmajfault 12\noom_kill 1\npswpin 3\n');
  put(
    'pressure/memory',
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n',
  );
  put(
    'diskstats',
    ' 8 0 sda 10 1 20 30 40 2 50 60 1 70 80\n 8 1 sda1 1 1 1 1 1 1 1 1 1 1 1\n 7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n',
  );
  put(
    'net/dev',
    'Inter-| Receive\n face |bytes\n  eth0: 100 2 3 4 0 0 0 5 600 7 8 9 0 0 0 0\n    lo:1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n',
  );
  put('net/snmp', 'Tcp: RtoMin ActiveOpens CurrEstab\nTcp: 200 11 6\nUdp: InDatagrams NoPorts\nUdp: 9 8\n');
  put('net/netstat', 'TcpExt: SyncookiesSent ListenDrops Other\nTcpExt: 0 4 5\n');
  put('net/sockstat', 'sockets: used 50\nTCP: inuse 7 orphan 0 tw 2 alloc 9 mem 3\n');
  put('sys/fs/file-nr', '1024\t0\t99999\n');
  put('1/mounts', `${root} / ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\nx /nothing\\040there xfs ro 0 0\n`);
  put('42/stat', `42 (a) (b) S 1 ${'0 '.repeat(9)}150 50 0 0 20 0 6 0 1000 4096000 25 ${'0 '.repeat(20)}\n`);
  put('42/cmdline', '/usr/bin/python3\0-u\0/srv/订单.py\0--port\x0080\0');
  put(
    '42/limits',
    'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files\n',
  );
  put('42/fd/0', '');
  put('42/fd/1', '');
  symlinkSync('/usr/bin/python3.13', join(root, '42/exe'));
  put('43/stat', `43 (bash) S 1 ${'0 '.repeat(40)}\n`);
  symlinkSync('/usr/bin/bash', join(root, '43/exe'));
  const found = await read();
  expect(found).toMatchObject({
    'node_cpu_seconds_total{cpu="0",mode="user"}': '1.5',
    'node_cpu_seconds_total{cpu="0",mode="steal"}': '0.02',
    'node_cpu_guest_seconds_total{cpu="0",mode="user"}': '0.1',
    node_context_switches_total: '1234',
    node_boot_time_seconds: '1700000000',
    node_load5: '1.25',
    node_memory_MemTotal_bytes: '16777216',
    node_memory_Active_anon_bytes: '10240',
    node_memory_HugePages_Total: '4',
    node_vmstat_oom_kill: '1',
    node_pressure_memory_stalled_seconds_total: '0.5',
    'node_disk_read_bytes_total{device="sda"}': '10240',
    'node_disk_io_time_seconds_total{device="sda"}': '0.07',
    'node_network_receive_bytes_total{device="eth0"}': '100',
    'node_network_transmit_drop_total{device="eth0"}': '9',
    node_netstat_Tcp_CurrEstab: '6',
    node_netstat_TcpExt_ListenDrops: '4',
    node_sockstat_TCP_mem_bytes: '12288',
    node_sockstat_sockets_used: '50',
    node_filefd_allocated: '1024',
    'node_filesystem_readonly{device="x",fstype="xfs",mountpoint="/nothing there"}': '1',
    'node_filesystem_device_error{device="x",fstype="xfs",mountpoint="/nothing there"}': '1',
    [`node_filesystem_device_error{device="${root}",fstype="ext4",mountpoint="/"}`]: '0',
    'process_cpu_seconds_total{pid="42",process="订单.py"}': '2',
    'process_start_time_seconds{pid="42",process="订单.py"}': '1700000010',
    'process_resident_memory_bytes{pid="42",process="订单.py"}': '102400',
    'process_open_fds{pid="42",process="订单.py"}': '2',
    'process_max_fds{pid="42",process="订单.py"}': '1024',
    'process_threads{pid="42",process="订单.py"}': '6',
  });
  expect(Object.keys(found).filter((name) => /sda1|loop0|nr_free|Other|pid="43"|RtoMin/.test(name))).toEqual([]);
});

test('a /proc with nothing in it is no failure', async () => {
  expect(Object.keys(await read()).filter((name) => !/^node_(?:time|uname)/.test(name))).toEqual([]);
});

const programs: readonly (readonly [words: string, name: string])[] = [
  ['/usr/bin/python3 -u /srv/app.py --x', 'app.py'],
  ['python -m celery -A shop worker', 'celery'],
  ['/venv/bin/python3.12 /venv/bin/gunicorn app:app', 'gunicorn'],
  ['python3 -c print()', 'python3'],
  ['/usr/bin/python3', 'python3'],
  ['uwsgi --ini x', 'uwsgi'],
];

test.each(programs)('the name of %s', (words, name) => {
  expect(programName(words.split(' '))).toBe(name);
});

test('a process that names itself', () => {
  expect(programName(['gunicorn: worker [shop]'])).toBe('gunicorn: worker [shop]');
});
