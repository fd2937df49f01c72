// A job as it is written in its file.
import { isMap, isSeq, parseDocument, stringify } from 'yaml';

/** The YAML of the job `name`, with what its aliases stand for, from the first of `texts` that has it. */
export function showJob(texts: readonly string[], name: string): string | undefined {
  for (const text of texts) {
    const document = parseDocument(text);
    const jobs = document.get('scrape_configs');
    if (!isSeq(jobs)) continue;
    for (const job of jobs.items) if (isMap(job) && job.get('job_name') === name) return stringify(job.toJS(document));
  }
  return undefined;
}
