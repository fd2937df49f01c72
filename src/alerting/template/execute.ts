// Runs a parsed template. Functions may be slow (`query`), so everything is awaited.
import type { Command, Operand, ParsedTemplate, Pipeline, TemplateNode } from './node.ts';
import {
  describeFieldless,
  isList,
  isMap,
  isSample,
  isTrue,
  printValue,
  TemplateError,
  TemplateStruct,
  type TemplateValue,
} from './value.ts';

const MAX_OUTPUT = 1 << 20;
const MAX_CALLS = 100;
const MAX_STEPS = 1_000_000;

/** What a template can call. */
export type TemplateFunction = (...parameters: readonly TemplateValue[]) => TemplateValue | Promise<TemplateValue>;

type Flow = 'next' | 'break' | 'continue';

/** Variables of a block, and of those around it. */
class Scope {
  readonly #values = new Map<string, TemplateValue>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  declare(name: string, value: TemplateValue): void {
    this.#values.set(name, value);
  }

  assign(name: string, value: TemplateValue): void {
    if (this.#values.has(name) || this.#outer === undefined) this.#values.set(name, value);
    else this.#outer.assign(name, value);
  }

  get(name: string): TemplateValue {
    return this.#values.has(name) ? this.#values.get(name) : this.#outer?.get(name);
  }
}

class TemplateRun {
  readonly #template: ParsedTemplate;
  readonly #functions: ReadonlyMap<string, TemplateFunction>;
  #output = '';
  #calls = 0;
  #steps = 0;

  constructor(template: ParsedTemplate, functions: ReadonlyMap<string, TemplateFunction>) {
    this.#template = template;
    this.#functions = functions;
  }

  async run(data: TemplateValue, variables: ReadonlyMap<string, TemplateValue>): Promise<string> {
    const scope = new Scope();
    scope.declare('$', data);
    for (const [name, value] of variables) scope.declare(name, value);
    await this.#list(this.#template.body, data, scope);
    return this.#output;
  }

  #write(text: string): void {
    this.#output += text;
    if (this.#output.length > MAX_OUTPUT) throw new TemplateError(`the text grows beyond ${MAX_OUTPUT} characters`);
  }

  async #list(nodes: readonly TemplateNode[], dot: TemplateValue, scope: Scope): Promise<Flow> {
    for (const node of nodes) {
      if (++this.#steps > MAX_STEPS) throw new TemplateError(`the template takes more than ${MAX_STEPS} steps`);
      const flow = await this.#node(node, dot, scope);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  async #node(node: TemplateNode, dot: TemplateValue, scope: Scope): Promise<Flow> {
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'next';
      case 'action': {
        const value = await this.#pipeline(node.pipeline, dot, scope);
        if (node.pipeline.variables.length === 0) this.#write(printValue(value));
        return 'next';
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'if':
      case 'with': {
        const inner = new Scope(scope);
        const value = await this.#pipeline(node.pipeline, dot, inner);
        if (isTrue(value)) return this.#list(node.body, node.kind === 'with' ? value : dot, new Scope(inner));
        return this.#list(node.otherwise, dot, new Scope(inner));
      }
      case 'range':
        return this.#range(node, dot, new Scope(scope));
      case 'template':
        await this.#call(
          node.name,
          node.pipeline === undefined ? undefined : await this.#pipeline(node.pipeline, dot, scope),
        );
        return 'next';
    }
  }

  async #range(
    node: TemplateNode & { kind: 'if' | 'with' | 'range' },
    dot: TemplateValue,
    scope: Scope,
  ): Promise<Flow> {
    const { pipeline, body, otherwise } = node;
    const value = await this.#pipeline({ ...pipeline, variables: [] }, dot, scope);
    const items = itemsOf(value);
    if (items.length === 0) return this.#list(otherwise, dot, new Scope(scope));
    for (const [key, item] of items) {
      const inner = new Scope(scope);
      const [first, second] = pipeline.variables;
      const set = (name: string | undefined, one: TemplateValue): void => {
        if (name === undefined) return;
        if (pipeline.declares) inner.declare(name, one);
        else scope.assign(name, one);
      };
      set(first, second === undefined ? item : key);
      set(second, item);
      if ((await this.#list(body, item, new Scope(inner))) === 'break') break;
    }
    return 'next';
  }

  async #call(name: string, data: TemplateValue): Promise<void> {
    const body = this.#template.definitions.get(name);
    if (body === undefined) throw new TemplateError(`template "${name}" not defined`);
    if (++this.#calls > MAX_CALLS) throw new TemplateError(`more than ${MAX_CALLS} templates within each other`);
    const scope = new Scope();
    scope.declare('$', data);
    await this.#list(body, data, scope);
    this.#calls--;
  }

  async #pipeline(pipeline: Pipeline, dot: TemplateValue, scope: Scope): Promise<TemplateValue> {
    let value: TemplateValue;
    for (const [index, command] of pipeline.commands.entries())
      value = await this.#command(command, dot, scope, index > 0 ? [value] : []);
    for (const name of pipeline.variables) {
      if (pipeline.declares) scope.declare(name, value);
      else scope.assign(name, value);
    }
    return value;
  }

  async #command(
    command: Command,
    dot: TemplateValue,
    scope: Scope,
    last: readonly TemplateValue[],
  ): Promise<TemplateValue> {
    const [first, ...rest] = command;
    if (first === undefined) return undefined;
    if (first.head.kind !== 'function') {
      if (rest.length > 0 || last.length > 0) throw new TemplateError(`can't give argument to non-function`);
      return this.#operand(first, dot, scope);
    }
    const { name } = first.head;
    if (name === 'and' || name === 'or') return this.#shortCut(name, rest, dot, scope, last);
    const parameters: TemplateValue[] = [];
    for (const operand of rest) parameters.push(await this.#operand(operand, dot, scope));
    return takeFields(await this.#invoke(name, [...parameters, ...last]), first.fields);
  }

  /** `and` and `or` look at no more arguments than they need. */
  async #shortCut(
    name: 'and' | 'or',
    operands: Command,
    dot: TemplateValue,
    scope: Scope,
    last: readonly TemplateValue[],
  ): Promise<TemplateValue> {
    let value: TemplateValue;
    for (const operand of operands) {
      value = await this.#operand(operand, dot, scope);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return last.length > 0 ? last[0] : value;
  }

  async #invoke(name: string, parameters: readonly TemplateValue[]): Promise<TemplateValue> {
    const fn = this.#functions.get(name);
    if (fn === undefined) throw new TemplateError(`function "${name}" not defined`);
    try {
      return await fn(...parameters);
    } catch (error) {
      if (error instanceof TemplateError) throw new TemplateError(`error calling ${name}: ${error.message}`);
      throw error;
    }
  }

  async #operand({ head, fields }: Operand, dot: TemplateValue, scope: Scope): Promise<TemplateValue> {
    let value: TemplateValue;
    if (head.kind === 'literal') ({ value } = head);
    else if (head.kind === 'dot') value = dot;
    else if (head.kind === 'variable') value = scope.get(head.name);
    else if (head.kind === 'pipeline') value = await this.#pipeline(head.pipeline, dot, new Scope(scope));
    else value = await this.#invoke(head.name, []);
    return takeFields(value, fields);
  }
}

function itemsOf(value: TemplateValue): [TemplateValue, TemplateValue][] {
  if (value === undefined) return [];
  if (isList(value)) return value.map((item, index) => [BigInt(index), item]);
  if (isMap(value)) return [...value].toSorted(([left], [right]) => (left < right ? -1 : 1));
  if (typeof value === 'bigint' && value <= MAX_STEPS)
    return Array.from({ length: Math.max(0, Number(value)) }, (_, index) => [BigInt(index), BigInt(index)]);
  throw new TemplateError(`range can't iterate over ${printValue(value)}`);
}

function takeFields(value: TemplateValue, fields: readonly string[]): TemplateValue {
  let current = value;
  for (const field of fields) {
    if (current instanceof TemplateStruct && !current.has(field))
      throw new TemplateError(`can't evaluate field ${field} in type ${current.type}`);
    // A key that a map lacks is the empty text, as Prometheus has it.
    if (isMap(current)) current = current.has(field) ? current.get(field) : '';
    else if (isSample(current) && (field === 'Labels' || field === 'Value')) current = current[field];
    else throw new TemplateError(`can't evaluate field ${field} in ${describeFieldless(current)}`);
  }
  return current;
}

/** Expands a parsed template. Throws a `TemplateError`. */
export function executeTemplate(
  template: ParsedTemplate,
  functions: ReadonlyMap<string, TemplateFunction>,
  data: TemplateValue,
  variables: ReadonlyMap<string, TemplateValue>,
): Promise<string> {
  return new TemplateRun(template, functions).run(data, variables);
}
