// Colours of the terminal, or none: when output is no terminal, or NO_COLOR or CLICOLOR=0 says so.

export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const same = (text: string): string => text;
const sequence =
  (code: number) =>
  (text: string): string =>
    `\u001B[${code}m${text}\u001B[0m`;

const plain: Palette = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
const coloured: Palette = {
  bold: sequence(1),
  dim: sequence(2),
  red: sequence(31),
  green: sequence(32),
  yellow: sequence(33),
  cyan: sequence(36),
};

/** The palette for a stream, by https://no-color.org and the CLICOLOR convention. */
export function choosePalette(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Palette {
  const { NO_COLOR: no, CLICOLOR: cli, CLICOLOR_FORCE: force } = env;
  if (no !== undefined && no !== '') return plain;
  if (force !== undefined && force !== '0') return coloured;
  return stream.isTTY === true && cli !== '0' ? coloured : plain;
}

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001F\u007F-\u009F]/g;

/** Terminal control characters that text from a target could smuggle in, made visible. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
