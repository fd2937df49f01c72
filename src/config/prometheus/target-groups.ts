// What file and HTTP discovery read: a list of target groups, as JSON or YAML.
import { err, ok, type Result } from '../../base/result.ts';
import { YamlFile } from '../yaml-reader.ts';
import { readTargetGroup, type TargetGroup } from './discovery.ts';

/** The groups, or what is wrong with them, with its place in a YAML text. */
export function parseTargetGroups(text: string, format: 'json' | 'yaml'): Result<readonly TargetGroup[], string> {
  let yaml = text;
  if (format === 'json') {
    try {
      // JSON may be indented in ways that YAML does not know.
      yaml = JSON.stringify(JSON.parse(text), undefined, 1);
    } catch (error) {
      return err(`not valid JSON: ${(error as Error).message}`);
    }
  }
  const file = new YamlFile(yaml);
  const groups: TargetGroup[] = [];
  if (file.root !== undefined && !file.root.isEmpty) {
    for (const node of file.root.items('a list of target groups') ?? []) {
      if (node.isEmpty) node.problem('expected a target group, got nothing');
      const group = readTargetGroup(node, false);
      if (group !== undefined) groups.push(group);
    }
  }
  const [problem] = file.problems;
  if (problem === undefined) return ok(groups);
  const place = format === 'json' ? '' : `${problem.line}:${problem.column}: `;
  return err(`${place}${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`);
}
