// 规则页的文字；chinese.ts 引用。
import type { ShownState } from '../state/rule-list.ts';
import type { rulesEnglish } from './rules-english.ts';
import type { Words } from './words.ts';

const ruleStates: Readonly<Record<ShownState, string>> = {
  firing: '触发',
  pending: '等待',
  inactive: '未触发',
  wrong: '出错',
  recording: '记录',
  unknown: '未知',
};

export const rulesChinese: Words<typeof rulesEnglish> = {
  ruleStates,
  activeSince: '开始于',
  ago: (time) => `${time}前`,
  alertCount: (alerts) => `${alerts} 个活动`,
  alerts: '告警',
  annotations: '注解',
  everySpan: (span) => `每 ${span}`,
  findRule: '查找规则',
  firedTimes: (times) => `此范围内触发 ${times} 次`,
  firesAfter: (span, isAtOnce) => (isAtOnce ? '立即触发' : `持续 ${span} 后触发`),
  keepsFiring: (span) => `恢复后继续触发 ${span}`,
  noRuleFound: '没有匹配的规则。',
  noRules: '还没有规则。启动服务器时给出规则文件，或引用规则文件的 prometheus.yml：holter server prometheus.yml',
  notYet: '尚未',
  rules: '规则',
  state: '状态',
  threshold: '阈值',
  tookSpan: (span) => `耗时 ${span}`,
};
