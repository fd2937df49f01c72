// The grammar of templates: pipelines, if, with, range, break, continue, define, template, block.
import { unquoteString } from '../../query/promql/string-literal.ts';
import { lexTemplate, type Piece, type Word } from './lex.ts';
import type { Command, Operand, ParsedTemplate, Pipeline, TemplateNode } from './node.ts';
import { TemplateError, type TemplateValue } from './value.ts';

const MAX_DEPTH = 100;

function readNumber(text: string): TemplateValue {
  const plain = text.replaceAll('_', '');
  if (/^[+-]?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(plain)) {
    const value = BigInt(plain.replace(/^[+-]/, ''));
    return plain.startsWith('-') ? -value : value;
  }
  return Number(plain);
}

class Words {
  readonly #words: readonly Word[];
  readonly line: number;
  #at = 0;

  constructor(words: readonly Word[], line: number) {
    this.#words = words;
    this.line = line;
  }

  get next(): Word | undefined {
    return this.#words[this.#at];
  }

  peek(distance: number): Word | undefined {
    return this.#words[this.#at + distance];
  }

  take(): Word {
    const word = this.#words[this.#at++];
    return word ?? this.fail('the action ends too early');
  }

  tryTake(text: string): boolean {
    if (this.next?.text !== text || this.next.kind === 'string') return false;
    this.#at++;
    return true;
  }

  fail(message: string): never {
    throw new TemplateError(`line ${this.line}: ${message}`);
  }
}

class TemplateParser {
  readonly #pieces: readonly Piece[];
  readonly definitions = new Map<string, readonly TemplateNode[]>();
  readonly #functions: ReadonlySet<string>;
  #at = 0;
  #depth = 0;
  #loops = 0;
  #variables: string[][] = [['$']];

  constructor(pieces: readonly Piece[], functions: ReadonlySet<string>, variables: readonly string[]) {
    this.#pieces = pieces;
    this.#functions = functions;
    this.#variables = [['$', ...variables]];
  }

  /** Nodes up to one of the words `ends`, or to the end of the text when there are none. */
  parseList(ends: readonly string[]): { nodes: TemplateNode[]; end: Words | undefined } {
    const nodes: TemplateNode[] = [];
    if (++this.#depth > MAX_DEPTH) throw new TemplateError(`more than ${MAX_DEPTH} nested blocks`);
    for (;;) {
      const piece = this.#pieces[this.#at++];
      if (piece === undefined) {
        if (ends.length > 0)
          throw new TemplateError(`unexpected end of the template, expected {{${ends.join('}} or {{')}}}`);
        this.#depth--;
        return { nodes, end: undefined };
      }
      if (piece.kind === 'text') {
        nodes.push(piece);
        continue;
      }
      const words = new Words(piece.words, piece.line);
      const word = words.next?.kind === 'word' ? words.next.text : '';
      if (word === 'end' || word === 'else') {
        if (!ends.includes(word)) words.fail(`unexpected {{${word}}}`);
        words.take();
        this.#depth--;
        return { nodes, end: words };
      }
      const node = this.#action(words, word);
      if (node !== undefined) nodes.push(node);
    }
  }

  #action(words: Words, word: string): TemplateNode | undefined {
    if (word === 'if' || word === 'with' || word === 'range') {
      words.take();
      return this.#block(words, word);
    }
    if (word === 'break' || word === 'continue') {
      words.take();
      if (this.#loops === 0) words.fail(`{{${word}}} outside {{range}}`);
      return { kind: word };
    }
    if (word === 'define') {
      words.take();
      const name = this.#name(words);
      this.definitions.set(
        name,
        this.#scoped([['$']], () => this.parseList(['end']).nodes),
      );
      return undefined;
    }
    if (word === 'template' || word === 'block') {
      words.take();
      const name = this.#name(words);
      const pipeline = words.next === undefined ? undefined : this.#pipeline(words);
      if (word === 'block')
        this.definitions.set(
          name,
          this.#scoped([['$']], () => this.parseList(['end']).nodes),
        );
      return { kind: 'template', name, pipeline };
    }
    const pipeline = this.#pipeline(words);
    if (words.next !== undefined) words.fail(`unexpected ${JSON.stringify(words.next.text)} in an action`);
    return { kind: 'action', pipeline };
  }

  #scoped<T>(variables: string[][], run: () => T): T {
    const outer = this.#variables;
    this.#variables = variables;
    const result = run();
    this.#variables = outer;
    return result;
  }

  #block(words: Words, kind: 'if' | 'with' | 'range'): TemplateNode {
    return this.#scoped([...this.#variables, []], () => {
      const pipeline = this.#pipeline(words);
      if (kind === 'range') this.#loops++;
      const { nodes: body, end } = this.#scoped([...this.#variables, []], () => this.parseList(['end', 'else']));
      if (kind === 'range') this.#loops--;
      const otherwise = this.#isElse(end) ? this.#else(end, kind) : [];
      return { kind, pipeline, body, otherwise };
    });
  }

  #isElse(end: Words | undefined): end is Words {
    return end?.peek(-1)?.text === 'else';
  }

  #else(words: Words, kind: 'if' | 'with' | 'range'): readonly TemplateNode[] {
    const word = words.next?.text;
    if (word !== undefined && word === kind && kind !== 'range') {
      words.take();
      return [this.#block(words, kind)];
    }
    if (word !== undefined) words.fail(`unexpected ${JSON.stringify(word)} behind else`);
    return this.#scoped([...this.#variables, []], () => this.parseList(['end']).nodes);
  }

  #name(words: Words): string {
    const word = words.take();
    return word.kind === 'string' ? unquoteString(word.text) : words.fail('expected the name of a template in quotes');
  }

  #pipeline(words: Words): Pipeline {
    const variables: string[] = [];
    let declares = false;
    const isAssignment = (): boolean => {
      const behind = words.peek(1)?.text;
      const isPair = behind === ',' && words.peek(2)?.kind === 'variable';
      return words.next?.kind === 'variable' && (behind === ':=' || behind === '=' || isPair);
    };
    if (isAssignment()) {
      do variables.push(words.take().text);
      while (words.tryTake(','));
      declares = words.take().text === ':=';
      if (declares) this.#variables.at(-1)?.push(...variables);
    }
    const commands: Command[] = [];
    do commands.push(this.#command(words));
    while (words.tryTake('|'));
    return { variables, declares, commands };
  }

  #command(words: Words): Command {
    const operands: Operand[] = [];
    while (words.next !== undefined && !['|', ')'].includes(words.next.kind === 'sign' ? words.next.text : '')) {
      if (operands.length > 0 && !words.next.afterSpace)
        words.fail(`expected a space before ${JSON.stringify(words.next.text)}`);
      operands.push(this.#operand(words));
    }
    return operands.length === 0 ? words.fail('missing value for command') : operands;
  }

  #operand(words: Words): Operand {
    const head = this.#head(words);
    const fields: string[] = [];
    if (head.kind === 'dot' && words.peek(-1)?.kind === 'field') fields.push(words.peek(-1)?.text ?? '');
    while (words.next?.kind === 'field' && !words.next.afterSpace) fields.push(words.take().text);
    return { head, fields };
  }

  #head(words: Words): Operand['head'] {
    const word = words.take();
    if (word.kind === 'string') return { kind: 'literal', value: unquoteString(word.text) };
    if (word.kind === 'char') return { kind: 'literal', value: BigInt(unquoteString(word.text).codePointAt(0) ?? 0) };
    if (word.kind === 'number') return { kind: 'literal', value: readNumber(word.text) };
    if (word.kind === 'field' || word.kind === 'dot') return { kind: 'dot' };
    if (word.kind === 'variable') {
      const isKnown = this.#variables.some((scope) => scope.includes(word.text));
      return isKnown ? { kind: 'variable', name: word.text } : words.fail(`undefined variable "${word.text}"`);
    }
    if (word.kind === 'word') {
      if (word.text === 'true' || word.text === 'false') return { kind: 'literal', value: word.text === 'true' };
      if (word.text === 'nil') return { kind: 'literal', value: undefined };
      if (!this.#functions.has(word.text)) words.fail(`function "${word.text}" not defined`);
      return { kind: 'function', name: word.text };
    }
    if (word.text !== '(') return words.fail(`unexpected ${JSON.stringify(word.text)}`);
    const pipeline = this.#pipeline(words);
    if (!words.tryTake(')')) words.fail('unclosed left parenthesis');
    return { kind: 'pipeline', pipeline };
  }
}

/** Parses `text`, which may use `functions` and the `variables` that are set before. Throws a `TemplateError`. */
export function parseTemplate(
  text: string,
  functions: ReadonlySet<string>,
  variables: readonly string[],
): ParsedTemplate {
  const parser = new TemplateParser(lexTemplate(text), functions, variables);
  return { body: parser.parseList([]).nodes, definitions: parser.definitions };
}
