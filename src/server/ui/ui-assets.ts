// Serves the built web UI from a folder. Names under assets/ carry a hash of their content and may be kept for ever; every other
// path is a page of the app, which index.html answers.
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
};
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg', '.json', '.map']);
const MAX_CACHED_FILES = 500;
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);
/** Names below it change with the content. */
const HASHED = 'assets/';
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};
const MISSING_PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Holter</title>
<body style="font: 16px/1.5 system-ui; max-width: 40em; margin: 4em auto; padding: 0 1em">
<h1>The web UI is not built</h1>
<p>The server is running and takes telemetry; only its pages are missing. In the folder of the project, run</p>
<pre>npm run build:ui</pre>
<p>and load this page again. The API is at <a href="/api/holter/v1/status">/api/holter/v1/status</a>.</p>
</body></html>
`;
const compress = promisify(gzip);

interface Asset {
  readonly modified: number;
  readonly plain: Buffer;
  readonly compressed: Buffer | undefined;
}

class AssetFolder {
  readonly #root: string;
  readonly #cache = new Map<string, Asset>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The file at `path` below the folder; undefined when it is not there or not below it. */
  async read(path: string): Promise<Asset | undefined> {
    const file = normalize(join(this.#root, path));
    if (!file.startsWith(this.#root + sep)) return undefined;
    const cached = this.#cache.get(file);
    // A page that was loaded before a new build asks for what the old one had.
    if (cached !== undefined && path.startsWith(HASHED)) return cached;
    try {
      return await this.#readFile(file, cached);
    } catch (error) {
      // Also between the look at a file and its reading a new build may take the old one's place.
      if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  }

  async #readFile(file: string, cached: Asset | undefined): Promise<Asset | undefined> {
    const found = await stat(file);
    if (!found.isFile()) return undefined;
    if (cached?.modified === found.mtimeMs) return cached;
    const plain = await readFile(file);
    const compressed = COMPRESSIBLE.has(extname(file)) ? await compress(plain) : undefined;
    const asset = { modified: found.mtimeMs, plain, compressed };
    if (this.#cache.size >= MAX_CACHED_FILES) this.#cache.clear();
    this.#cache.set(file, asset);
    return asset;
  }
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, path: string, asset: Asset): FastifyReply {
  const isHashed = path.startsWith(HASHED);
  void reply
    .headers(HEADERS)
    .type(TYPES[extname(path)] ?? 'application/octet-stream')
    .header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('vary', 'accept-encoding');
  const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (asset.compressed === undefined || !takesGzip) return reply.send(asset.plain);
  return reply.header('content-encoding', 'gzip').send(asset.compressed);
}

/** Adds `/` and `/ui/…`; `root` is the folder of the built assets, which may be missing. */
export function registerUi(app: FastifyInstance, root: string): void {
  const folder = new AssetFolder(root);
  app.get('/', (_request, reply) => reply.redirect('/ui/', 302));
  app.get('/ui', (_request, reply) => reply.redirect('/ui/', 302));
  app.get<{ Params: { '*': string } }>('/ui/*', async (request, reply) => {
    const path = request.params['*'];
    const asset = path === '' || path.includes('\u0000') ? undefined : await folder.read(path);
    if (asset !== undefined) return sendAsset(request, reply, path, asset);
    if (path.startsWith(HASHED)) return reply.callNotFound();
    const index = await folder.read('index.html');
    if (index !== undefined) return sendAsset(request, reply, 'index.html', index);
    return reply.code(200).headers(HEADERS).type(TYPES['.html']!).send(MISSING_PAGE);
  });
}
