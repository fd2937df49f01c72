// A plain Debian in a folder of .cache/, made by debootstrap and entered by chroot: the machine of somebody who has only
// Debian's own Node, npm and Python. Root only.
import { existsSync, mkdirSync, readdirSync, writeFileSync, copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './run-tool.ts';

const LOCAL_CERTIFICATES = 'usr/local/share/ca-certificates';

/** Makes (or finds) the root of Debian `suite` with `packages`; throws with the reason when it cannot be made. */
export async function makeDebianRoot(folder: string, suite: string, packages: readonly string[]): Promise<string> {
  const mark = join(folder, '.complete');
  if (existsSync(mark)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // All Debian suites share one script; an older debootstrap has no link of that name for a newer suite.
  const scripts = '/usr/share/debootstrap/scripts';
  const script = existsSync(join(scripts, suite)) ? [] : ['', join(scripts, 'sid')];
  await must('debootstrap', ['--variant=minbase', '--include=ca-certificates', suite, folder, ...script]);
  // A network that re-signs TLS needs its own authority inside as well.
  const certificates = join('/', LOCAL_CERTIFICATES);
  mkdirSync(join(folder, LOCAL_CERTIFICATES), { recursive: true });
  if (existsSync(certificates)) {
    for (const file of readdirSync(certificates)) {
      if (file.endsWith('.crt')) copyFileSync(join(certificates, file), join(folder, LOCAL_CERTIFICATES, file));
    }
  }
  copyFileSync('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
  // A mirror that is a few days behind has indexes past their date; their signatures are checked all the same.
  const apt = 'apt-get -o Acquire::Check-Valid-Until=false -qq';
  await inDebianRoot(
    folder,
    `update-ca-certificates && export DEBIAN_FRONTEND=noninteractive && ${apt} update && ${apt} install -y --no-install-recommends ${packages.join(' ')}`,
  );
  await inDebianRoot(folder, 'useradd --create-home visitor');
  writeFileSync(mark, '');
  return folder;
}

/** Runs a shell line inside the root, with /proc and a fresh /tmp, as root or as the ordinary user `visitor`. */
export async function inDebianRoot(folder: string, line: string, user: 'root' | 'visitor' = 'root'): Promise<string> {
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  const home = user === 'root' ? '/root' : '/home/visitor';
  const env = `env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=${home} LANG=C.UTF-8 NODE_EXTRA_CA_CERTS=${certificates} npm_config_cafile=${certificates}`;
  const mounts = `mount --bind /proc "$0/proc" && mount -t tmpfs -o mode=1777 none "$0/tmp"`;
  const enter = `${mounts} && exec ${env} chroot --userspec=${user} "$0" sh -c "cd ${home} && $1"`;
  return await must('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', enter, folder, line]);
}

async function must(command: string, args: readonly string[]): Promise<string> {
  const { code, output } = await capture(command, args);
  if (code === 0) return output;
  throw new Error(`${command} failed with exit code ${code}: ${output.trim().split('\n').slice(-8).join('\n')}`);
}
