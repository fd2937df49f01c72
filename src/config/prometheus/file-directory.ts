/** A path of a configuration file: relative ones begin at the directory of the file. '' stays ''. */
export function joinDirectory(directory: string, path: string): string {
  if (path === '' || path.startsWith('/') || directory === '') return path;
  return `${directory.replace(/\/$/, '')}/${path.replace(/^(?:\.\/)+/, '')}`;
}
