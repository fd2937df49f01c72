// The tree of a query as /parse_query gives it (Prometheus 3.15, web/api/v1/translate_ast.go). Times are milliseconds.
import { formatFloatPlain } from '../../base/float-text.ts';
import type {
  Binary,
  DurationNode,
  Expression,
  MatrixSelector,
  TimeModifiers,
  VectorSelector,
} from '../../query/promql/ast.ts';

type Json = Record<string, unknown>;

function describeDuration(node: DurationNode | undefined): Json | null {
  if (node === undefined) return null;
  if (node.kind === 'number')
    return { type: 'numberLiteral', val: formatFloatPlain(node.value), duration: node.isDuration };
  const { operator, left, right, isWrapped } = node;
  return {
    type: 'durationExpr',
    op: operator,
    lhs: describeDuration(left),
    rhs: describeDuration(right),
    wrapped: isWrapped,
  };
}

function describeTimes({ offsetMs, offsetExpression, atMs, atPreprocessor }: TimeModifiers): Json {
  return {
    offset: offsetMs,
    offsetExpr: describeDuration(offsetExpression),
    timestamp: atMs ?? null,
    startOrEnd: atPreprocessor ?? null,
  };
}

function describeSelector(selector: VectorSelector): Json {
  const { name, matchers, anchored, smoothed } = selector;
  return {
    name,
    matchers: matchers.map(({ name: label, operator, value }) => ({ name: label, value, type: operator })),
    ...describeTimes(selector),
    anchored,
    smoothed,
  };
}

function describeMatrix({ vector, rangeMs, rangeExpression }: MatrixSelector): Json {
  return {
    type: 'matrixSelector',
    ...describeSelector(vector),
    range: rangeMs,
    rangeExpr: describeDuration(rangeExpression),
  };
}

function describeBinary({ operator, left, right, matching, returnBool }: Binary): Json {
  return {
    type: 'binaryExpr',
    op: operator,
    lhs: describeExpression(left),
    rhs: describeExpression(right),
    matching:
      matching === undefined
        ? null
        : {
            card: matching.cardinality,
            labels: matching.labels,
            on: matching.on,
            include: matching.include,
            fillValues: { lhs: matching.fillLeft ?? null, rhs: matching.fillRight ?? null },
          },
    bool: returnBool,
  };
}

export function describeExpression(node: Expression): Json {
  switch (node.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatFloatPlain(node.value) };
    case 'string':
      return { type: 'stringLiteral', val: node.value };
    case 'vector':
      return { type: 'vectorSelector', ...describeSelector(node) };
    case 'matrix':
      return describeMatrix(node);
    case 'subquery':
      return {
        type: 'subquery',
        expr: describeExpression(node.expression),
        range: node.rangeMs,
        rangeExpr: describeDuration(node.rangeExpression),
        ...describeTimes(node),
        step: node.stepMs,
        stepExpr: describeDuration(node.stepExpression),
      };
    case 'parentheses':
      return { type: 'parenExpr', expr: describeExpression(node.expression) };
    case 'unary':
      return { type: 'unaryExpr', op: node.operator, expr: describeExpression(node.expression) };
    case 'binary':
      return describeBinary(node);
    case 'aggregation':
      return {
        type: 'aggregation',
        op: node.operator,
        expr: describeExpression(node.expression),
        param: node.parameter === undefined ? null : describeExpression(node.parameter),
        grouping: node.grouping,
        without: node.without,
      };
    case 'call':
      return {
        type: 'call',
        func: {
          name: node.function.name,
          argTypes: node.function.arguments,
          variadic: node.function.variadic ?? 0,
          returnType: node.function.returns,
        },
        args: node.arguments.map(describeExpression),
      };
  }
}
