import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface NginxFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly crlFile: string;
}

export interface NginxServer {
  readonly port: number;
  readonly version: string;
  /** Master and worker. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

// The suites and groups of `src/crypto/tls.ts`, in nginx's words.
const suites = [
  'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

function configuration(folder: string, port: number, files: NginxFiles): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${folder}/nginx-${name};`,
  );
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log crit;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_timeout 60;
${temporary.join('\n')}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${files.certificateFile};
    ssl_certificate_key ${files.keyFile};
    ssl_client_certificate ${files.caFile};
    ssl_crl ${files.crlFile};
    ssl_verify_client on;
    ssl_verify_depth 3;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ${suites};
    ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256;
    ssl_ecdh_curve X25519:P-256:P-384:X448;
    ssl_prefer_server_ciphers on;
    location / {
      default_type application/json;
      return 200 "{}";
    }
  }
}
`;
}

/** null: there is no nginx on this machine. */
export function nginxProgram(): string | null {
  for (const program of ['nginx', '/usr/sbin/nginx']) {
    if (spawnSync(program, ['-v']).status === 0) return program;
  }
  return null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts nginx on a free port, with everything that it writes below `folder`. Throws when it does not answer. */
export async function startNginx(program: string, folder: string, files: NginxFiles): Promise<NginxServer> {
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, files), { mode: 0o600 });
  const child = spawn(program, ['-p', folder, '-c', file, '-e', join(folder, 'nginx.log')], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  const end = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    process.off('exit', end);
    end();
    await gone;
  };
  if (!(await answers(port, () => child.exitCode !== null))) {
    await stop();
    throw new Error('nginx did not start with the configuration of the bench');
  }
  const { pid = 0 } = child;
  return { port, version: versionOf(program), pids: [pid, ...childrenOf(pid)], stop };
}

async function answers(port: number, ended: () => boolean): Promise<boolean> {
  for (let tried = 0; tried < 50 && !ended(); tried++) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return true;
    await sleep(100);
  }
  return false;
}

function versionOf(program: string): string {
  return /nginx\/(\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stderr)?.[1] ?? 'unknown';
}

function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').map(Number).filter(Boolean);
}
