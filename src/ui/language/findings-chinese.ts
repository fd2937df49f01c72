// PromQL 检查结果的说明，按检查名；英文由服务器给出。
export const findingsChinese: Readonly<Record<string, string>> = {
  'buckets-without-rate':
    'histogram_quantile 读的是原始计数器：得到的是进程启动以来的分位数，而且每条序列各算一个。请先用 rate() 取一个时间窗，再 sum by (le)。',
  'change-of-counter': '该函数用于测量值；对计数器而言，每次重启都会被算作下降。请用 rate() 或 increase()。',
  'comparison-with-nan': '任何值都不等于 NaN，也不大于或小于它：这个比较永远没有结果（或永远成立）。',
  'division-by-itself': '两边按相同标签逐条匹配，每条序列都在除以它自己，结果总是 1。请先聚合分母。',
  'impossible-match': '两边聚合后的标签不同，没有任何序列能匹配。请聚合到相同的标签，或用 on (…) 写明共有的标签。',
  'impossible-selector': '对同一标签的条件互相矛盾，选不出任何序列。',
  'needless-regex': '这里不需要正则表达式，直接比较即可，含义相同且更快。',
  'quantile-without-le': '聚合时丢掉了标签 le，histogram_quantile 得不到任何桶。请写 sum by (le, …)。',
  'rate-of-sum': '先求和再 rate()：一个进程重启会被当成全部重置。请先 rate()，再 sum()。',
  'raw-counter': '直接比较计数器没有意义：它只增不减，每次重启归零。请用 rate() 或 increase()。',
};
