/**
 * The address of a module beside (or near) the one whose `import.meta.url` is given, to start it as a worker or process:
 * `.ts` when we run from sources, `.js` when we run compiled. `path` is relative and has no extension.
 */
export function siblingModule(importMetaUrl: string, path: string): URL {
  return new URL(`${path}${importMetaUrl.endsWith('.ts') ? '.ts' : '.js'}`, importMetaUrl);
}
