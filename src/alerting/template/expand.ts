// The door to templates: labels and annotations of alerts. https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
import { err, ok, type Result } from '../../base/result.ts';
import { builtins } from './builtins.ts';
import { executeTemplate } from './execute.ts';
import { parseTemplate } from './parse.ts';
import { makePrometheusFunctions, prometheusFunctionNames, type TemplateContext } from './prometheus-functions.ts';
import { TemplateError, TemplateStruct, type TemplateValue } from './value.ts';

/** What a template of an alert is about. */
export interface AlertData {
  readonly labels: ReadonlyMap<string, string>;
  readonly externalLabels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** As Go names it. */
const DATA_TYPE =
  'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }';
const variableNames = ['$labels', '$externalLabels', '$externalURL', '$value'];
const functionNames: ReadonlySet<string> = new Set([...builtins.map(([name]) => name), ...prometheusFunctionNames]);

/** `undefined` when `text` is a template that can be parsed, else the reason. */
export function checkTemplate(text: string): string | undefined {
  try {
    parseTemplate(text, functionNames, variableNames);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

/** Expands the template `text` of the alert `name`; the error is the one that is shown in place of the text. */
export async function expandTemplate(
  name: string,
  text: string,
  data: AlertData,
  context: TemplateContext,
): Promise<Result<string, string>> {
  if (!text.includes('{{')) return ok(text);
  const variables = new Map<string, TemplateValue>([
    ['$labels', data.labels],
    ['$externalLabels', data.externalLabels],
    ['$externalURL', context.externalUrl],
    ['$value', data.value],
  ]);
  const dot = new TemplateStruct(DATA_TYPE, [
    ['Labels', data.labels],
    ['ExternalLabels', data.externalLabels],
    ['ExternalURL', context.externalUrl],
    ['Value', data.value],
  ]);
  let step = 'parsing';
  try {
    const template = parseTemplate(text, functionNames, variableNames);
    step = 'executing';
    const functions = new Map([...builtins, ...makePrometheusFunctions(context)]);
    return ok(await executeTemplate(template, functions, dot, variables));
  } catch (error) {
    if (error instanceof TemplateError) return err(`error ${step} template ${name}: ${error.message}`);
    throw error;
  }
}
