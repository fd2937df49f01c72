// 操作与服务图的文字；chinese.ts 引用。
import type { tracesEnglish } from './traces-english.ts';
import type { Words } from './words.ts';

export const tracesChinese: Words<typeof tracesEnglish> = {
  allCalls: '全部调用',
  anyKind: '任意类型',
  callFrom: '调用方',
  callTo: '被调用方',
  errorShare: '错误率',
  kind: '类型',
  linkKinds: {
    call: '调用',
    message: '消息',
    database: '数据库',
    publish: '发布',
    consume: '消费',
    external: '外部调用',
  },
  noCalls: '此时间范围内没有调用',
  noOperations: '此时间范围内没有操作',
  nodeKinds: { service: '服务', database: '数据库', queue: '队列', external: '外部' },
  operationsFound: (operations, hasMore) => `${operations} 个操作${hasMore ? '（仅列出 span 最多的）' : ''}`,
  perSecond: (rate) => `${rate}/秒`,
  quantileNote: '误差不超过 6.25%',
  rate: '速率',
  serviceGraph: (services, calls) => `谁调用谁：${services} 个节点，${calls} 种调用；数字见下表。`,
  spanKinds: {
    unspecified: '未指定',
    internal: '内部',
    server: '服务端',
    client: '客户端',
    producer: '生产者',
    consumer: '消费者',
  },
  tracesOf: (service) => `${service} 的链路`,
  traceViews: { list: '链路', operations: '操作', graph: '服务图' },
  unknownSides: (share) => `${share} 的调用只看到一端`,
  viewOfTraces: '视图',
};
