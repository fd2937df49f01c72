// A tree as the text of a query, in the one form that Prometheus gives it, on one line or, when it is long, on several.
import {
  aggregationParameters,
  type Aggregation,
  type Binary,
  type DurationNode,
  type Expression,
  type MatrixSelector,
  type NumberLiteral,
  type Subquery,
  type TimeModifiers,
  type VectorMatching,
  type VectorSelector,
} from './ast.ts';
import { compareStrings } from '../../base/compare-strings.ts';
import { formatFloatPlain, formatFloatShortest } from '../../base/float-text.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import { formatDuration } from '../../base/duration.ts';
import { quoteString } from './string-literal.ts';

const LINE_LENGTH = 100;
const INDENT = '  ';

const printLabels = (labels: readonly string[]): string =>
  labels.map((label) => (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) ? label : quoteString(label))).join(', ');

function printNumber(literal: NumberLiteral): string {
  if (!literal.isDuration) return formatFloatPlain(literal.value);
  return literal.value < 0 ? `-${formatDuration(-literal.value * 1000)}` : formatDuration(literal.value * 1000);
}

function printDurationNode(node: DurationNode): string {
  if (node.kind === 'number') return printNumber(node);
  const [left, right] = [node.left, node.right].map((side) => (side === undefined ? '' : printDurationNode(side)));
  let text: string;
  if (node.operator === 'step' || node.operator === 'range') text = `${node.operator}()`;
  else if (node.operator === 'min_of' || node.operator === 'max_of') text = `${node.operator}(${left}, ${right})`;
  else if (node.left === undefined) text = node.operator === '-' ? `-${right}` : `${right}`;
  else text = `${left} ${node.operator} ${right}`;
  return node.isWrapped ? `(${text})` : text;
}

function printOffset(modifiers: TimeModifiers): string {
  if (modifiers.offsetExpression !== undefined) return ` offset ${printDurationNode(modifiers.offsetExpression)}`;
  if (modifiers.offsetMs === 0) return '';
  return ` offset ${formatDuration(modifiers.offsetMs)}`;
}

function printAt(modifiers: TimeModifiers): string {
  if (modifiers.atMs !== undefined) return ` @ ${(modifiers.atMs / 1000).toFixed(3)}`;
  return modifiers.atPreprocessor === undefined ? '' : ` @ ${modifiers.atPreprocessor}()`;
}

const printExtension = (selector: VectorSelector): string =>
  `${selector.anchored ? ' anchored' : ''}${selector.smoothed ? ' smoothed' : ''}`;

function printSelector(selector: VectorSelector): string {
  const shown = selector.matchers.filter(
    ({ name, operator, value }) =>
      !(name === METRIC_NAME && operator === '=' && value === selector.name && value !== ''),
  );
  const texts = shown.map(String).toSorted(compareStrings);
  return selector.name + (texts.length > 0 ? `{${texts.join(',')}}` : '');
}

function printVector(selector: VectorSelector): string {
  return printSelector(selector) + printAt(selector) + printExtension(selector) + printOffset(selector);
}

const printLength = (node: { rangeMs: number; rangeExpression: MatrixSelector['rangeExpression'] }): string =>
  node.rangeExpression === undefined ? formatDuration(node.rangeMs) : printDurationNode(node.rangeExpression);

function printMatrix(matrix: MatrixSelector): string {
  const { vector } = matrix;
  return `${printSelector(vector)}[${printLength(matrix)}]${printExtension(vector)}${printAt(vector)}${printOffset(vector)}`;
}

function printSubquerySuffix(subquery: Subquery): string {
  let step = subquery.stepMs === 0 ? '' : formatDuration(subquery.stepMs);
  if (subquery.stepExpression !== undefined) step = printDurationNode(subquery.stepExpression);
  return `[${printLength(subquery)}:${step}]${printAt(subquery)}${printOffset(subquery)}`;
}

function printFill({ fillLeft, fillRight }: VectorMatching): string {
  const show = (value: number): string => formatFloatShortest(value);
  if (fillLeft !== undefined && fillLeft === fillRight) return ` fill (${show(fillLeft)})`;
  const left = fillLeft === undefined ? '' : ` fill_left (${show(fillLeft)})`;
  return left + (fillRight === undefined ? '' : ` fill_right (${show(fillRight)})`);
}

function printOperator(binary: Binary): string {
  const { matching } = binary;
  let text: string = binary.operator;
  if (binary.returnBool) text += ' bool';
  if (matching === undefined) return text;
  const isGrouped = matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many';
  if (matching.labels.length > 0 || matching.on || isGrouped)
    text += ` ${matching.on ? 'on' : 'ignoring'} (${printLabels(matching.labels)})`;
  if (isGrouped)
    text += ` group_${matching.cardinality === 'many-to-one' ? 'left' : 'right'} (${printLabels(matching.include)})`;
  return text + printFill(matching);
}

function printAggregationHead(aggregation: Aggregation): string {
  const { operator, grouping, without } = aggregation;
  if (without) return `${operator} without (${printLabels(grouping)}) `;
  return grouping.length > 0 ? `${operator} by (${printLabels(grouping)}) ` : operator;
}

/** The query on one line. */
export function printQuery(node: Expression): string {
  switch (node.kind) {
    case 'number':
      return printNumber(node);
    case 'string':
      return quoteString(node.value);
    case 'vector':
      return printVector(node);
    case 'matrix':
      return printMatrix(node);
    case 'subquery':
      return printQuery(node.expression) + printSubquerySuffix(node);
    case 'parentheses':
      return `(${printQuery(node.expression)})`;
    case 'unary':
      return node.operator + printQuery(node.expression);
    case 'binary':
      return `${printQuery(node.left)} ${printOperator(node)} ${printQuery(node.right)}`;
    case 'aggregation': {
      const hasParameter = aggregationParameters.has(node.operator) && node.parameter !== undefined;
      const parameter = hasParameter && node.parameter !== undefined ? `${printQuery(node.parameter)}, ` : '';
      return `${printAggregationHead(node)}(${parameter}${printQuery(node.expression)})`;
    }
    case 'call':
      return `${node.function.name}(${node.arguments.map(printQuery).join(', ')})`;
  }
}

/** The query with line breaks where a part is longer than a line. */
export function formatQuery(node: Expression, level = 0): string {
  const indent = INDENT.repeat(level);
  const line = printQuery(node);
  if (line.length <= LINE_LENGTH && node.kind !== 'unary') return node.kind === 'subquery' ? line : indent + line;
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'vector':
    case 'matrix':
      return indent + line;
    case 'subquery':
      return formatQuery(node.expression, level) + printSubquerySuffix(node);
    case 'parentheses':
      return `${indent}(\n${formatQuery(node.expression, level + 1)}\n${indent})`;
    case 'unary':
      return indent + node.operator + formatQuery(node.expression, level).trim();
    case 'binary':
      return `${formatQuery(node.left, level + 1)}\n${indent}${printOperator(node)}\n${formatQuery(node.right, level + 1)}`;
    case 'aggregation': {
      const parameter = node.parameter === undefined ? '' : `${formatQuery(node.parameter, level + 1)},\n`;
      return `${indent}${printAggregationHead(node)}(\n${parameter}${formatQuery(node.expression, level + 1)}\n${indent})`;
    }
    case 'call': {
      const parts = node.arguments.map((argument) => formatQuery(argument, level + 1)).join(',\n');
      return `${indent}${node.function.name}(\n${parts}\n${indent})`;
    }
  }
}
